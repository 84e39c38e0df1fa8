"""Requests that layers are told of, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from unireq_conformance.clause import Expectation, Found, table
from unireq_conformance.clauses.drawing import literal
from unireq_conformance.layers import AbstractLayers
from unireq_conformance.model import AbstractRequest, Parameter
from unireq_conformance.response import AbstractResponse, SetCookie, told
from unireq_conformance.seen import Seen, within

WAYS: Final = (("outer", "inner"), ("outer-async", "inner-async"), ("outer-async", "blocking"))
"""Two layers: both sync, both async, one of each; the first is outermost."""

Facts = Mapping[str, Mapping[str, Any]]

# What answers below the layers.

_COOKIES: Final = [SetCookie.of(name, ("1", "1"), path=None, samesite=None) for name in ("a", "b")]
_RESPONSE: Final = AbstractResponse.made(
    "own", headers=[("X-Gone", "of the handler"), ("X-List", "a")], cookies=_COOKIES
)


def told_to(what: str, argument: Any, *, is_async: bool = False) -> AbstractRequest:
    """A request that tells a handler to do `what`."""
    response = AbstractResponse(told(what, argument))
    path = "respond-async" if is_async else "respond"
    return AbstractRequest(path=literal(path), response=response)


NATIVE: Final = AbstractRequest(path=literal("params/str/a"))
OWN: Final = AbstractRequest(path=literal("respond"), response=_RESPONSE)
OWN_ASYNC: Final = replace(OWN, path=literal("respond-async"))
STREAM: Final = AbstractRequest(path=literal("stream"))
DENIED: Final = AbstractRequest(path=literal("denied"))
METHOD: Final = replace(OWN, method="PROPFIND")
"""A method that nothing is routed for, in frameworks that look at it."""


def broken(stream: AbstractRequest) -> AbstractRequest:
    """The same, but the stream breaks off."""
    return replace(stream, query=(Parameter(literal("broken"), None),))


# What is told, and what must come of it.


def layered(
    request: AbstractRequest, programs: Mapping[str, Mapping[str, Any]], **expected: Any
) -> AbstractRequest:
    """`request`, with layers that are told `programs`; for the others, see `AbstractLayers.of`."""
    return replace(request, layers=AbstractLayers.of(programs, **expected))


def order(outer: str, inner: str, *, view: bool = True) -> list[str]:
    """The parts of two layers, in the order that they run in."""
    inside = [f"{inner} first", *(["view"] if view else []), f"{inner} head"]
    return [f"{outer} first", *inside, f"{outer} head", f"{inner} last", f"{outer} last"]


def both(outer: str, inner: str, part: str, **facts: Any) -> Facts:
    """That both see these facts in this part."""
    return {f"{outer} {part}": facts, f"{inner} {part}": facts}


def as_layered(sent: AbstractRequest, seen: Seen) -> Found:
    """That what must come of it has come of it, and that nothing of it is left."""
    expected = _layers_of(sent).outcome
    events: list[dict[str, Any]] = seen.layers["events"]
    if expected["parts"] is not None:
        yield Expectation("layers.parts", expected["parts"], [each["part"] for each in events])
    by_part = {each["part"]: each for each in events}
    for part, facts in expected["facts"].items():
        for name, value in facts.items():
            found = within(by_part.get(part, {}), name)
            yield Expectation(f"layers.{part}.{name}", value, found)
    heads = [each["status"] for each in events if each["part"].endswith(" head")]
    status = expected["status"] or (heads[-1] if heads else "as in a head")
    yield Expectation("response.status", status, seen.response["status"])
    if not expected["broken"]:
        # How the end of a stream that breaks off is told is the server's affair.
        yield Expectation("layers.broken", False, seen.layers["broken"])
    for name, values in expected["fields"].items():
        got = seen.response["fields"].get(name, [])
        yield Expectation(f"response.fields.{name}", values, got)
    if expected["content"] is not None:
        yield Expectation("response.text", expected["content"], seen.response["text"])
    yield Expectation("layers.after", {"variable": "", "state": {}}, seen.layers["after"])


of_layers = partial(table, check=as_layered, capability="LAYERS")
"""Above a table of requests with layers."""


def _layers_of(sent: AbstractRequest) -> AbstractLayers:
    if sent.layers is None:
        raise ValueError("expected a request that tells layers what to do")
    return sent.layers
