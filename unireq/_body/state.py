"""Body: what has become of the bytes of one body, shared by every view of one native request.

Rule: one state machine, whose state is changed by the functions of `Body` alone. Whoever wants
bytes is a cursor (see `cursors`): one that keeps them all, one that keeps none, and one by which
the framework reads. One cursor at a time asks the source; the others wait, and get what it got.
Nothing here refers back to a request, so that a body ends with it, and so does its temporary file.

    state       what it means                         who leaves it, and where to
    NEW         nobody has asked for it               the first cursor: OPEN, or COMPLETE
                                                      where the framework has it all
    OPEN        bytes are asked for, and kept        any cursor; at the end: COMPLETE, or
                                                      SHORT; over a limit: DROPPED; failing:
                                                      LOST. A stream: STREAMING
    COMPLETE    all of it is kept                     nobody
    STREAMING   a stream takes it, and keeps none     the stream, when it ends: STREAMED, or
                                                      COMPLETE where there was nothing
    STREAMED    a stream has taken it, or a part      nobody
    DROPPED     unireq keeps it no more; the          the framework, failing: LOST
                framework may read on
    SHORT       it has ended early                    nobody
    LOST        bytes are gone, for everybody        nobody
"""

# What is private of a request is private to the core.
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

if TYPE_CHECKING:
    from unireq._body.cursors import BodyTee
    from unireq._body.form_data import FormData
    from unireq._body.reading import BodyReader as Source

__all__ = ["KEY", "AsyncReadBody", "Body", "Read", "ReadBody", "State", "declared_length"]

ReadBody: TypeAlias = Callable[[int], bytes]
"""Gives the next bytes, at most as many as asked for; `b""` is the end."""

AsyncReadBody: TypeAlias = Callable[[], Awaitable["bytes | None"]]
"""Gives the next bytes; None is the end. A cancelled call loses none."""

Read: TypeAlias = Callable[[int], Awaitable[bytes]]
"""Either of them, as cursors call it: `b""` is the end; it never waits where the source is sync."""

KEY = "unireq.body"
"""Where the state is kept: a key of the scope, the environ or whatever an adapter names."""


class State(Enum):
    """What has become of a body: see above."""

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
        state: What has become of it.
        store: The bytes that are kept.
        read: What gives those that follow, while they are asked for.
        ended: Whether the source has given its end.
        form: The form that was parsed of it last, with the limits that it was parsed by.
        limits: How much of it is accepted where a call does not say; None: what the class says.
        turn: Whose turn it is to ask the source.
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
        # A native request may be copied or pickled with what is kept in it.
        return (Body, (self.store.getvalue(),)) if self.complete else (Body, ())

    @property
    def complete(self) -> bool:
        """Whether all bytes are kept."""
        return self.state is State.COMPLETE

    @property
    def streamed(self) -> bool:
        """Whether a stream takes it, or has taken it."""
        return self.state in {State.STREAMING, State.STREAMED}

    @property
    def tee(self) -> BodyTee | None:
        """What the framework reads it by, as long as somebody holds that."""
        return None if self._tee is None else self._tee()

    @tee.setter
    def tee(self, tee: BodyTee) -> None:
        self._tee = weakref.ref(tee)
        self.store.framework_at = 0

    def form_by(self, limits: Limits) -> FormData | None:
        """The form, if it was parsed by these limits already."""
        return self.form[1] if self.form is not None and self.form[0] == limits else None

    # Transitions.

    def settle(self, source: Source) -> bool:
        """Whether bytes are still to be asked for; what the framework has is taken from it.

        Raises:
            UnireqError: They are gone.
        """
        if self.state is State.NEW:
            with self._opening:
                if self.state is State.NEW and (held := source._cached_body()) is not None:
                    self.store = SpooledBody(held)
                    self.end(declared_length(source))
        self.check()
        return not self.complete

    def open(self, source: Source, read: Callable[[], Read], divert: Callable[[], None]) -> bool:
        """Ask `source` from now on, if nobody does.

        Args:
            source: The request.
            read: Opens it.
            divert: Called then: lets the framework read what is kept here.

        Returns:
            Whether it was opened by this call.
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
            BodyTooLarge: That is over the limit.
            StorageError: There is no room for a temporary file.
        """
        try:
            self.store.append(chunk, spool_size)
            check_size(self.store.size, limits)
        except StorageError as error:
            # Without this chunk the rest would be another body.
            raise self.drop(error, State.LOST) from error.__cause__
        except UnireqError as error:
            raise self.drop(error, State.DROPPED) from None

    def end(self, declared: int | None) -> None:
        """Note that the source has given its end."""
        self.ended = True
        if self.state in {State.NEW, State.OPEN}:
            if declared is not None and self.store.size < declared:
                self.drop(too_short(declared, self.store.size), State.SHORT)
            else:
                self.state, self.read = State.COMPLETE, None

    def begin_stream(self) -> None:
        """Let a stream take what follows."""
        self.state = State.STREAMING

    def end_stream(self, *, empty: bool) -> None:
        """Let nobody take any more; `empty`, if the body had no byte at all."""
        if self.state is State.STREAMING:
            self.state = State.COMPLETE if empty else State.STREAMED
            self._let_go()

    def drop(self, error: Exception, state: State) -> UnireqError:
        """Keep nothing from now on; the error that says why, now and later."""
        reason = broken_by(error)
        if self._error is None:
            # An error itself would hold the frames that it has passed, and all that is in them.
            cause = error if isinstance(error, OSError) else error.__cause__
            copied = OSError(*cause.args) if isinstance(cause, OSError) else None
            self._error = type(reason), reason.args, copied
        if self.state is State.STREAMING:
            self.state = State.STREAMED
        elif self.state is not State.STREAMED:
            self.state = state
        # The source may hold the native request, which holds this; and nobody will ask for what
        # has come.
        self._let_go()
        return reason

    def check(self) -> None:
        """Raise why it can't be had as a whole, if it can't."""
        if self._error is not None:
            kind, said, cause = self._error
            raise kind(*said) from cause
        if self.streamed:
            raise taken_in_chunks()

    def _let_go(self) -> None:
        self.read, self.store = None, SpooledBody()


def check_size(size: int, limits: Limits) -> None:
    """Raise if so many bytes are too many."""
    if limits.body_size is not None and size > limits.body_size:
        raise too_large(limits.body_size)


def declared_length(source: Source) -> int | None:
    """What Content-Length says; None without one that says anything (RFC 9110 8.6)."""
    field = source.get_header("content-length")
    return int(field) if field and field.isascii() and field.isdigit() and len(field) < 20 else None
