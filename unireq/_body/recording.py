"""Recording: a body that its framework reads, while it stays readable for unireq.

Rule: a middleware puts a `Recording` between the server and the framework. Whichever side asks for
octets first, what comes is kept, within the limits, and the other side gets it from there; the
framework goes on where it was, whatever unireq has read meanwhile. What is over a limit is not kept
any more: unireq's readers are told so, and the framework reads on, as if nobody were here.
"""

# The two are one mechanism.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from typing import Any

from unireq._body.async_code import pause
from unireq._body.limits import Limits
from unireq._body.source import AsyncPull, Pull
from unireq._body.state import Body
from unireq._body.store import CHUNK, Store
from unireq._errors import BodyConsumed, UnireqError

__all__ = ["Recording"]

_PAUSE = 0.02
"""Seconds; for those who watch whether a client goes, while the body is streamed."""


class Recording:
    """What one framework reads of one body; made by `NativeRequest.record`.

    Args:
        body: The state of the body, of which nothing has been read.
        pull: What gives its octets, sync or async.
        limits: How much is kept.
        declared: The length that Content-Length names; None without one.
    """

    __slots__ = ("_at", "_body", "_declared", "_limits", "_pull", "_store")

    def __init__(
        self, body: Body, pull: Pull | AsyncPull, limits: Limits, declared: int | None
    ) -> None:
        self._body = body
        self._pull: Any = pull
        self._limits = limits
        self._declared = declared
        self._store = body.begin_recording(pull)
        self._at = 0

    def take(self, size: int) -> bytes:
        """The framework's next octets, at most `size`, which is positive; `b""` is the end.

        Raises:
            BodyConsumed: `stream()` has taken what follows.
            UnireqError: What follows was lost, or the server's own stream has failed before.
            Exception: What the server's own stream raised.
        """
        if size < 1:
            # Not asked for anything, the server's stream would seem to have ended.
            raise ValueError(f"take: expected a positive number of octets, got {size}")
        with self._body.lock:
            if (kept := self._kept(size)) is not None:
                return kept
            try:
                chunk: bytes = self._pull(size)
            except Exception as error:
                self._body.break_off(error, lost=True)
                raise
            self._note(chunk)
            return chunk

    async def atake(self) -> bytes:
        """The same, where octets are awaited. A call that is cancelled loses none."""
        async with self._body.async_lock():
            if (kept := self._kept(CHUNK)) is not None:
                return kept
            try:
                while (chunk := await self._pull()) == b"":
                    pass
            except Exception as error:
                self._body.break_off(error, lost=True)
                raise
            self._note(chunk or b"")
            return chunk or b""

    async def stream_has_ended(self) -> None:
        """Wait until `astream()`, which takes what follows, has come to its end."""
        while self._body.streaming:
            await pause(_PAUSE)

    def _kept(self, size: int) -> bytes | None:
        """What is known already of what follows; None if the server has to be asked."""
        chunk = self._store.read_at(self._at, size)
        self._advance(chunk)
        if chunk or self._body.complete:
            return chunk
        if self._body.streamed:
            raise BodyConsumed(
                "the body was taken in chunks by unireq's stream() or astream(), which keep none of"
                " it: read() or aread() instead of it, and the framework can read it too"
            )
        if self._body.lost:
            self._body.check_unbroken()
        return b"" if self._body.ended else None

    def _note(self, chunk: bytes) -> None:
        body = self._body
        if not chunk:
            body.end_recording(self._declared)
            return
        if body.broken:
            return
        self._advance(chunk)
        try:
            body.keep(chunk, self._limits, self._limits.spool_size)
        except UnireqError:
            # It is remembered there. The framework has these octets, and nobody will ask for what
            # is kept.
            self._store, self._at, body.lost = Store(), 0, False

    def _advance(self, chunk: bytes) -> None:
        self._at += len(chunk)
        self._store.framework_at = self._at
