"""Cursors: who wants the bytes of a body, each with a place of its own in it.

- `whole` keeps all of them, for `read()`, `json()` and `form()`.
- A `Stream` keeps none.
- A `BodyTee` is the framework's: what it reads is kept within the limits, and what unireq has
  read it gets from there. It gets the whole body, as the server gives it, or an error, and never a
  part as if it were the whole. Where unireq keeps no more than its limits allow, it reads on, as if
  nobody were here.

Rule: each is written once, as a coroutine; where the source is not async it never waits, and
`threads.finish` runs it. What is cancelled loses no byte.
"""

# What is private of a request is private to the core.
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
"""Seconds; for those who watch what others do."""


def _open(body: Body, source: Source) -> bool:
    """Open the source, if nobody has; from then on the framework reads by a `BodyTee`."""

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
    """The source's next bytes; `b""` is the end. What it raises is remembered."""
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
    """All bytes; the framework is given them back. `watch` is given those that come, too.

    Raises:
        BodyConsumed, BodyTooLarge, IncompleteBody, StorageError: They can't be had.
    """
    if not body.complete:
        async with body.turn.taken(waits=source.body_is_async):
            if body.settle(source):
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
    """The bytes of a body that is complete.

    Raises:
        BodyTooLarge: They are too many.
    """
    check_size(body.store.size, limits)
    source._restore_body(body.store)
    return body.store


def _room(body: Body, limits: Limits) -> int:
    """How many bytes to ask for: one more than the limit allows proves that it is crossed."""
    if limits.body_size is None:
        return CHUNK
    return min(CHUNK, limits.body_size + 1 - body.store.size)


class Stream:
    """A cursor that keeps nothing: what nobody has read is its own; else it gives that again.

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
            BodyConsumed, BodyTooLarge, IncompleteBody: They can't be had.
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
                if body.settle(source):
                    check_size(max(body.store.size, declared_length(source) or 0), self._limits)
                    _open(body, source)
                    body.begin_stream()
                    self._own = True
                    source._mark_streamed()
        # What a reader that was cancelled has left, or all of it.
        store = body.store if self._own else given_back(body, source, self._limits)
        self._size = store.size
        return store.chunks()

    def close(self) -> None:
        """Take no more."""
        if self._own:
            self._body.end_stream(empty=self._body.ended and not self._size)


def tee_body(body: Body, source: Source, *, again: bool = False) -> BodyTee | None:
    """What the framework shall read by; None if somebody has read, unless it may read `again`."""
    try:
        fresh = body.state is State.NEW and body.settle(source) and _open(body, source)
    except (BodyConsumed, IncompleteBody):
        # Whoever asks for the body is told.
        return None
    if not (fresh or again):
        return None
    if (tee := body.tee) is None:
        tee = body.tee = BodyTee(body, source)
    return tee


class BodyTee:
    """A cursor by which one framework reads one body, while unireq can read it too.

    Args:
        body: The body.
        source: The request.

    Attributes:
        origin: Whatever an adapter wants to know again of what the framework has read by before.
        over: Whether the framework was given the end, or an error in its place.
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
        # These outlive the body's own: the framework reads on where unireq has given up.
        self._read, self._store = body.read, body.store
        self._at = 0
        self.origin: Any = None
        self.over: bool = False

    @property
    def at(self) -> int:
        """How many bytes the framework has got of what is kept."""
        return self._at

    @property
    def kept(self) -> bool:
        """Whether all that has come is kept, so that it can `seek`."""
        return self._body.state in {State.OPEN, State.COMPLETE}

    def seek(self, position: int) -> None:
        """Go on behind the first `position` bytes, which are kept.

        Raises:
            ValueError: The position is before the beginning.
            UnireqError, Exception: What is before it can't be had; as `take` does.
        """
        if position < 0:
            raise ValueError(f"seek: expected a position from 0 on, got {position}")
        while self._store.size < position:
            self._at = self._store.size
            if not self.take(CHUNK):
                break
        self._at = min(position, self._store.size)
        self._store.framework_at, self.over = self._at, False

    def again(self) -> BodyTee:
        """Another cursor on the same body, at its beginning."""
        other = copy(self)
        other.seek(0)
        return other

    def take(self, size: int) -> bytes:
        """The framework's next bytes, at most `size`, which is positive; `b""` is the end.

        Raises:
            BodyConsumed: `stream()` has taken what follows.
            UnireqError: What follows was lost, or the server's own stream has failed before.
            Exception: What the server's own stream raised.
        """
        if size < 1:
            # Not asked for anything, the server's stream would seem to have ended.
            raise ValueError(f"take: expected a positive number of bytes, got {size}")
        return finish(self._take(size))

    async def atake(self) -> bytes:
        """The same, where bytes are awaited. A call that is cancelled loses none."""
        return await self._take(CHUNK)

    @property
    def streaming(self) -> bool:
        """Whether `astream()` is taking what follows."""
        return self._body.state is State.STREAMING

    @property
    def source_ended(self) -> bool:
        """Whether the server has given the end of the body."""
        return self._body.ended

    @staticmethod
    async def pause() -> None:
        """Let others run for a moment, for those who watch what they do."""
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
        """Whether nothing follows.

        Raises:
            UnireqError: Something does, but the framework can't have it.
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
                # It is remembered there. The framework has these bytes, and nobody will ask for
                # what is kept.
                body.state = State.DROPPED
                self._store, self._at = SpooledBody(), 0
        return chunk
