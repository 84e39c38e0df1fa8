"""Clauses: what the specification demands, and how each demand is checked.

Rule: one registry, explicit ids. An id is never given to another demand, and never depends on its
place. A check compares what an abstract request means with what a target reported of it; it parses
nothing. A clause about the Python object itself is checked inside the app (see `inside`), because
only there is the object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import KW_ONLY, dataclass, replace
from enum import Enum
from typing import Any, Final, TypeAlias, cast

from hypothesis import strategies as st

from unireq_conformance.model import AbstractRequest
from unireq_conformance.seen import Seen

SPECS: Final = ("0.1",)
"""The published numbers of the specification, the newest last. `pages.parts` says what may
change from one to the next."""


class Level(Enum):
    """How binding a clause is (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"


@dataclass(frozen=True)
class Expectation:
    """One comparison.

    Attributes:
        where: The field, as `Request` names it; a part of it after a dot (`headers.x-foo`).
        expected: What the clause demands, JSON-able.
        observed: What the target reported, JSON-able.
    """

    where: str
    expected: Any
    observed: Any

    @property
    def met(self) -> bool:
        """Whether they are equal, in value and in JSON type."""
        return _typed(self.expected) == _typed(self.observed)


def _typed(value: object) -> object:
    """`value` so that 1, 1.0 and True differ, as JSON and the specification have it."""
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return {key: _typed(item) for key, item in items}
    if isinstance(value, list | tuple):
        return [_typed(item) for item in cast("list[object]", value)]
    return type(value), value


Found: TypeAlias = Iterator[Expectation]
Rows: TypeAlias = Iterator[AbstractRequest]
Check: TypeAlias = Callable[[AbstractRequest, Seen], Found]
Strategy: TypeAlias = Callable[[], st.SearchStrategy[AbstractRequest]]

AREAS: Final = {
    "HDR": "Header fields",
    "CKE": "Cookies",
    "QRY": "Query",
    "PTH": "Path",
    "URL": "URL and host",
    "CLI": "Connection and method",
    "PRX": "Proxies and hosts",
    "USR": "User and session",
    "FLD": "Parsed fields",
    "BDY": "Body",
    "FRM": "Forms",
    "JSN": "JSON",
    "CUR": "Our request in native code",
    "MID": "Middleware",
    "API": "The object",
    "SER": "Serialisation",
    "RSP": "Responses",
    "MAL": "Malformed messages",
}
"""The areas, by the letters that ids begin with, in the order of the specification."""


def _nothing(_: AbstractRequest) -> Collection[str]:
    return ()


def _unchecked(_: AbstractRequest, _seen: Seen) -> Found:
    return iter(())


_ID = re.compile(r"[A-Z]{3}-[0-9]{3}")


@dataclass(frozen=True)
class Clause:
    """One demand; a decorator of the check of it, which it then registers.

    Attributes:
        id: `HDR-003`; the letters are a key of `AREAS`.
        title: A few words.
        text: What it demands; Markdown.
        strategy: Draws the requests that it is checked with.
        why: The reason; "" where the source is reason enough.
        source: The standard that it follows; "" where it is our own decision.
        level: How binding it is.
        since: The number of the specification that first had it.
        capability: The optional feature that it needs, by its name; "" for none.
        may_refuse: Whether a server may refuse its requests instead: refusal and a clear client
            error are one verdict.
        always: Requests that it is checked with before any is drawn: what must not be missed, and
            is seldom drawn.
        tolerated: What else a server may do with a request of which the clause says that it may be
            refused: a status, `timeout`.
        exhaustive: Whether it is judged by these alone: the strategy draws no others.
        must_since: The number in which it became a MUST; "" if it never was a SHOULD.
        check: Compares a request with what was seen of it.
    """

    id: str
    title: str
    text: str
    _: KW_ONLY
    strategy: Strategy
    why: str = ""
    source: str = ""
    level: Level = Level.MUST
    since: str = "0.1"
    capability: str = ""
    may_refuse: bool = False
    always: Iterable[AbstractRequest] = ()
    tolerated: Callable[[AbstractRequest], Collection[str]] = _nothing
    exhaustive: bool = False
    must_since: str = ""
    check: Check = _unchecked

    @property
    def area(self) -> str:
        """The letters that the id begins with."""
        return self.id[:3]

    def __call__(self, check: Check) -> Check:
        """Register the clause with this check.

        Raises:
            ValueError: The id has the wrong form, or another clause has it; or a number is unknown.
        """
        if _ID.fullmatch(self.id) is None or self.area not in AREAS:
            raise ValueError(
                f"clause: expected an id such as HDR-001, with a known area, got {self.id!r}"
            )
        if self.id in CLAUSES:
            raise ValueError(
                f"clause: expected a new id, got {self.id!r}, which {CLAUSES[self.id].title!r} has"
            )
        if unknown := {self.since, self.must_since or self.since}.difference(SPECS):
            raise ValueError(f"clause: expected one of {SPECS}, got {unknown.pop()!r} in {self.id}")
        CLAUSES[self.id] = replace(self, check=check, always=tuple(self.always))
        return check


def clause(name: str, text: str, **parts: Any) -> Clause:
    """A clause, as it stands above its check.

    Args:
        name: Its id and its title.
        text: See `Clause`.
        parts: Likewise.
    """
    clause_id, _, title = name.partition(" ")
    return Clause(clause_id, title, text, **parts)


Table: TypeAlias = Callable[[], Rows]


def table(
    name: str,
    text: str,
    *,
    check: Check,
    strategy: Strategy | None = None,
    tolerated: Callable[[AbstractRequest], Collection[str]] = _nothing,
    **parts: Any,
) -> Callable[[Table], Table]:
    """A clause, as it stands above the table of the requests that it is always checked with.

    Args:
        name: As above.
        text: Likewise.
        check: Compares each request with what was seen of it.
        strategy: Draws more requests; None for a clause that is judged by the table alone.
        tolerated: See `Clause`.
        parts: Likewise.
    """

    def of(rows: Table) -> Table:
        always = tuple(rows())
        drawn = strategy or (lambda: st.sampled_from(always))
        more = {"strategy": drawn, "always": always, "exhaustive": strategy is None}
        clause(name, text, tolerated=tolerated, **more, **parts)(check)
        return rows

    return of


CLAUSES: Final[dict[str, Clause]] = {}
"""Every clause by its id; `unireq_conformance.clauses` fills it and puts it in order."""
