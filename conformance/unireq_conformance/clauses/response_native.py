"""RSP-036 to 040: the clauses about responses in native views, and about errors that answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from unireq_conformance.clause import Rows, table
from unireq_conformance.clauses.responding import (
    Answers,
    answered,
    as_told,
    asking,
    handled,
    in_async_code,
    received_head,
)
from unireq_conformance.clauses.response_contents import SAMPLES
from unireq_conformance.model import AbstractRequest, Piece
from unireq_conformance.response import AbstractResponse, told
from unireq_conformance.response_strategies import responses

_Response = AbstractResponse


def _natively(request: AbstractRequest) -> AbstractRequest:
    """The same request, to the native view."""
    return replace(request, path=(Piece("native", b"native"),))


@answered(
    "RSP-036 Edited fields",
    "`extend_header` adds a member to a list-valued field, once; `remove_header` removes a field.",
    source="RFC 9110 5.6.1, 12.5.5",
)
def _edited_fields() -> Answers:
    changes = {
        "headers": [["Vary", "cookie"], ["X", "1"], ["Allow", "GET"], ["x", "2"]],
        "extend": [["vary", "Cookie"], ["Vary", "Origin"], ["allow", "POST"], ["Link", "<a>"]],
        "remove": ["X", "y"],
    }
    typed = ("content-type", "text/plain; charset=utf-8")
    fields = (("vary", "cookie, Origin"), ("allow", "GET, POST"), typed, ("link", "<a>"))
    yield _Response(told("edited", changes), fields=fields)


_BARE: Final = (
    _Response.nothing(),
    _Response.made(status=304, headers=[("ETag", '"1"'), ("Vary", "a"), ("vary", "b")]),
    _Response.made("", headers=[("Link", "<a>"), ("X", ""), ("link", "<b>"), ("LINK", "<a>")]),
    _Response.made(b"\r\n\0\xff" * 90, headers=[("Content-Type", "application/x")]),
)


@table(
    "RSP-037 In a native view",
    "`response.to_native(request)`, and on bare ASGI and WSGI `respond`, send what is sent if a"
    " handler returns the response, to GET and to HEAD.",
    strategy=lambda: responses().map(asking).map(_natively),
    capability="NATIVE_RESPONSE",
    check=received_head,
)
def _in_a_native_view() -> Rows:
    for each in (*SAMPLES, *_BARE):
        for method in ("GET", "HEAD"):
            yield _natively(asking(each, method=method))


# Errors that answer.


def _aborted(response: AbstractResponse) -> AbstractResponse:
    return replace(response, instruction=told("abort", response.instruction))


def _refused(status: int, title: str, kind: str, *headers: tuple[str, str]) -> AbstractResponse:
    """A `RequestError` with these header fields."""
    instruction = told("refuse", {"kind": kind, "headers": headers})
    problem = _Response.problem(status, title, instruction)
    fields = tuple((name.lower(), value) for name, value in headers)
    return replace(problem, fields=(*fields, *problem.fields))


_GONE: Final = _Response.made("gone", status=410, added=[("X", "1")])
_ABORTS: Final = tuple(map(_aborted, (SAMPLES[0], *_BARE[:3], _GONE)))
_REFUSALS: Final = (
    _refused(400, "Bad Request", "RequestError"),
    _refused(413, "Content Too Large", "TooManyFields", ("Retry-After", "30"), ("X", "1")),
    _refused(
        *(401, "Unauthorized", "Unauthorized"),
        ("WWW-Authenticate", "Bearer"),
        ("WWW-Authenticate", 'Basic realm="a, b"'),
    ),
)


def _by_handlers(responses: tuple[AbstractResponse, ...]) -> Rows:
    yield from map(asking, responses)
    yield from map(in_async_code, map(asking, responses))


@handled(
    "RSP-038 Abort",
    "A handler that raises `unireq.Abort(response)` is answered with that response.",
)
def _abort() -> Rows:
    return _by_handlers(_ABORTS)


@handled(
    "RSP-039 Fields of an error",
    "The answer to a `RequestError` has the header fields of its `headers`.",
    why="Retry-After tells a client when to come again, WWW-Authenticate how to authenticate.",
    source="RFC 9110 10.2.3, 11.6.1",
)
def _fields_of_an_error() -> Rows:
    return _by_handlers(_REFUSALS)


@table(
    "RSP-040 Errors below the middleware",
    "An `Abort` or a `RequestError` that a native view raises below the adapter's middleware, or"
    " its `install`, is answered as one of a handler.",
    why="Code that a view calls can't return a response for it.",
    capability="ERRORS",
    check=as_told,
)
def _errors_below_the_middleware() -> Rows:
    for each in (*_ABORTS, *_REFUSALS):
        for method in ("GET", "HEAD"):
            yield _natively(asking(each, method=method))
