"""BDY: the clauses about a body that unireq and the framework's own reader both want."""

from __future__ import annotations

from unireq_conformance.clause import Found, Rows, table
from unireq_conformance.clauses.contents import (
    CHUNKED,
    TOO_LARGE,
    URLENCODED,
    Done,
    as_expected,
    of_content,
    post,
)
from unireq_conformance.content import Framing, error, form, octets
from unireq_conformance.model import AbstractRequest
from unireq_conformance.seen import Seen

_FORM = b"a=1&b=%C3%A9&a=2"
_LARGE = b"a=" + b"0123456789" * 20_000
_SLOWLY = Framing(writes=(100, 4, 65_536), pause=0.02)
_FRAMINGS = (Framing(), CHUNKED, _SLOWLY)
_BEGUN: Done = ("begin", {})
_BODIES = (
    *((_FORM, framing) for framing in _FRAMINGS),
    (_LARGE, Framing(writes=(8192,))),
    (_LARGE, Framing(chunks=(8192,))),
)
_PARTS = form((("a", "1"), ("b", "é"), ("a", "2")))


def _whole_or_refused(sent: AbstractRequest, seen: Seen) -> Found:
    """That the framework got the whole body, or said that it could not."""
    for expectation in as_expected(sent, seen):
        got = expectation.observed
        if not (isinstance(got, dict) and "refused" in got):
            yield expectation


def _whole_or_consumed(sent: AbstractRequest, seen: Seen) -> Found:
    """That unireq got the whole body, or said that somebody else has taken it.

    What the framework made of it is not judged: Django, for one, sees none that comes in chunks.
    """
    for expectation in as_expected(sent, seen):
        native = expectation.where.endswith(".native")
        if not native and expectation.observed != error("BodyConsumed"):
            yield expectation


def _then_native(*done: Done, data: bytes = _FORM, framing: Framing = CHUNKED) -> AbstractRequest:
    return post(data, URLENCODED, *done, ("native", octets(data)), framing=framing)


@of_content(
    "BDY-019 The framework's reader, afterwards",
    "After unireq has read the body, the framework's own reader gives the whole body.",
    why="A library reads the body to check its signature, and the view behind it reads the same"
    " body.",
    capability="NATIVE_BODY",
)
def _the_frameworks_reader_afterwards() -> Rows:
    for data, framing in _BODIES:
        yield _then_native(("read", octets(data)), data=data, framing=framing)
    for step in (("form", _PARTS), ("json", error("MalformedBody", 400))):
        for framing in _FRAMINGS:
            yield _then_native(step, framing=framing)
    yield post(b"", None, ("read", octets(b"")), ("native", octets(b"")), framing=None)


@table(
    "BDY-020 Never a part",
    "If unireq has taken some of the body and left the rest (by a stream, or at a limit), the"
    " framework's own reader gives the whole body or an error: never a part of the body, and never"
    " an empty one.",
    why="The rest of a list of permissions is not what the client sent.",
    capability="NATIVE_BODY",
    check=_whole_or_refused,
)
def _never_a_part() -> Rows:
    for data, framing in _BODIES:
        for step in (_BEGUN, ("read(body_size=10)", TOO_LARGE)):
            yield _then_native(step, data=data, framing=framing)
    for data in (_FORM, _LARGE):
        yield _then_native(("stream", octets(data)), data=data)


@table(
    "BDY-021 The framework's reader, before",
    "If the framework's own reader has already read the body, unireq gives the same body or raises"
    " `BodyConsumed`. It never gives an empty body, and never blames the client.",
    capability="NATIVE_BODY",
    check=_whole_or_consumed,
)
def _the_frameworks_reader_before() -> Rows:
    for data, framing in _BODIES:
        for step in (("read", octets(data)), ("stream", octets(data))):
            yield post(data, URLENCODED, ("native", octets(data)), step, framing=framing)
