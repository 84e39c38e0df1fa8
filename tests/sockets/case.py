"""A case: exact request bytes, and by hand what the specification makes of them.

Rule: nothing here is computed by unireq. What a server loses is written beside the specified answer
as what it shows instead, so that a loss is checked as exactly as a gain.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from unireq_conformance.malformed import MESSAGES

PEER: Final = object()
"""Stands for the address that the request was sent from."""

UNKNOWN_PORT: Final = object()
"""Stands for the host that the request was sent from, and no port."""

Values = Mapping[str, Any]
"""Values by the name of a field of the normal form; `headers.x-foo` names one header field."""


@dataclass(frozen=True)
class Case:
    """One request and the specified answer.

    Attributes:
        id: unique within its table.
        clause: ids of the clauses that the case is about, separated by blanks.
        request: exact bytes.
        expect: the specified values; `headers`, `cookies`, ... are compared whole.
        deviates: by target (an fnmatch pattern of `framework:server`), what is shown instead of
            the specified value. Each must be declared in `unireq_conformance.deviations`.
        decided: by target, what the specification leaves to the framework (what its router finds,
            where it says that it is mounted).
        refused_by: targets that refuse it before the app: 4xx, 501, 505, or the connection closed.
        fails_on: targets that answer 500.
        waits_on: targets that go on waiting, since they see no end of it.
        formless_on: targets that let it through although no normal form can hold it: `to_dict`
            gives facts that `from_dict` rejects.
    """

    id: str
    clause: str
    request: bytes
    expect: Values = field(default_factory=dict[str, Any])
    deviates: Mapping[str, Values] = field(default_factory=dict[str, Values])
    decided: Mapping[str, Values] = field(default_factory=dict[str, Values])
    refused_by: Collection[str] = ()
    fails_on: Collection[str] = ()
    waits_on: Collection[str] = ()
    formless_on: Collection[str] = ()


# Servers by what they are strict about.
H2: Final = "*:hypercorn-h2"
STRICT_HTTP1: Final = (
    "*:daphne",
    "*:granian",
    "*:gunicorn*",
    "*:hypercorn",
    "*:uvicorn-*",
    "*:waitress",
)
STRICT: Final = (*STRICT_HTTP1, H2)
H11: Final = ("*:hypercorn", "*:uvicorn-h11")
# Sanic under uvicorn takes a target in absolute form apart.
ABSOLUTE_IN_PATH: Final = (
    "starlette:uvicorn-h11",
    "django-asgi:uvicorn-h11",
    "asgi:uvicorn-h11",
    "*:hypercorn",
    "*:gunicorn-asgi",
    "*:daphne",
    "*:runserver",
)

_VERDICTS: Final = ("deviates", "decided", "refused_by", "fails_on")


def each(targets: Collection[str], values: Values) -> dict[str, Values]:
    """The same values for several targets."""
    return dict.fromkeys(targets, values)


def split(keywords: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """`keywords` as expected values, and as the other attributes of a case."""
    verdicts = {name: keywords.pop(name) for name in _VERDICTS if name in keywords}
    return keywords, verdicts


def get(target: bytes = b"/", *lines: bytes, host: bytes | None = b"h") -> bytes:
    """The bytes of a GET request for `target` with the given field lines after Host."""
    return message(b"GET " + target + b" HTTP/1.1", *lines, host=host)


def message(start: bytes, *lines: bytes, host: bytes | None = b"h", body: bytes = b"") -> bytes:
    """The bytes of a request with any start line."""
    first = [start] if host is None else [start, b"Host: " + host]
    return b"\r\n".join([*first, *lines, b"", body])


def malformed(name: str) -> bytes:
    """The bytes of the malformed message called `name`, which the kit has a verdict on."""
    return MESSAGES[name].octets
