"""RSP-014 to 016 and 020 to 022: content that is not sent, that is read, and all of it."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from unireq_conformance.clause import Rows
from unireq_conformance.clauses.responding import (
    Answers,
    answered,
    asking,
    handled,
    in_async_code,
    received_head,
    without_framing,
)
from unireq_conformance.clauses.response_cookies import NO_DEFAULTS
from unireq_conformance.clauses.response_refusals import EVIL, failing, refused
from unireq_conformance.clauses.responses import redirect_to
from unireq_conformance.content import Content, Framing
from unireq_conformance.content_strategies import bodies, sizes
from unireq_conformance.model import AbstractRequest
from unireq_conformance.response import AbstractResponse, SetCookie
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
