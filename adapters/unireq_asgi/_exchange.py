"""Exchange: the events of one HTTP request, between the server and an application in layers.

No event is held back: a layer sees the head when the application sends it, and each further event
goes on at once. Source: ASGI HTTP specification 2.5.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import unireq
from unireq import adapter
from unireq_asgi._body import BodyReceive
from unireq_asgi._respond import Send, field_pairs

__all__ = ["EXCHANGE", "Exchange"]

EXCHANGE = "unireq.exchange"
"""The key in the scope under which a framework's part finds the exchange above it."""


class _Replaced(OSError):
    """Stops an application whose answer a layer has replaced, as if the client had left."""


class Exchange:
    """One request's answer on its way from the application to the server.

    Args:
        around: The request's way through the layers.
        method: The request's method.
        send: The server's `send`.
        below: The `receive` of the application.

    Attributes:
        begun: Whether the head has been sent.
        error: The exception that nobody in the application has answered.
        stopped: Whether the application was stopped because its answer was replaced.
    """

    # A request sets few of them.
    _complete = _replaced = _left = begun = stopped = False
    _size: int | None = 0
    _head: unireq.ResponseHead | None = None
    _broken_by: BaseException | None = None
    error: BaseException | None = None

    def __init__(self, around: adapter.Around, method: str, send: Send, below: Any) -> None:
        self._around = around
        self._method = method
        self._send = send
        self._below = below if isinstance(below, BodyReceive) else None

    async def send(self, event: MutableMapping[str, Any]) -> None:
        """Send an event of the application."""
        if not self.begun and event["type"] == "http.response.start":
            await self._start(event)
        elif self._replaced:
            self._drop(event)
        else:
            # Noted first: this may be cancelled when the last event is out, because `receive` then
            # tells of the end as if the client had left.
            if self._around.waits:
                self._count(event)
            await self._pass(event)

    async def _pass(self, event: MutableMapping[str, Any]) -> None:
        try:
            await self._send(event)
        except OSError:
            # Servers raise it if the client has left.
            self._left = True
            self._complete = False
            raise

    def _count(self, event: MutableMapping[str, Any]) -> None:
        kind = event["type"]
        if kind == "http.response.body":
            if self._size is not None:
                self._size += len(event.get("body", b""))
        elif kind == "http.response.pathsend":
            length = None if self._head is None else self._head.get_header("content-length")
            self._size = adapter.parse_content_length(length)
        elif kind == "http.response.zerocopysend":
            self._size = None
        else:
            return
        if not event.get("more_body", False):
            self._complete = not self._left and (self._below is None or not self._below.left)

    def _drop(self, event: MutableMapping[str, Any]) -> None:
        if event.get("more_body", False):
            self.stopped = True
            raise _Replaced("a layer of unireq has replaced this answer; stop sending it")

    async def _start(self, event: MutableMapping[str, Any]) -> None:
        pairs = [*event.get("headers", ())]
        was = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in pairs]
        head = unireq.ResponseHead(event["status"], [*was], self.error)
        await self._around.head(head)
        if head.replacement is not None:
            self._replaced = True
            await self._send_replacement(head)
            return
        self._begin()
        self._head = head
        fields, kept = head.fields, len(was)
        # Most layers add fields, or none.
        if fields[:kept] == was:
            fields = fields[kept:]
        else:
            pairs = []
        pairs += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
        await self._pass({**event, "headers": pairs})

    async def respond(self, response: unireq.Response) -> None:
        """Answer with `response` in place of the application."""
        await self._send_replacement(await self._around.head(unireq.ResponseHead.of(response)))

    async def fail(self, error: Exception, *, answers: bool) -> None:
        """The application has raised `error`.

        Args:
            error: The exception.
            answers: Whether nobody above answers it. If somebody does, the layers see a head, but
                only a replacement is sent.
        """
        if self.begun:
            if error is not self.error and not self._left:
                self._broken_by = _alone(error)
            return
        own = unireq.Response("Internal Server Error", status=500)
        self.error = error
        head = await self._around.head(unireq.ResponseHead.of(own, error))
        if answers or head.replacement is not own:
            await self._send_replacement(head)

    async def end(self) -> None:
        """Tell the layers what became of the answer."""
        if self._around.waits:
            sent = unireq.Sent(self._size, self._complete, self._broken_by)
            await self._around.end(sent)

    def _begin(self) -> None:
        self.begun = True
        if self._below is not None:
            self._below.answering = True

    async def _send_replacement(self, head: unireq.ResponseHead) -> None:
        self._begin()
        wire = head.for_method(self._method)
        start = {"type": "http.response.start", "status": wire.status, "headers": field_pairs(wire)}
        self._size = len(wire.content)
        self._complete = True
        await self._pass(start)
        await self._pass({"type": "http.response.body", "body": wire.content})


def _alone(error: BaseException) -> BaseException:
    """The exception in a group of one, as a task group makes it: that of Starlette 0.41."""
    # By its members, because Python has groups since 3.11, and before from `exceptiongroup`.
    found: Any = error
    while hasattr(found, "derive") and len(found.exceptions) == 1:
        found = found.exceptions[0]
    return found  # type: ignore[no-any-return]
