"""MID: the clauses about middleware that is written once, as layers around an app."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from unireq_conformance.clause import Expectation, Found, Rows
from unireq_conformance.clauses.contents import as_expected, post
from unireq_conformance.clauses.drawing import literal
from unireq_conformance.clauses.layered import (
    DENIED,
    METHOD,
    NATIVE,
    OWN,
    OWN_ASYNC,
    STREAM,
    WAYS,
    as_layered,
    both,
    broken,
    layered,
    of_layers,
    order,
    told_to,
)
from unireq_conformance.content import NO_READER, octets
from unireq_conformance.layers import CHUNKS
from unireq_conformance.model import AbstractRequest
from unireq_conformance.response import AbstractResponse
from unireq_conformance.seen import Seen, within

_RAISES: Final = told_to("raise", "ValueError")
_STREAMED: Final = b"".join(CHUNKS).decode("ascii")
_SYNC: Final = ("inner", "blocking")
"""The inner layers that can return a response: an async generator can't."""


@of_layers(
    "MID-001 Parts",
    "For each request, the first part, the head part and the last part of a layer run once each, in"
    " this order, around the view. The first layer is outermost. A function without `yield` has a"
    " first part alone.",
)
def _parts() -> Rows:
    for outer, inner in WAYS:
        told: dict[str, Any] = {outer: {}, inner: {}}
        for below in (NATIVE, OWN, OWN_ASYNC, _RAISES):
            yield layered(below, told, parts=order(outer, inner))
        yield layered(STREAM, told, parts=order(outer, inner, view=False), content=_STREAMED)
        for plain in ("plain", "plain-async"):
            first, *rest = order(outer, "-", view=False)
            parts = [first, f"{plain} first", "view", *(each for each in rest if each[0] != "-")]
            yield layered(OWN, {outer: {}, plain: {}}, parts=parts)


_CHANGES: Final = [["set_header", "x-set"], ["add_header", "X-Add"], ["extend_header", "x-list"]]


def _changing(outer: str, inner: str) -> dict[str, Any]:
    changes = {layer: [[*act, layer] for act in _CHANGES] for layer in (outer, inner)}
    return {
        inner: {"head": [["remove_header", "x-gone"], *changes[inner]]},
        outer: {"head": [*changes[outer], ["add_header", "set-cookie", "c=3"]]},
    }


@of_layers(
    "MID-002 Fields",
    "A layer sees the fields of the answer, and what it sets, adds, extends and removes is sent so."
    " Repeated fields stay apart, in their order. The content is sent unchanged.",
)
def _own_fields() -> Rows:
    for outer, inner in WAYS:
        fields = {
            "x-set": [outer],
            "x-add": [inner, outer],
            "x-list": [f"a, {inner}, {outer}"],
            "x-gone": [],
            "set-cookie": ["a=1", "b=1", "c=3"],
        }
        told = _changing(outer, inner)
        seen = {f"{outer} head": {"fields.x-set": [inner], "fields.set-cookie": ["a=1", "b=1"]}}
        for below in (OWN, OWN_ASYNC):
            yield layered(below, told, fields=fields, facts=seen, status=200, content="own")
            yield layered(replace(below, method="HEAD"), told, fields=fields, status=200)
        seen = {f"{outer} head": {"fields.x-set": [inner], "fields.set-cookie": ["a=1", "b=2"]}}
        fields = {**fields, "set-cookie": ["a=1", "b=2", "c=3"]}
        yield layered(STREAM, told, fields=fields, facts=seen, status=200, content=_STREAMED)


def _made(status: int) -> AbstractRequest:
    return AbstractRequest(path=literal("respond"), response=AbstractResponse.made(status=status))


_VIEW_RAISES: Final = {"view": {"first": [["raise", "ValueError"]]}}


@of_layers(
    "MID-003 Any answer",
    "Layers see and change the head of any answer: of the framework's own view, of its page for an"
    " error, of an exception that nobody has answered, without content. Its status is the status"
    " that is sent.",
    why="Most middleware is about all answers, such as that of CORS and of tracing.",
)
def _any_answer() -> Rows:
    for outer, inner in WAYS[:2]:
        fields = {"x-set": [outer], "x-add": [inner, outer], "set-cookie": ["c=3"]}
        for below in (
            *(NATIVE, replace(NATIVE, method="HEAD"), DENIED, METHOD),
            *(_made(204), _made(304), _made(404), told_to("raise", "RequestError")),
            *(_RAISES, told_to("raise", "ValueError", is_async=True), told_to("raise", "Answered")),
        ):
            some = {name: fields[name] for name in fields if below is not METHOD or name[0] == "x"}
            yield layered(below, _changing(outer, inner), fields=some)
        told = {**_changing(outer, inner), **_VIEW_RAISES}
        yield layered(NATIVE, told, fields=fields, status=500)


@of_layers(
    "MID-004 An answer in place",
    "A `Response` that a first part yields or returns is the answer. Nothing below runs. The layers"
    " outside see its head, and a layer that has yielded it runs its last part.",
)
def _in_place() -> Rows:
    for outer, inner in WAYS:
        expected: dict[str, Any] = {
            "status": 203,
            "content": "in place",
            "fields": {"x-set": [outer], "x-gone": []},
            "facts": {f"{outer} head": {"status": 203, "error": None}},
        }
        around = {outer: {"head": [["set_header", "x-set", outer]]}}
        last = [f"{outer} head", f"{inner} last", f"{outer} last"]
        for act in ("answer", "return"):
            if act == "return" and inner not in _SYNC:
                continue
            told: dict[str, Any] = {**around, inner: {"first": [[act, "in place", 203]]}}
            ends = [each for each in last if act == "answer" or inner not in each]
            parts = [f"{outer} first", f"{inner} first", *ends]
            for below in (OWN, NATIVE, STREAM):
                yield layered(below, told, parts=parts, **expected)
        for plain in ("plain", "plain-async"):
            told = {**around, plain: {"first": [["answer", "in place", 203]]}}
            parts = [f"{outer} first", f"{plain} first", f"{outer} head", f"{outer} last"]
            yield layered(OWN, told, parts=parts, **expected)


@of_layers(
    "MID-005 Another answer",
    "`replace`, or a `Response` that the part at the head yields or returns, sends another answer."
    " Nothing of the old one is sent.",
)
def _replaced() -> Rows:
    for outer, inner in WAYS:
        around = {outer: {"head": [["set_header", "x-set", outer]]}}
        acts: list[list[Any]] = [["replace", "instead"], ["answer", "instead"]]
        if inner in _SYNC:
            acts.append(["return", "instead"])
        for act in acts:
            for below in (OWN, STREAM, *([NATIVE, _RAISES] if act[0] == "replace" else [])):
                parts = order(outer, inner, view=below is not STREAM)
                if act[0] == "return":
                    parts.remove(f"{inner} last")
                yield layered(
                    below,
                    {**around, inner: {"head": [act]}},
                    parts=parts,
                    status=200,
                    content="instead",
                    fields={"x-set": [outer], "x-gone": [], "x-list": [], "set-cookie": []},
                    facts={f"{outer} head": {"status": 200, "fields.x-gone": None}},
                )


@of_layers(
    "MID-006 Exceptions",
    "`head.error` is the exception that nobody in the application has answered; the status is 500."
    " It is None if an error handler has answered the exception, or if there is none.",
)
def _errors() -> Rows:
    for outer, inner in WAYS:
        told: dict[str, Any] = {outer: {}, inner: {}}
        seen = both(outer, inner, "head", error="ValueError", status=500)
        yield layered(NATIVE, {**told, **_VIEW_RAISES}, facts=seen, status=500)
        for is_async in (False, True):
            raises = told_to("raise", "ValueError", is_async=is_async)
            yield layered(raises, told, facts=seen, status=500)
        for below, status in (
            (told_to("raise", "Answered"), 500),
            (told_to("raise", "RequestError"), 400),
            (_made(500), 500),
            (DENIED, 403),
        ):
            seen = both(outer, inner, "head", error=None, status=status)
            yield layered(below, told, facts=seen, status=status)


def _failing(part: str, act: list[Any], **expected: Any) -> Rows:
    """An inner layer fails in this part, which the outer one sees."""
    for outer, inner in WAYS:
        parts = [each for each in order(outer, inner, view=False) if each != f"{inner} last"]
        if part == "first":
            parts.remove(f"{inner} head")
        else:
            parts.insert(2, "view")
        told = {outer: {"head": [["set_header", "x-set", outer]]}, inner: {part: [act]}}
        fields = {"x-set": [outer], "x-gone": [], **expected["fields"]}
        seen = {f"{outer} head": {"error": expected["error"], "status": expected["status"]}}
        yield layered(OWN, told, parts=parts, facts=seen, status=expected["status"], fields=fields)


_PROBLEM: Final = {"content-type": ["application/problem+json"]}


@of_layers(
    "MID-007 The client's fault",
    "A `RequestError` that a layer or a native view raises before the head is sent is answered as a"
    " problem, and is no `head.error`.",
    source="RFC 9457",
)
def _problems() -> Rows:
    view = {"view": {"first": [["raise", "RequestError"]]}}
    for outer, inner in WAYS:
        seen = both(outer, inner, "head", error=None, status=400)
        told: dict[str, Any] = {outer: {}, inner: {}, **view}
        yield layered(NATIVE, told, facts=seen, status=400, fields=_PROBLEM)
    for part in ("first", "head"):
        act = ["raise", "RequestError"]
        yield from _failing(part, act, error=None, status=400, fields=_PROBLEM)


@of_layers(
    "MID-008 A layer that fails",
    "A layer that raises an exception before the head is sent, or yields what is no `Response`, is"
    " answered by status 500, and is over. The layers outside see that head and the exception.",
)
def _failures() -> Rows:
    for part in ("first", "head"):
        for act, error in ((["raise", "ValueError"], "ValueError"), (["wrong"], "TypeError")):
            yield from _failing(part, act, error=error, status=500, fields={"set-cookie": []})
    for outer, inner in WAYS:
        for part in ("first", "head"):
            told: dict[str, Any] = {outer: {part: [["raise", "ValueError"]]}, inner: {}}
            parts = [each for each in order(outer, inner) if each != f"{outer} last"]
            ran = parts if part == "head" else parts[:1]
            yield layered(OWN, told, parts=ran, status=500)


@of_layers(
    "MID-009 A layer that fails late",
    "A layer that raises an exception in its last part, or yields a third time, changes neither the"
    " answer nor what other layers do.",
)
def _late_failures() -> Rows:
    for outer, inner in WAYS:
        for failing, act in (
            (outer, ["raise", "ValueError"]),
            (inner, ["raise", "ValueError"]),
            (inner, ["raise", "RequestError"]),
            (inner, ["wrong"]),
        ):
            told: dict[str, Any] = {outer: {}, inner: {}, failing: {"last": [act]}}
            parts = order(outer, inner)
            yield layered(OWN, told, parts=parts, status=200, content="own")
        parts = order(outer, inner, view=False)
        yield layered(STREAM, told, parts=parts, status=200, content=_STREAMED)


def _sent(size: int, *, complete: bool = True, error: str | None = None) -> dict[str, Any]:
    return {"size": size, "complete": complete, "error": error}


@of_layers(
    "MID-010 What was sent",
    "In the last part, `head.sent` has the size of the content, whether it is complete, and the"
    " exception that broke it off; also of a stream. Before that it is None.",
)
def _ends() -> Rows:
    for outer, inner in WAYS:
        told: dict[str, Any] = {outer: {}, inner: {}}
        instead = {outer: {}, inner: {"head": [["replace", "instead"]]}}
        in_place = {outer: {}, inner: {"first": [["answer", "in place"]]}}
        for below, program, size in (
            (OWN, told, 3),
            (OWN_ASYNC, told, 3),
            (STREAM, told, len(_STREAMED)),
            (STREAM, instead, 7),
            (OWN, in_place, 8),
        ):
            seen = both(outer, inner, "last", sent=_sent(size))
            yield layered(below, program, facts={f"{outer} head": {"sent": None}, **seen})
        error = {f"{outer} last": {"sent.error": None, "error": "ValueError"}}
        yield layered(_RAISES, told, facts=error)
        cut = _sent(len(CHUNKS[0]), complete=False, error="Broken")
        yield layered(broken(STREAM), told, broken=True, facts=both(outer, inner, "last", sent=cut))


@of_layers(
    "MID-011 The request",
    "In every part of a layer, `current_request()` is the request that the layer was given. Its"
    " `state` is shared with other layers and with the view.",
)
def _requests() -> Rows:
    for outer, inner in WAYS:
        layers = {outer: "outer", inner: "inner"}
        told = {layer: {"first": [["state", key]]} for layer, key in layers.items()}
        each = {"own": True, "state": {"outer": True, "inner": True}}
        seen = {
            f"{layer} {part}": each if part != "first" else {"own": True}
            for layer in layers
            for part in ("first", "head", "last")
        }
        for below in (NATIVE, OWN, OWN_ASYNC, _RAISES):
            yield layered(below, told, facts={**seen, "view": each})
        yield layered(STREAM, told, facts=seen)


def _found(sent: AbstractRequest, seen: Seen) -> Found:
    yield from as_layered(sent, seen)
    events = {each["part"]: each for each in seen.layers["events"]}
    for part in events:
        if part.endswith((" head", " last")):
            for name in ("route", "view_name", "path_params", "username"):
                yield Expectation(f"layers.{part}.{name}", events["view"][name], events[part][name])


@of_layers(
    "MID-012 What was found",
    "At the head and later, a layer's request has the route, the view's name, the path parameters"
    " and the user that the view's request has.",
    why="Logs and metrics are about routes and users.",
    check=_found,
)
def _what_is_found() -> Rows:
    for outer, inner in WAYS:
        told: dict[str, Any] = {outer: {}, inner: {}}
        for path in ("params/str/a", "params/int/7"):
            yield layered(AbstractRequest(path=literal(path)), told, parts=order(outer, inner))
        for is_async in (False, True):
            login = told_to("login", "ada", is_async=is_async)
            yield layered(login, told, parts=order(outer, inner))


@of_layers(
    "MID-013 Context variables",
    "A context variable that a first part sets has its value in the view and below, and in the"
    " layer's later parts. The next request on the same connection sees nothing of it.",
    source="PEP 567",
)
def _variables() -> Rows:
    for outer, inner in WAYS:
        for layers in ((outer,), (outer, inner)):
            told: dict[str, Any] = {outer: {}, inner: {}}
            told |= {layer: {"first": [["variable", layer]]} for layer in layers}
            seen = {
                f"{layer} {part}": {"variable": layer if layer in layers else outer}
                for layer in (outer, inner)
                for part in ("head", "last")
            }
            for below in (NATIVE, OWN, OWN_ASYNC, _RAISES) if len(layers) > 1 else (OWN,):
                yield layered(below, told, facts={**seen, "view": {"variable": layers[-1]}})
        yield layered(STREAM, told, facts=seen)


def _body(sent: AbstractRequest, seen: Seen) -> Found:
    yield from as_layered(sent, seen)
    for each in as_expected(sent, seen):
        if within(each.observed, "error") != NO_READER:
            yield each


@of_layers(
    "MID-014 The body",
    "A layer with `body=True` has the body in its first part, in async code too. Below, it can be"
    " read again, by unireq and by the framework's own reader.",
    check=_body,
)
def _bodies() -> Rows:
    for name in ("reading", "reading-async"):
        for data in (b"", b"a=1&b=2", b"a=1&" * 20_000):
            for steps in (("read", "native"), ("native", "read")):
                given = ((step, octets(data)) for step in steps)
                request = replace(post(data, b"text/plain", *given), path=literal("reading"))
                parts = [f"{name} first", "view", f"{name} head", f"{name} last"]
                yield layered(
                    request,
                    {name: {"first": [["read"]]}},
                    parts=parts,
                    facts={f"{name} first": {"body": data.decode("latin-1")}},
                )
