"""The body of an ASGI request: what its `receive` gives. Source: ASGI HTTP specification 2.5."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from inspect import currentframe
from typing import Any, TypeAlias

import unireq
from unireq.adapter import AsyncReadBody, BodyTee

__all__ = ["BodyReceive", "Receive", "body_from"]

Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]


def body_from(receive: Receive) -> AsyncReadBody:
    """What gives the bytes of the body that `receive` gives, and None at its end."""
    more = True

    async def pull() -> bytes | None:
        nonlocal more
        while more:
            # Whoever cancels this cancels waiting: an event is taken whole, or not at all.
            event = await receive()
            if event["type"] == "http.disconnect":
                raise unireq.IncompleteBody(
                    "body: expected more bytes, but the client has disconnected"
                )
            more = event.get("more_body", False)
            if chunk := event.get("body", b""):
                return bytes(chunk)
        return None

    return pull


class BodyReceive:
    """A `receive` for the application below, which gives it the body, and keeps that for unireq.

    The body comes once, whatever unireq has read of it; afterwards `receive` is the connection's.
    What can't be had is an error to whoever looks at the body, and to nobody else: frameworks also
    listen here for the client's going, while they answer.

    Args:
        tee: What gives the body.
        receive: The `receive` of the connection.

    Attributes:
        answering: Whether the application has begun to answer; None where nobody watches that.
    """

    __slots__ = ("_receive", "_tee", "answering")

    def __init__(self, tee: BodyTee, receive: Receive) -> None:
        self._tee = tee
        self._receive = receive
        self.answering: bool | None = None

    async def __call__(self) -> MutableMapping[str, Any]:
        """The next event."""
        tee = self._tee
        if tee.over:
            return await self._following()
        try:
            chunk = await tee.atake()
        except unireq.IncompleteBody:
            tee.over = True
            return {"type": "http.disconnect"}
        except unireq.UnireqError as error:
            tee.over = True
            if self.answering is None and _only_listens():
                return await self._following()
            for _ in range(_PATIENCE):
                if self.answering is None or self.answering:
                    break
                await tee.pause()
            return await self._following() if self.answering else _Gone(error)
        return {"type": "http.request", "body": chunk, "more_body": bool(chunk)}

    def again(self) -> BodyReceive:
        """One that gives the body from its beginning, whatever was read by this one."""
        return BodyReceive(self._tee.again(), self._receive)

    async def _following(self) -> MutableMapping[str, Any]:
        """The connection's next event that is not about the body."""
        tee = self._tee
        while tee.streaming:
            await tee.pause()
        ended = tee.source_ended
        while not ended:
            # A part of it that nobody has taken.
            event = await self._receive()
            if event["type"] != "http.request":
                return event
            ended = not event.get("more_body", False)
        return await self._receive()


_PATIENCE = 10
"""How many moments an application that asks for a body which is gone has for its answer to begin:
if it does, it only wanted to know whether the client is there."""


_DEPTH = 40
"""How many callers are looked at."""


def _only_listens() -> bool:
    """Whether the framework asks because it wants to know when the client goes.

    Both Starlette, while it streams an answer, and Django do that in a function of this name; where
    a `BaseHTTPMiddleware` is between, nothing else tells it from somebody who wants the body.
    """
    frame = currentframe()
    for _ in range(_DEPTH):
        if frame is None:
            return False
        if frame.f_code.co_name == "listen_for_disconnect":
            return True
        frame = frame.f_back
    return False


class _Gone(dict[str, Any]):
    """The event in place of a body that can't be had."""

    def __init__(self, error: Exception) -> None:
        super().__init__(type="http.request", body=b"", more_body=True)
        self._error = error

    def __getitem__(self, key: str) -> Any:
        if key == "body":
            raise self._error
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """The value of `key`."""
        return self[key] if key == "body" else super().get(key, default)
