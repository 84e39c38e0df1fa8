"""CUR: the clauses about our request in native views: `inject`, and the current request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from unireq_conformance.clause import Expectation, Found, Rows, clause
from unireq_conformance.clauses.drawing import literal
from unireq_conformance.clauses.responding import asking, handled, in_async_code
from unireq_conformance.model import AbstractRequest
from unireq_conformance.response import AbstractResponse, told
from unireq_conformance.seen import Seen
from unireq_conformance.strategies import requests

if TYPE_CHECKING:
    from hypothesis import strategies as st


def _at(path: str) -> st.SearchStrategy[AbstractRequest]:
    """Requests of every kind for `path`."""
    return requests().map(lambda drawn: replace(drawn, path=literal(path), slashes=1))


def _current(_: AbstractRequest, seen: Seen) -> Found:
    yield Expectation("current_request()", seen.facts, seen.current)


def _injected(_: AbstractRequest, seen: Seen) -> Found:
    yield Expectation("injected", seen.facts, seen.injected)


clause(
    "CUR-001 The current request",
    "Below the adapter's middleware, `current_request()` has the facts of the request that is being"
    " handled.",
    why="Code that nobody passes a request to, such as a logger, needs it too.",
    strategy=lambda: _at("current"),
    capability="CURRENT",
)(_current)

clause(
    "CUR-002 Injected",
    "`inject` gives a native view a request with the facts of the native request.",
    strategy=lambda: _at("injected"),
    capability="INJECT",
)(_injected)


_OURS = AbstractResponse.text("the handler's own")
_CURRENT = asking(replace(_OURS, instruction=told("current", "")))


@handled(
    "CUR-003 Current in a handler",
    "In a handler, `current_request()` gives the handler's own request, without any middleware.",
)
def _current_in_a_handler() -> Rows:
    yield _CURRENT
    yield in_async_code(_CURRENT)
