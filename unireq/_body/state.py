"""Body: the state of one body, shared by every view of one native request.

Rule: one reader at a time asks for octets (the others wait, and get what it got); what has come is
never lost, also when the reader is cancelled; and the state never refers back to a request, so that
it, and its temporary file, end with the native request.
"""

# What is private of a request is private to the core.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from unireq._body.async_code import new_async_lock
from unireq._body.limits import Limits
from unireq._body.refusals import broken_by, no_room, taken_in_chunks, too_large, too_short
from unireq._body.source import AsyncPull, Pull, declared_length
from unireq._body.store import CHUNK, Store
from unireq._errors import UnireqError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from unireq._body.form_data import FormData
    from unireq._body.reading import BodyReader as Source

__all__ = ["KEY", "Body"]

KEY = "unireq.body"
"""Where the state is kept: a key of the scope, the environ or whatever an adapter names."""


class Body:
    """The state of one body.

    Attributes:
        store: The octets that have come.
        complete: Whether all have.
        streamed: Whether `stream` or `astream` has taken them.
        ended: Whether the source has given its end, where the body can't be had as a whole.
        lost: Whether octets were lost, or the source failed, so that nobody can have what follows.
        form: The form that was parsed of it last, with the limits that it was parsed by.
        limits: How much of it is accepted where a call does not say; None: what the class says.
        lock: Held while octets are asked for, where that is not async.
        parsing: Held while it is parsed.
    """

    __slots__ = (
        "_async_lock",
        "_broken",
        "_pull",
        "complete",
        "ended",
        "form",
        "limits",
        "lock",
        "lost",
        "parsing",
        "store",
        "streamed",
    )

    complete: bool
    ended: bool
    form: tuple[Limits, FormData] | None
    limits: Limits | None
    lock: AbstractContextManager[Any]
    lost: bool
    parsing: AbstractContextManager[Any]
    store: Store
    streamed: bool

    def __init__(self, data: bytes | None = None) -> None:
        self.store = Store() if data is None else Store(data)
        self.complete = data is not None
        self.streamed = False
        self.ended = False
        self.lost = False
        self.form = None
        self.limits = None
        self._pull: Any = None
        self._broken: tuple[type[UnireqError], tuple[Any, ...]] | None = None
        self.lock = threading.Lock()
        self.parsing = threading.Lock()
        self._async_lock: Any = None

    def __reduce__(self) -> tuple[Any, ...]:
        # A native request may be copied or pickled with what is kept in it.
        return (Body, (self.store.getvalue(),)) if self.complete else (Body, ())

    # The whole body.

    def look(self, source: Source) -> bool:
        """Whether it can be had without asking the source for octets."""
        if not self.complete:
            with self.lock:
                self._look(source)
        return self.complete

    def fill(self, source: Source, limits: Limits, spool_size: int | None) -> Store:
        """All octets, from a source that is not async.

        Raises:
            BodyConsumed, BodyTooLarge, IncompleteBody: They can't be had.
        """
        if not self.complete:
            with self.lock:
                if self._look(source):
                    self._begin(source, limits)
                    while chunk := self._ask(self._room(limits)):
                        self.keep(chunk, limits, spool_size)
                    self._end(source)
        return self._whole(source, limits)

    async def afill(self, source: Source, limits: Limits, spool_size: int | None) -> Store:
        """The same, from a source that may be async."""
        if not source.body_is_async:
            return self.fill(source, limits, spool_size)
        if not self.complete:
            async with self.async_lock():
                if self._look(source):
                    self._begin(source, limits)
                    while (chunk := await self._await()) is not None:
                        self.keep(chunk, limits, spool_size)
                    self._end(source)
        return self._whole(source, limits)

    # Recording: see there.

    @property
    def untouched(self) -> bool:
        """Whether nobody has asked for octets yet."""
        return not (self.complete or self.streamed or self.broken) and self._pull is None

    @property
    def broken(self) -> bool:
        """Whether it can't be had as a whole any more."""
        return self._broken is not None

    @property
    def streaming(self) -> bool:
        """Whether a stream is taking it now."""
        return self.streamed and self._pull is not None

    def begin_recording(self, pull: Pull | AsyncPull) -> Store:
        """Take octets from `pull` from now on; where they are kept."""
        self._pull = pull
        self.store.framework_at = 0
        return self.store

    def end_recording(self, declared: int | None) -> None:
        """Note that the last octet has come."""
        if self.broken or self._is_short(declared, self.store.size):
            self.ended = True
            return
        self.complete = True
        self._pull = None

    def form_by(self, limits: Limits) -> FormData | None:
        """The form, if it was parsed by these limits already."""
        return self.form[1] if self.form is not None and self.form[0] == limits else None

    # Steps.

    def async_lock(self) -> Any:
        """The lock that async readers share; made by the first."""
        if self._async_lock is None:
            self._async_lock = new_async_lock()
        return self._async_lock

    def _look(self, source: Source) -> bool:
        """Whether octets are still to be asked for.

        Raises:
            UnireqError: They are gone.
        """
        if self.complete:
            return False
        self.check_unbroken()
        if self.streamed:
            raise taken_in_chunks()
        if self._pull is None:
            held = source._held()
            if held is not None:
                self.store = Store(held)
                self._check_length(source, len(held))
                self.complete = True
                return False
        return True

    def _begin(self, source: Source, limits: Limits) -> None:
        if limits.body_size is not None and self.store.size > limits.body_size:
            # What a reader with a higher limit left when it was cancelled.
            raise too_large(limits.body_size)
        declared = declared_length(source)
        if limits.body_size is not None and declared is not None and declared > limits.body_size:
            raise too_large(limits.body_size)
        if self._pull is None:
            self._pull = source._open_body()

    def _room(self, limits: Limits) -> int:
        """How many octets to ask for: one more than the limit allows proves that it is crossed."""
        if limits.body_size is None:
            return CHUNK
        return min(CHUNK, limits.body_size + 1 - self.store.size)

    def _ask(self, size: int) -> bytes:
        pull: Pull = self._pull
        try:
            return pull(size)
        except UnireqError as error:
            self.break_off(error, lost=True)
            raise
        except Exception as error:
            raise self.break_off(error, lost=True) from error

    async def _await(self) -> bytes | None:
        pull: AsyncPull = self._pull
        try:
            return await pull()
        except UnireqError as error:
            self.break_off(error, lost=True)
            raise
        except Exception as error:
            raise self.break_off(error, lost=True) from error

    def break_off(self, error: Exception, *, lost: bool = False) -> UnireqError:
        """Remember that it can't be had as a whole; the error that says so.

        Args:
            error: Why.
            lost: Whether nobody can have what follows, whatever the reason is.
        """
        reason = broken_by(error)
        self.lost = self.lost or lost
        if self._broken is None:
            # An error itself would hold the frames that it has passed, and all that is in them.
            self._broken = type(reason), reason.args
        # The source may hold the native request, which holds this state; and nobody will ask for
        # what has come.
        self._let_go()
        return reason

    def check_unbroken(self) -> None:
        """Raise what made it broken, if something did."""
        if self._broken is not None:
            kind, said = self._broken
            raise kind(*said)

    def keep(self, chunk: bytes, limits: Limits, spool_size: int | None) -> None:
        """Keep the next octets.

        Raises:
            BodyTooLarge: That is over the limit.
            UnireqError: There is no room for a temporary file.
        """
        try:
            self.store.append(chunk, spool_size)
        except OSError as error:
            # Without this chunk the rest would be another body.
            raise self.break_off(no_room(error), lost=True) from error
        self._check_size(self.store.size, limits)

    def _check_size(self, size: int, limits: Limits) -> None:
        if limits.body_size is not None and size > limits.body_size:
            raise self.break_off(too_large(limits.body_size))

    def _end(self, source: Source) -> None:
        self._check_length(source, self.store.size)
        self.complete = True
        self._pull = None

    def _check_length(self, source: Source, size: int) -> None:
        if self._is_short(declared_length(source), size):
            self.ended = True
            self.check_unbroken()

    def _is_short(self, declared: int | None, size: int) -> bool:
        if declared is None or size >= declared:
            return False
        self.break_off(too_short(declared, size))
        return True

    def _whole(self, source: Source, limits: Limits) -> Store:
        if limits.body_size is not None and self.store.size > limits.body_size:
            raise too_large(limits.body_size)
        source._hand_back(self.store)
        return self.store

    def _let_go(self) -> None:
        self._pull = None
        self.store = Store()
