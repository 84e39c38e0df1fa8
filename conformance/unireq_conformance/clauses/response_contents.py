"""RSP-014 to 016, 020 to 022 and 036 to 040: content, native views, and errors that answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hypothesis import strategies as st

from unireq_conformance.clause import Rows, table
from unireq_conformance.clauses.responding import (
    Answers,
    answered,
    as_told,
    asking,
    handled,
    in_async_code,
    received_head,
    without_framing,
)
from unireq_conformance.clauses.responses import EVIL, NO_DEFAULTS, failing, redirect_to, refused
from unireq_conformance.content import Content, Framing
from unireq_conformance.content_strategies import bodies, sizes
from unireq_conformance.model import AbstractRequest, Piece
from unireq_conformance.response import AbstractResponse, SetCookie, told
from unireq_conformance.response_strategies import DATES, responses

_Response = AbstractResponse

# One of each kind, and one that has all that a response may have.
SAMPLES: Final = (
    _Response.text("grüße"),
    _Response.octets(b"\xff" + b"x" * 3000),
    _Response.value({"a": [1, "é"]}),
    _Response.nothing(),
    _Response.text(""),
    _Response.made(),
    _Response.made(
        "x",
        status=299,
        headers=[("X-A", "1"), ("x-b", "b  \t b"), ("X-A", ""), ("x-a", "0")],
        media_type="text/css",
        cookies=[
            SetCookie.of("b", ("a b;é", '"a b\\073\\303\\251"')),
            SetCookie.of(
                "a",
                ("%", "%"),
                expires=DATES[4],
                max_age=90,
                domain="example.org",
                path="/p",
                secure=True,
                httponly=True,
                samesite="none",
                partitioned=True,
                as_timedelta=True,
            ),
            SetCookie.of("b", ("", ""), **NO_DEFAULTS),
        ],
    ),
    _Response.made(status=304, headers=[("ETag", '"1"'), ("Content-Type", "text/html")]),
    _Response.made(status=205),
    redirect_to("/é", "/%C3%A9", 301),
)


def _heads() -> st.SearchStrategy[AbstractRequest]:
    return responses().map(lambda response: asking(response, method="HEAD"))


@handled(
    "RSP-014 HEAD",
    "The response to HEAD has the same status and fields as the response to GET, including the"
    " Content-Length of the content, and no content.",
    source="RFC 9110 9.3.2, 8.6",
    strategy=_heads,
    check=received_head,
)
def _head() -> Rows:
    return (asking(each, method="HEAD") for each in SAMPLES)


@answered(
    "RSP-015 No content",
    "204 and 304 have no content, no Content-Length and no Transfer-Encoding. 304 has the other"
    " fields that it was given, including Content-Type.",
    why="A client takes what follows for the next response. The Content-Length of a 304 is that of"
    " the content that the client already has.",
    source="RFC 9110 8.6, 15.3.5, 15.4.5; RFC 9112 6.1",
    check=without_framing,
)
def _no_content() -> Answers:
    yield _Response.nothing()
    yield _Response.made(status=204, headers=[("X", "1")])
    yield _Response.made("", status=204)
    yield _Response.made(status=304, headers=[("ETag", '"1"'), ("Vary", "a"), ("vary", "b")])
    yield _Response.made(status=304, headers=[("Content-Type", "text/css")])
    yield _Response.made(b"", status=304, cookies=[SetCookie.of("a", ("1", "1"))])


@answered(
    "RSP-016 Reset content", "205 has no content and no Content-Type.", source="RFC 9110 15.3.6"
)
def _reset_content() -> Answers:
    yield _Response.made(status=205)
    yield _Response.made("", status=205, headers=[("X", "1")])


# The body, and async code.


def _posted(data: bytes, framing: Framing) -> AbstractRequest:
    content = Content(data, b"text/plain", framing)
    return asking(_Response.body(data), method="POST", content=content)


def _bodies() -> st.SearchStrategy[AbstractRequest]:
    # In chunks it would be about what servers decode.
    return st.builds(_posted, bodies(), st.builds(Framing, writes=sizes()))


@handled(
    "RSP-020 The body",
    "A handler can read the body. So can a sync handler if only async code can fetch the body.",
    strategy=_bodies,
)
def _the_body() -> Rows:
    yield _posted(b"", Framing())
    yield _posted(bytes(range(256)) * 100, Framing())
    yield _posted(b"x" * 3000, Framing(writes=(1, 100, 1000), pause=0.005))


def _everything() -> st.SearchStrategy[AbstractRequest]:
    told_anything = st.one_of(responses().map(asking), responses().map(asking), _heads(), _bodies())
    return told_anything.map(in_async_code)


@handled(
    "RSP-021 Async handlers",
    "An async handler answers as a sync handler does.",
    strategy=_everything,
)
def _async_handlers() -> Rows:
    for each in (
        *map(asking, SAMPLES),
        asking(_Response.text("grüße"), method="HEAD"),
        asking(refused(headers=[["X", EVIL[0]]])),
        asking(failing("raise", "Exception")),
        asking(failing("wrong", "int")),
        _posted(b"x" * 3000, Framing(writes=(1, 100, 1000), pause=0.005)),
    ):
        yield in_async_code(each)


@handled(
    "RSP-022 The same everywhere",
    "Whatever a handler answers, the client gets the same response from every framework and"
    " server.",
    strategy=lambda: responses().map(asking),
)
def _the_same_everywhere() -> Rows:
    return map(asking, SAMPLES)


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
