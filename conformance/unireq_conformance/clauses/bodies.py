"""BDY: the clauses about the bytes of a body."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from unireq_conformance.clause import Rows
from unireq_conformance.clauses.contents import (
    CHUNKED,
    EMPTY,
    MALFORMED,
    TOO_LARGE,
    URLENCODED,
    Done,
    of_content,
    post,
    reading,
)
from unireq_conformance.content import Framing, error, form, json_value, octets, text
from unireq_conformance.content_strategies import bodies, chunkings, sizes
from unireq_conformance.model import AbstractRequest

_CONSUMED = error("BodyConsumed")
_INCOMPLETE = error("IncompleteBody", 400)
_CANCELLED: Done = ("cancel", {})
_OCTETS = bytes(range(256))
_WORDS = b"hello w\xc3\xb6rld"
_FORM = b"a=1&b=%C3%A9&a=2"


def _by_length() -> st.SearchStrategy[AbstractRequest]:
    return st.builds(reading, bodies(), st.builds(Framing, writes=sizes()))


def _in_chunks() -> st.SearchStrategy[AbstractRequest]:
    return st.builds(reading, bodies(), chunkings())


_READ: Done = ("read", octets(_FORM))
_PARTS: Done = ("form", form((("a", "1"), ("b", "é"), ("a", "2"))))
_OF_FORM: dict[str, Done] = {
    "read": _READ,
    "body": ("body", octets(_FORM)),
    "text": ("text", text(_FORM.decode())),
    "form": _PARTS,
    "json": ("json", MALFORMED),
}


def _form(*done: Done, framing: Framing = Framing()) -> AbstractRequest:  # noqa: B008
    return post(_FORM, URLENCODED, *done, framing=framing)


def _words(*done: Done, framing: Framing = Framing()) -> AbstractRequest:  # noqa: B008
    return post(_WORDS, None, *done, framing=framing)


def _in_any_order() -> st.SearchStrategy[AbstractRequest]:
    done = st.lists(st.sampled_from(list(_OF_FORM.values())), min_size=2, max_size=6)
    return done.map(lambda some: _form(*some))


def _both_kinds() -> st.SearchStrategy[AbstractRequest]:
    twin = st.sampled_from(("sync.", "async.", ""))
    one = st.tuples(twin, st.sampled_from(list(_OF_FORM.values())))
    done = st.lists(one, min_size=2, max_size=6)
    first = ("async.read", octets(_FORM))
    return done.map(lambda some: _form(first, *((twin + name, out) for twin, (name, out) in some)))


@of_content(
    "BDY-001 The bytes",
    "`read()`, `aread()` and `body` give the bytes of the content, as `bytes`, in whatever pieces"
    " they arrive.",
    source="RFC 9110 6.4",
    strategy=_by_length,
)
def _the_bytes() -> Rows:
    yield reading(_OCTETS)
    yield reading(b"x" * 70_000)
    yield reading(b" \t\r\nx\n ")
    yield post(b"x", None, ("body", octets(b"x")))


@of_content(
    "BDY-002 Chunks",
    "Chunked framing is decoded: sizes, extensions and the last chunk are not part of the body.",
    why="Django and Werkzeug stop where Content-Length says, so without it they see no body.",
    source="RFC 9112 7.1",
    strategy=_in_chunks,
)
def _chunks() -> Rows:
    yield reading(b"hello", Framing(chunks=(1,), extension=b";a=b"))
    yield reading(_OCTETS, Framing(chunks=(7,)))


@of_content(
    "BDY-003 No content",
    'Without Content-Length and Transfer-Encoding, the body is `b""`. So it is with a length of 0,'
    " and with only the last chunk. Reading it never waits.",
    source="RFC 9112 6.3",
)
def _no_content() -> Rows:
    read = ("read", octets(b""))
    for method in ("GET", "DELETE", "OPTIONS"):
        yield post(b"", None, read, framing=None, method=method)
    others = (("text", text("")), ("form", EMPTY), ("json", MALFORMED), ("body", octets(b"")))
    yield post(b"", None, read, *others)
    yield post(b"", URLENCODED, ("stream", octets(b"")))
    yield reading(b"", Framing(chunks=(1,)))


@of_content(
    "BDY-004 HTTP/1.0",
    "A body sent over HTTP/1.0 is read by its Content-Length.",
    source="RFC 9112 6.3",
)
def _http_1_0() -> Rows:
    for data in (b"", b"hello", bytes(range(256))):
        for writes in ((), (2,)):
            yield replace(reading(data, Framing(writes=writes)), version="1.0")


@of_content(
    "BDY-005 Large bodies",
    "A body of ten million bytes is read whole. It is within the default limits.",
)
def _large_bodies() -> Rows:
    yield reading(b"0123456789" * 1_000_000)
    yield reading(b"0123456789" * 100_000, Framing(chunks=(65536,)))


@of_content(
    "BDY-006 Where it ends",
    "What follows the content on the connection is not part of the body.",
    why="It is the next request.",
    source="RFC 9112 9.3.2",
)
def _where_it_ends() -> Rows:
    for step in ("read", "stream"):
        for chunks in (None, (5,)):
            framing = Framing(chunks=chunks, extra=b"GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            yield _words((step, octets(_WORDS)), framing=framing)


@of_content(
    "BDY-007 Any order, any number of times",
    "`read`, `body`, `text`, `json` and `form` work in any order and any number of times, and give"
    " the same result each time. An error of one does not affect the others.",
    why="Frameworks forget the body once a form is parsed: Starlette and Django raise an error,"
    " Flask says that the body was empty.",
    strategy=_in_any_order,
)
def _any_order_any_number_of_times() -> Rows:
    for names in ("form read form", "json form body json", "read form text read"):
        yield _form(*(_OF_FORM[name] for name in names.split()))


@of_content(
    "BDY-008 Sync and async accessors",
    "The accessors that begin with `a` give the same as those that do not. After `aread()`, the"
    " sync accessors also work in async code. In sync code, the async accessors need no event"
    " loop.",
    strategy=_both_kinds,
)
def _sync_and_async_accessors() -> Rows:
    steps = [(f"{twin}.", each) for twin in ("async", "sync") for each in _OF_FORM.values()]
    yield _form(*((twin + name, outcome) for twin, (name, outcome) in steps))


@of_content(
    "BDY-009 Many readers",
    "Several tasks or threads can read at the same time, each through its own view. Each gets the"
    " whole body and its form, whichever it asks for first.",
    why="Two readers of one Starlette request wait for ever.",
)
def _many_readers() -> Rows:
    for data, framing in (
        (_WORDS, Framing()),
        (_WORDS, Framing(writes=(4, 5, 4096), pause=0.05)),
        (b"x" * 70_000, Framing(writes=(4096,))),
    ):
        yield post(data, None, ("many", octets(data)), ("read", octets(data)), framing=framing)
    for framing in (Framing(), Framing(chunks=(5,), writes=(30, 4), pause=0.02)):
        yield _form(("many", octets(_FORM)), framing=framing)


@of_content(
    "BDY-010 Cancelled readers",
    "A cancelled reader loses nothing: the next reader gets the whole body.",
    capability="ASYNC_BODY",
)
def _cancelled_readers() -> Rows:
    for times, framing in (
        (1, Framing()),
        (1, Framing(writes=(4, 4096), pause=0.2)),
        (2, Framing(writes=(4, 4, 4096), pause=0.2)),
    ):
        yield _words(*(_CANCELLED,) * times, ("read", octets(_WORDS)), framing=framing)


@of_content(
    "BDY-011 Sync accessors in async code",
    "On an event loop, if the body has not been awaited yet, the sync accessors raise"
    " `BodyNotRead` at once. The body can still be awaited afterwards.",
    why="Waiting there would block the event loop that the body arrives on.",
    capability="ASYNC_BODY",
)
def _sync_accessors_in_async_code() -> Rows:
    for step in ("read", "body", "text", "json", "form", "mapping", "stream", "detach"):
        refused, parts = (f"sync.{step}", error("BodyNotRead")), ("sync.form", _PARTS[1])
        yield _form(refused, _READ, parts, framing=Framing(writes=(4, 4096), pause=0.02))


def _streams() -> st.SearchStrategy[AbstractRequest]:
    after = st.lists(st.sampled_from(("read", "text", "json", "form", "stream")), max_size=3)
    data = bodies().filter(bool)
    framing = st.builds(Framing, writes=sizes())
    return st.builds(_streamed, data, after, framing)


def _streamed(data: bytes, after: list[str], framing: Framing) -> AbstractRequest:
    consumed = ((name, _CONSUMED) for name in after)
    return post(data, URLENCODED, ("stream", octets(data)), *consumed, framing=framing)


@of_content(
    "BDY-012 Streams",
    "`stream()` and `astream()` give all bytes, in non-empty chunks of `bytes`. They keep none, so"
    " every accessor then raises `BodyConsumed`, which is not the same as an empty body.",
    strategy=_streams,
)
def _streams_keep_nothing() -> Rows:
    after = ("read", "body", "text", "json", "form", "stream")
    yield _words(("stream", octets(_WORDS)), *((name, _CONSUMED) for name in after))


@of_content(
    "BDY-013 Streams of what was read",
    "A body that has been read can be streamed any number of times, and stays readable.",
)
def _streams_of_what_was_read() -> Rows:
    for data in (b"", _WORDS, b"x" * 70_000):
        read, stream = ("read", octets(data)), ("stream", octets(data))
        yield post(data, None, read, stream, stream, read)


@of_content(
    "BDY-014 Limit of size",
    "A body of more than `Limits.body_size` bytes raises `BodyTooLarge` (413), whatever its"
    " framing, and whether or not it has been read. A body of exactly that size is read.",
    source="RFC 9110 15.5.14",
)
def _within_limits() -> Rows:
    whole = {**_OF_FORM, "stream": ("stream", octets(_FORM))}
    larger = (("read(body_size=15)", TOO_LARGE), ("form(body_size=15)", TOO_LARGE))
    for framing in (Framing(), CHUNKED):
        for name in ("read", "text", "json", "form", "stream"):
            yield _form((f"{name}(body_size=15)", TOO_LARGE), framing=framing)
            yield _form((f"{name}(body_size=16)", whole[name][1]), framing=framing)
        yield _form(_READ, *larger, _READ, framing=framing)


@of_content(
    "BDY-015 Truncated bodies",
    "A body that ends before its framing says raises `IncompleteBody` (400), and never gives a"
    " shorter body. A server may refuse the request instead.",
    why="Half of a transfer, or half of a list of permissions, is not what the client meant.",
    source="RFC 9112 8",
    may_refuse=True,
    # Django on granian: it reads the body before any view, and whoever sent half of it is gone.
    tolerated=lambda _: ("500",),
)
def _truncated_bodies() -> Rows:
    for step in ("read", "text", "form"):
        for chunks, missing in ((None, 1), (None, len(_WORDS)), ((6,), 5), ((6,), 12)):
            framing = Framing(chunks=chunks, missing=missing)
            yield _words((step, _INCOMPLETE), ("read", _INCOMPLETE), framing=framing)


@of_content(
    "BDY-016 Text",
    "`text()` decodes the body in the charset of Content-Type: `utf-8` (also for `us-ascii` and"
    " for no charset) or `iso-8859-1`. Invalid bytes become U+FFFD. Any other charset raises"
    " `MalformedBody`.",
    why="A codec that a client can choose is a security hole: some codecs read `<` where filters"
    " see none.",
    source="WHATWG Encoding 4",
)
def _text() -> Rows:
    for data, media_type, outcome in (
        ("é😀".encode(), None, text("é😀")),
        ("é".encode(), b"text/plain", text("é")),
        ("é".encode(), b"text/plain; charset=UTF-8", text("é")),
        ("é".encode(), b'text/plain; charset="us-ascii"', text("é")),
        (b"\xe9", b"text/plain; charset=iso-8859-1", text("é")),
        (b"\x80\xff", b"text/plain;charset=ISO-8859-1", text("\x80\xff")),
        (b"a\xff\xe2\x82b", None, text("a\ufffd\ufffdb")),
        (b"\xef\xbb\xbfx", None, text("\ufeffx")),
        (b"a\r\nb\0", None, text("a\r\nb\0")),
        (b"+ADw-", b"text/plain; charset=utf-7", MALFORMED),
        (b"x", b"text/plain; charset=rot13", MALFORMED),
        (b"x", b"text/plain; charset=utf-8; charset=latin1", MALFORMED),
    ):
        yield post(data, media_type, ("text", outcome))


@of_content(
    "BDY-017 Methods",
    "The method does not matter: a body is read with any.",
    why="Django parses forms only for POST, and Sanic does not fetch the body of DELETE.",
    source="RFC 9110 9.3",
)
def _methods() -> Rows:
    data, value = b'{"a":1}', json_value({"a": 1})
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        yield post(data, None, ("read", octets(data)), ("json", value), method=method)
