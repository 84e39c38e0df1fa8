"""The body of an ASGI request, read from `receive`. Source: ASGI HTTP specification 2.5."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

import unireq
from unireq.adapter import AsyncReadBody, BodyTee

__all__ = ["BodyReceive", "Receive", "body_from"]

Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]


def body_from(receive: Receive) -> AsyncReadBody:
    """A function that reads the body from `receive`: the next bytes, or None at the end."""
    more = True

    async def pull() -> bytes | None:
        nonlocal more
        while more:
            # Safe to cancel: an event is received completely, or not at all.
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
    """A `receive` for the application below: returns the body, and keeps it for unireq.

    It returns the body once, whatever unireq has read; then the connection's other events. If the
    body is unavailable, only code that reads the body gets the error: frameworks also call
    `receive` to wait for the client's disconnect while they send the response.

    Args:
        tee: The framework's cursor on the body.
        receive: The `receive` of the connection.

    Attributes:
        answering: Whether the application has begun its response; None if no middleware tracks it.
        left: Whether the application was told that the client has left.
    """

    __slots__ = ("_receive", "_tee", "answering", "left")

    def __init__(self, tee: BodyTee, receive: Receive) -> None:
        self._tee = tee
        self._receive = receive
        self.answering: bool | None = None
        self.left = False

    async def __call__(self) -> MutableMapping[str, Any]:
        """The next event."""
        event = await self._next()
        if event["type"] == "http.disconnect":
            self.left = True
        return event

    async def _next(self) -> MutableMapping[str, Any]:
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
        """A new one that returns the body from its beginning."""
        return BodyReceive(self._tee.again(), self._receive)

    async def _following(self) -> MutableMapping[str, Any]:
        """The connection's next event after the body."""
        tee = self._tee
        while tee.streaming:
            await tee.pause()
        ended = tee.source_ended
        while not ended:
            # Skip a part of the body that no cursor has read.
            event = await self._receive()
            if event["type"] != "http.request":
                return event
            ended = not event.get("more_body", False)
        return await self._receive()


_PATIENCE = 10
"""How many pauses to wait for the response to begin, if an application receives a lost body: if it
begins, the application was only waiting for the disconnect."""


_DEPTH = 40
"""How many callers to check."""


def _only_listens() -> bool:
    """Whether the framework only waits for the client's disconnect.

    Starlette (while it streams a response) and Django do that in a function with this name. Below a
    `BaseHTTPMiddleware`, nothing else distinguishes it from code that reads the body.
    """
    from inspect import currentframe

    frame = currentframe()
    for _ in range(_DEPTH):
        if frame is None:
            return False
        if frame.f_code.co_name == "listen_for_disconnect":
            return True
        frame = frame.f_back
    return False


class _Gone(dict[str, Any]):
    """The event in place of an unavailable body: reading its `body` raises the error."""

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
