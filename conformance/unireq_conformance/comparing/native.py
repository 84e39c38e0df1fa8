"""What frameworks say natively about one request, beside what unireq says: row by row.

Rule: frameworks get all that is fair. Names of header fields are compared without regard to case, a
list of one value is that value, no path parameters are `{}`, and an attribute that a framework does
not have is not held against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import unireq
from unireq_conformance.comparing.answers import Answer
from unireq_conformance.comparing.groups import ABSENT, Group, Raised, group, identity

COUNTERPARTS: Final = {
    name: "query_params" if name == "query" else name
    for name in "method scheme path url path_params headers cookies query client".split()
}
"""{native attribute: the field of unireq that says the same}"""

_MAPPINGS: Final = frozenset({"path_params", "headers", "cookies", "query"})

Requests = Mapping[str, unireq.Request]
"""What unireq says, by target."""


@dataclass(frozen=True)
class Row:
    """Who says what of one thing, natively and through unireq: in one group if all is well.

    Attributes:
        field: the native attribute: "path", "headers".
        key: key in it, or None for the whole of it.
    """

    field: str
    key: str | None
    native: tuple[Group, ...]
    unireq: tuple[Group, ...]

    @property
    def agrees(self) -> bool:
        """Whether all frameworks say the same natively."""
        return len(self.native) <= 1

    def is_unireq(self, value: Any) -> bool:
        """Whether the native `value` is what unireq says, where unireq says one thing."""
        if len(self.unireq) != 1:
            return False
        ours = self.unireq[0].value
        if self.field == "client" and ours is not None:
            ours = ours[0]  # frameworks give the host
        return identity(value) == identity(ours)

    @property
    def plain(self) -> bool:
        """Whether everybody says the same, unireq included, so that there is little to show."""
        return self.agrees and all(self.is_unireq(each.value) for each in self.native)


def read_natively(answers: Sequence[Answer], requests: Requests) -> dict[str, list[Row]]:
    """Return the rows of every attribute that at least two of the `answers` have, by attribute.

    A target where unireq failed is not among `requests`.
    """
    rows: dict[str, list[Row]] = {}
    for field in COUNTERPARTS:
        said = {
            answer.target.name: _fair(field, answer.native[field], requests)
            for answer in answers
            if field in answer.native
        }
        if len(said) > 1:
            ours = {name: requests[name] for name in requests if name in said}
            rows[field] = _rows(field, said, ours if field == "path_params" else requests)
    return rows


def _fair(field: str, value: Any, requests: Requests) -> Any:
    if field == "path_params" and value is None:
        return {}
    if not isinstance(value, dict):
        return value
    said = cast("dict[str, Any]", value)
    mapping, ours = field in _MAPPINGS, COUNTERPARTS[field]
    # Probes report an exception as {"error": ...}, which a query may say as well.
    sent = mapping and any("error" in getattr(each, ours) for each in requests.values())
    if set(said) == {"error"} and not sent:
        return Raised(said["error"])
    if field == "headers":
        said = {name.lower(): value for name, value in said.items()}
    return {key: _only(value) for key, value in said.items()} if mapping else said


def _only(value: Any) -> Any:
    several: Sequence[Any] = cast("Sequence[Any]", value) if isinstance(value, list) else ()
    return several[0] if len(several) == 1 else cast("Any", value)


def _rows(field: str, said: Mapping[str, Any], requests: Requests) -> list[Row]:
    ours = {name: _beside(field, request) for name, request in requests.items()}
    mappings = [*ours.values(), *said.values()]
    if field not in _MAPPINGS or not all(isinstance(value, dict) for value in mappings):
        return [Row(field, None, group(said.items()), group(ours.items()))]
    return [
        Row(field, key, *(_at(key, mappings) for mappings in (said, ours)))
        for key in dict.fromkeys(key for mapping in mappings for key in mapping)
    ]


def _at(key: str, mappings: Mapping[str, Any]) -> tuple[Group, ...]:
    return group((name, mapping.get(key, ABSENT)) for name, mapping in mappings.items())


def _beside(field: str, request: unireq.Request) -> Any:
    """Return what `request` says in place of the native `field`, in plain types."""
    if field == "client":
        return None if request.client is None else list(request.client)
    value = getattr(request, COUNTERPARTS[field])
    return dict(value) if field in _MAPPINGS else str(value)
