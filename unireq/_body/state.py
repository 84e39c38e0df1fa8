"""Body: the state of one body, shared by every `Request` of one native request.

Rule: one state machine; only the methods of `Body` change the state. Everything that reads the body
is a cursor (see `cursors`): one kind keeps all bytes, one keeps none, and the framework reads with
the third. One cursor at a time reads from the source; the others wait, and get what it has read.
Nothing here refers to a request, so a body and its temporary file end with the request.

    state       meaning                               next state
    NEW         no cursor has read                    first cursor: OPEN, or COMPLETE if the
                                                      framework has the whole body
    OPEN        a cursor reads, and unireq keeps      at the end: COMPLETE or SHORT; over a limit:
                the bytes                             DROPPED; on an error: LOST; with a stream:
                                                      STREAMING
    COMPLETE    unireq has the whole body             (final)
    STREAMING   a stream reads, nothing is kept       when it ends: STREAMED, or COMPLETE if the
                                                      body is empty
    STREAMED    a stream has read it, or part of it   (final)
    DROPPED     unireq has discarded it; the          if the framework's read fails: LOST
                framework may still read
    SHORT       it ended early                        (final)
    LOST        bytes are lost for all readers        (final)
"""

# The core uses the private members of a request.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import threading
import weakref
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, TypeAlias

from unireq._body.limits import Limits, broken_by, taken_in_chunks, too_large, too_short
from unireq._body.spooled_body import SpooledBody
from unireq._body.threads import Turn
from unireq._errors import StorageError, UnireqError
from unireq._fields import parse_content_length

if TYPE_CHECKING:
    from unireq._body.cursors import BodyTee
    from unireq._body.form_data import FormData
    from unireq._body.reading import BodyReader as Source

__all__ = ["KEY", "AsyncReadBody", "Body", "Read", "ReadBody", "State", "declared_length"]

ReadBody: TypeAlias = Callable[[int], bytes]
"""Returns the next bytes of a body, at most the given number; `b""` is the end."""

AsyncReadBody: TypeAlias = Callable[[], Awaitable["bytes | None"]]
"""Returns the next bytes of a body; None is the end. A cancelled call loses none."""

Read: TypeAlias = Callable[[int], Awaitable[bytes]]
"""Either of them, as cursors call it: `b""` is the end; it never waits if the source is sync."""

KEY = "unireq.body"
"""The key of the state in the scope, the environ or another `_storage` of an adapter."""


class State(Enum):
    """The state of a body: see the table above."""

    NEW = auto()
    OPEN = auto()
    COMPLETE = auto()
    STREAMING = auto()
    STREAMED = auto()
    DROPPED = auto()
    SHORT = auto()
    LOST = auto()


class Body:
    """One body.

    Attributes:
        state: Its state.
        store: The bytes that are kept.
        read: Reads the next bytes from the source; None before and after.
        ended: Whether the source has reported the end.
        form: The last parsed form, with the limits that it was parsed with.
        limits: The limits for calls without `limits`; None for those of the class.
        turn: Held by the cursor that reads from the source.
        parsing: Held while the form is parsed.
    """

    __slots__ = (
        "_error",
        "_opening",
        "_tee",
        "ended",
        "form",
        "limits",
        "parsing",
        "read",
        "state",
        "store",
        "turn",
    )

    def __init__(self, data: bytes | None = None) -> None:
        self.state: State = State.NEW if data is None else State.COMPLETE
        self.store: SpooledBody = SpooledBody(data or b"")
        self.read: Read | None = None
        self.ended: bool = False
        self.form: tuple[Limits, FormData] | None = None
        self.limits: Limits | None = None
        self.turn: Turn = Turn()
        self.parsing: Any = threading.Lock()
        self._opening: Any = threading.Lock()
        self._tee: weakref.ref[BodyTee] | None = None
        self._error: tuple[type[UnireqError], tuple[Any, ...], OSError | None] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        # A native request may be copied or pickled, with its storage.
        return (Body, (self.store.getvalue(),)) if self.complete else (Body, ())

    @property
    def complete(self) -> bool:
        """Whether all bytes are kept."""
        return self.state is State.COMPLETE

    @property
    def streamed(self) -> bool:
        """Whether a stream is reading it, or has read it."""
        return self.state in {State.STREAMING, State.STREAMED}

    @property
    def tee(self) -> BodyTee | None:
        """The framework's cursor, as long as a strong reference to it exists."""
        return None if self._tee is None else self._tee()

    @tee.setter
    def tee(self, tee: BodyTee) -> None:
        self._tee = weakref.ref(tee)
        self.store.framework_at = 0

    def form_by(self, limits: Limits) -> FormData | None:
        """The form, if it has been parsed with these limits already; else None."""
        return self.form[1] if self.form is not None and self.form[0] == limits else None

    # Transitions.

    def must_read(self, source: Source) -> bool:
        """Take the body from the framework if it has it; whether there are bytes left to read.

        Raises:
            UnireqError: The body can't be read any more.
        """
        if self.state is State.NEW:
            with self._opening:
                if self.state is State.NEW and (held := source._cached_body()) is not None:
                    self.store = SpooledBody(held)
                    self.end(declared_length(source))
        self.check()
        return not self.complete

    def open(self, source: Source, read: Callable[[], Read], divert: Callable[[], None]) -> bool:
        """Open `source`, unless it is open already.

        Args:
            source: The request.
            read: Opens the source.
            divert: Called afterwards: makes the framework read from here.

        Returns:
            Whether this call has opened it.
        """
        with self._opening:
            if self.state is not State.NEW:
                return False
            self.read = read()
            self.state = State.OPEN
            divert()
            return True

    def keep(self, chunk: bytes, limits: Limits, spool_size: int | None) -> None:
        """Keep the next bytes.

        Raises:
            BodyTooLarge: The body is over the limit.
            StorageError: The temporary file can't be written.
        """
        try:
            self.store.append(chunk, spool_size)
            check_size(self.store.size, limits)
        except StorageError as error:
            # Without this chunk, the rest would be a different body.
            raise self.drop(error, State.LOST) from error.__cause__
        except UnireqError as error:
            raise self.drop(error, State.DROPPED) from None

    def end(self, declared: int | None) -> None:
        """Note that the source has reported the end."""
        self.ended = True
        if self.state in {State.NEW, State.OPEN}:
            if declared is not None and self.store.size < declared:
                self.drop(too_short(declared, self.store.size), State.SHORT)
            else:
                self.state, self.read = State.COMPLETE, None

    def begin_stream(self) -> None:
        """Let a stream read the rest."""
        self.state = State.STREAMING

    def end_stream(self, *, empty: bool) -> None:
        """End the stream; `empty` says whether the body had no bytes at all."""
        if self.state is State.STREAMING:
            self.state = State.COMPLETE if empty else State.STREAMED
            self._let_go()

    def drop(self, error: Exception, state: State) -> UnireqError:
        """Discard the body; returns the error to raise now, and keeps it for later calls."""
        reason = broken_by(error)
        if self._error is None:
            # Not the error itself: its traceback keeps frames, and all their variables, alive.
            cause = error if isinstance(error, OSError) else error.__cause__
            copied = OSError(*cause.args) if isinstance(cause, OSError) else None
            self._error = type(reason), reason.args, copied
        if self.state is State.STREAMING:
            self.state = State.STREAMED
        elif self.state is not State.STREAMED:
            self.state = state
        # Breaks a reference cycle: the source may hold the native request, which holds this.
        self._let_go()
        return reason

    def check(self) -> None:
        """Raise the error that says why the whole body is unavailable, if it is."""
        if self._error is not None:
            kind, said, cause = self._error
            raise kind(*said) from cause
        if self.streamed:
            raise taken_in_chunks()

    def _let_go(self) -> None:
        self.read, self.store = None, SpooledBody()


def check_size(size: int, limits: Limits) -> None:
    """Raise `BodyTooLarge` if `size` bytes are over the limit."""
    if limits.body_size is not None and size > limits.body_size:
        raise too_large(limits.body_size)


def declared_length(source: Source) -> int | None:
    """The value of Content-Length, in bytes; None if it is missing or not one number."""
    return parse_content_length(source.get_header("content-length"))
