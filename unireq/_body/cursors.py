"""Cursors: the readers of a body, each with its own position.

- `whole` keeps all bytes, for `read()`, `json()` and `form()`.
- A `Stream` keeps none.
- A `BodyTee` is the framework's: unireq keeps what the framework reads, within the limits, and the
  framework gets what unireq has read. The framework gets the whole body, as the server sends it, or
  an error; never a part that looks like the whole. If the body is over unireq's limits, unireq
  stops keeping it, and the framework reads on as if unireq weren't there.

Rule: each is written once, as a coroutine. If the source is sync, it never waits, and
`threads.finish` runs it. A cancelled reader loses no byte.
"""

# The core uses the private members of a request.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import TYPE_CHECKING, Any

from unireq._body.limits import gone, taken_in_chunks, too_short
from unireq._body.spooled_body import CHUNK, SpooledBody
from unireq._body.state import (
    AsyncReadBody,
    Body,
    Read,
    ReadBody,
    State,
    check_size,
    declared_length,
)
from unireq._body.threads import finish, pause
from unireq._errors import BodyConsumed, IncompleteBody, UnireqError

if TYPE_CHECKING:
    from unireq._body.limits import Limits
    from unireq._body.reading import BodyReader as Source

__all__ = ["BodyTee", "Stream", "tee_body", "whole"]

_PAUSE = 0.02
"""Seconds between two looks at what another task does."""


def _open(body: Body, source: Source) -> bool:
    """Open the source if it isn't open; from then on the framework reads with a `BodyTee`."""

    def divert() -> None:
        tee = BodyTee(body, source)
        if source._divert(tee):
            body.tee = tee

    return body.open(source, lambda: _as_read(source._open_body(), source.body_is_async), divert)


def _as_read(pull: Any, is_async: bool) -> Read:
    return _awaited(pull) if is_async else _called(pull)


def _called(pull: ReadBody) -> Read:
    async def read(size: int) -> bytes:
        return pull(size)

    return read


def _awaited(pull: AsyncReadBody) -> Read:
    async def read(_: int) -> bytes:
        while (chunk := await pull()) == b"":
            pass
        return chunk or b""

    return read


async def _next(body: Body, size: int) -> bytes:
    """The source's next bytes; `b""` is the end. Keeps the error that the source raises."""
    assert body.read is not None  # noqa: S101 (a cursor opens it first)
    try:
        return await body.read(size)
    except UnireqError as error:
        body.drop(error, State.LOST)
        raise
    except Exception as error:
        raise body.drop(error, State.LOST) from error


async def whole(
    body: Body,
    source: Source,
    limits: Limits,
    spool_size: int | None,
    watch: Callable[[bytes], None] | None = None,
) -> SpooledBody:
    """The whole body, also handed back to the framework. Each new chunk is passed to `watch`.

    Raises:
        BodyConsumed, BodyTooLarge, IncompleteBody, StorageError: The body can't be read.
    """
    if not body.complete:
        async with body.turn.taken(waits=source.body_is_async):
            if body.must_read(source):
                check_size(max(body.store.size, declared_length(source) or 0), limits)
                _open(body, source)
                while chunk := await _next(body, _room(body, limits)):
                    body.keep(chunk, limits, spool_size)
                    if watch is not None:
                        watch(chunk)
                body.end(declared_length(source))
                body.check()
    return given_back(body, source, limits)


def given_back(body: Body, source: Source, limits: Limits) -> SpooledBody:
    """The bytes of a complete body, also handed back to the framework.

    Raises:
        BodyTooLarge: It is over the limit.
    """
    check_size(body.store.size, limits)
    source._restore_body(body.store)
    return body.store


def _room(body: Body, limits: Limits) -> int:
    """How many bytes to read: one byte over the limit proves that the body is too large."""
    if limits.body_size is None:
        return CHUNK
    return min(CHUNK, limits.body_size + 1 - body.store.size)


class Stream:
    """A cursor that keeps nothing; but it first returns the bytes that are kept already.

    Args:
        body: The body.
        source: The request.
        limits: How much is accepted.
    """

    __slots__ = ("_body", "_kept", "_limits", "_own", "_size", "_source")

    def __init__(self, body: Body, source: Source, limits: Limits) -> None:
        self._body, self._source, self._limits = body, source, limits
        self._kept: Iterator[bytes] | None = None
        self._own = False
        self._size = 0

    async def take(self) -> bytes:
        """The next bytes; `b""` is the end.

        Raises:
            BodyConsumed, BodyTooLarge, IncompleteBody: They can't be read.
        """
        body = self._body
        if self._kept is None:
            self._kept = await self._begin()
        if (chunk := next(self._kept, b"")) or not self._own:
            return chunk
        chunk = await _next(body, CHUNK)
        self._size += len(chunk)
        try:
            check_size(self._size, self._limits)
            if not chunk:
                body.ended = True
                declared = declared_length(self._source)
                if declared is not None and self._size < declared:
                    raise too_short(declared, self._size)
        except UnireqError as error:
            body.drop(error, State.STREAMED)
            raise
        return chunk

    async def _begin(self) -> Iterator[bytes]:
        body, source = self._body, self._source
        if not body.complete:
            async with body.turn.taken(waits=source.body_is_async):
                if body.must_read(source):
                    check_size(max(body.store.size, declared_length(source) or 0), self._limits)
                    _open(body, source)
                    body.begin_stream()
                    self._own = True
                    source._mark_streamed()
        # The whole body, or the part that a cancelled reader has kept.
        store = body.store if self._own else given_back(body, source, self._limits)
        self._size = store.size
        return store.chunks()

    def close(self) -> None:
        """Stop reading."""
        if self._own:
            self._body.end_stream(empty=self._body.ended and not self._size)


def tee_body(body: Body, source: Source, *, again: bool = False) -> BodyTee | None:
    """The framework's cursor; None if part of the body has been read, unless `again`."""
    try:
        fresh = body.state is State.NEW and body.must_read(source) and _open(body, source)
    except (BodyConsumed, IncompleteBody):
        # The next reader of the body gets the error.
        return None
    if not (fresh or again):
        return None
    if (tee := body.tee) is None:
        tee = body.tee = BodyTee(body, source)
    return tee


class BodyTee:
    """A cursor with which the framework reads the body, while unireq can read it too.

    Args:
        body: The body.
        source: The request.

    Attributes:
        origin: For the adapter: it can store here what the framework was reading from before.
        over: Whether the framework has got the end, or an error instead of it.
    """

    __slots__ = (
        "__weakref__",
        "_at",
        "_body",
        "_declared",
        "_is_async",
        "_limits",
        "_read",
        "_store",
        "origin",
        "over",
    )

    def __init__(self, body: Body, source: Source) -> None:
        self._body, self._limits = body, source._within(None)
        self._declared, self._is_async = declared_length(source), source.body_is_async
        # Kept here too: the framework reads on after unireq has discarded its own.
        self._read, self._store = body.read, body.store
        self._at = 0
        self.origin: Any = None
        self.over: bool = False

    @property
    def at(self) -> int:
        """How many of the kept bytes the framework has read."""
        return self._at

    @property
    def kept(self) -> bool:
        """Whether all bytes so far are kept, so `seek` works."""
        return self._body.state in {State.OPEN, State.COMPLETE}

    def seek(self, position: int) -> None:
        """Continue after the first `position` bytes, which are kept.

        Raises:
            ValueError: `position` is negative.
            UnireqError, Exception: The bytes before it can't be read; as for `take`.
        """
        if position < 0:
            raise ValueError(f"seek: expected a position of 0 or more, got {position}")
        while self._store.size < position:
            self._at = self._store.size
            if not self.take(CHUNK):
                break
        self._at = min(position, self._store.size)
        self._store.framework_at, self.over = self._at, False

    def again(self) -> BodyTee:
        """A new cursor at the beginning of the same body."""
        other = copy(self)
        other.seek(0)
        return other

    def take(self, size: int) -> bytes:
        """The framework's next bytes, at most `size` of them; `b""` is the end.

        Args:
            size: 1 or more.

        Raises:
            ValueError: `size` is less than 1.
            BodyConsumed: `stream()` has consumed the rest.
            UnireqError: The rest is lost, or the server's stream has failed before.
            Exception: The error of the server's stream.
        """
        if size < 1:
            # A read of 0 bytes would look like the end of the server's stream.
            raise ValueError(f"take: expected a positive number of bytes, got {size}")
        return finish(self._take(size))

    async def atake(self) -> bytes:
        """Like `take`, if `body_is_async`. A cancelled call loses no byte."""
        return await self._take(CHUNK)

    @property
    def streaming(self) -> bool:
        """Whether `stream()` or `astream()` is reading the rest."""
        return self._body.state is State.STREAMING

    @property
    def source_ended(self) -> bool:
        """Whether the server has reported the end of the body."""
        return self._body.ended

    @staticmethod
    async def pause() -> None:
        """Let other tasks run for a moment, in a loop that waits for them."""
        await pause(_PAUSE)

    async def _take(self, size: int) -> bytes:
        body = self._body
        async with body.turn.taken(waits=self._is_async):
            chunk = self._store.read_at(self._at, size)
            if chunk:
                self._at += len(chunk)
            elif not self._at_end():
                chunk = await self._ask(size)
            self._store.framework_at = self._at
            self.over = not chunk
            return chunk

    def _at_end(self) -> bool:
        """Whether the framework has read all bytes.

        Raises:
            UnireqError: It hasn't, but it can't get the rest.
        """
        body = self._body
        if body.streamed:
            raise taken_in_chunks(framework=True)
        if body.state is State.LOST:
            body.check()
        if body.complete or body.ended:
            return True
        if self._read is None or self._at < self._store.size:
            raise gone()
        return False

    async def _ask(self, size: int) -> bytes:
        body, read = self._body, self._read
        assert read is not None  # noqa: S101 (_at_end has looked)
        try:
            chunk = await read(size)
        except Exception as error:
            body.drop(error, State.LOST)
            raise
        if not chunk:
            body.end(self._declared)
        elif body.state is State.OPEN:
            self._at += len(chunk)
            try:
                body.keep(chunk, self._limits, self._limits.spool_size)
            except UnireqError:
                # `keep` has stored the error. The framework gets this chunk, so nothing needs the
                # kept bytes any more.
                body.state = State.DROPPED
                self._store, self._at = SpooledBody(), 0
        return chunk
