"""Requests that are about one thing, so that checks are quick and counterexamples small."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from hypothesis import strategies as st

from unireq_conformance.clause import Check, Expectation, Found, Strategy, clause
from unireq_conformance.model import AbstractRequest, Cookie, Field, Parameter, Piece
from unireq_conformance.seen import Seen
from unireq_conformance.strategies import cookie_headers, header_fields, queries, targets

INSIDE: Final[set[str]] = set()
"""The ids of the clauses that are checked inside the app."""


def about_nothing() -> st.SearchStrategy[AbstractRequest]:
    """The simplest request."""
    return st.just(AbstractRequest())


def about_headers() -> st.SearchStrategy[AbstractRequest]:
    """Header fields of every kind."""
    return st.builds(AbstractRequest, fields=header_fields())


def about_cookies() -> st.SearchStrategy[AbstractRequest]:
    """One Cookie field."""
    return st.builds(AbstractRequest, cookies=st.tuples(cookie_headers()))


def about_query() -> st.SearchStrategy[AbstractRequest]:
    """Queries of every kind."""
    return st.builds(AbstractRequest, query=queries())


def about_path() -> st.SearchStrategy[AbstractRequest]:
    """Paths of every kind."""
    return targets().map(lambda drawn: AbstractRequest(path=drawn[0], slashes=drawn[1]))


def plain(*lines: tuple[str, bytes], **parts: Any) -> AbstractRequest:
    """The simplest request with these header fields."""
    return AbstractRequest(fields=tuple(Field(name, value) for name, value in lines), **parts)


def says(where: str, expected: Callable[[AbstractRequest], object]) -> Check:
    """The check that one thing is as expected; for `where` see `Seen.at`."""

    def check(sent: AbstractRequest, seen: Seen) -> Found:
        yield Expectation(where, expected(sent), seen.at(where))

    return check


def one_of(*requests: AbstractRequest) -> Strategy:
    """One of several requests."""
    return lambda: st.sampled_from(requests)


def with_lines(*several: tuple[tuple[str, bytes], ...]) -> Strategy:
    """One of several requests, each with its header fields."""
    return one_of(*(plain(*lines) for lines in several))


def literal(text: str) -> tuple[Piece, ...]:
    """A piece of a path or query that is sent as it is."""
    return (Piece(text, text.encode("ascii")),) if text else ()


def one_cookie_field(*pieces: tuple[str | None, str | None, bytes]) -> AbstractRequest:
    """A request with one Cookie field of these pieces."""
    return AbstractRequest(cookies=(tuple(Cookie(*piece) for piece in pieces),))


def one_parameter(name: str, value: str) -> tuple[Parameter, ...]:
    """A query of one parameter that is sent as it is."""
    return (Parameter(literal(name), literal(value)),)


def absent(mapping: str, seen: Seen) -> Expectation:
    """That `getlist` of a name that was not sent gives nothing."""
    return Expectation(f"{mapping}.getlist(absent)", [], dict(seen.derived["absent"]).get(mapping))


def inside(clause_id: str) -> Check:
    """The check of a clause that is checked inside the app."""
    INSIDE.add(clause_id)

    def check(_: AbstractRequest, seen: Seen) -> Found:
        unchecked = {"where": clause_id, "expected": "checked", "observed": "not checked"}
        found: Any = seen.inside.get(clause_id, unchecked)
        met: Any = {"where": clause_id, "expected": None, "observed": None}
        yield Expectation(**(found or met))

    return check


def checked_inside(name: str, text: str, strategy: Strategy = about_nothing, **parts: Any) -> None:
    """A clause that is checked inside the app."""
    clause(name, text, strategy=strategy, **parts)(inside(name.partition(" ")[0]))
