"""Exchange: one Sanic request in layers; it stands between Sanic's responses and its stream.

Every response of Sanic sends itself through `request.stream`: whole ones, streams, and error pages.
So the layers see the head where Sanic would send it, after all of Sanic's own middleware.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import unireq
from unireq import adapter
from unireq_sanic._body import shared_by
from unireq_sanic._request import SanicRequest
from unireq_sanic._respond import native_from_raw, native_response

if TYPE_CHECKING:
    from sanic.request import Request
    from sanic.response import HTTPResponse

__all__ = ["OURS", "Exchange", "LayersInside", "end_all", "exchanges_of", "note_error"]

OURS = "unireq.request"
"""The key, in what belongs to a request of Sanic, of our request that is current around Sanic."""

_ALL = "unireq.exchanges"
_RUNNING: set[asyncio.Task[None]] = set()


class LayersInside:
    """Request middleware of Sanic that runs the first parts, and lets an `Exchange` do the rest."""

    def __init__(self) -> None:
        self.layers: tuple[unireq.Middleware, ...] = ()

    def as_function(self) -> Any:
        """The middleware. A function, because Sanic's blueprints take nothing else."""

        async def layers(request: Request) -> HTTPResponse | None:
            return await self._begin(request)

        layers.unireq = self  # type: ignore[attr-defined]  # pyright: ignore[reportFunctionMemberAccess]
        return layers

    async def _begin(self, request: Request) -> HTTPResponse | None:
        exchanges = exchanges_of(request)
        if self in exchanges or not self.layers or request.stream is None:
            return None
        exchange = exchanges[self] = Exchange(self, request)
        return await exchange.begin()


async def note_error(request: Request, exception: BaseException) -> None:
    """Sanic handles `exception`, which the layers may have to know."""
    for exchange in exchanges_of(request).values():
        if exchange is not None:
            await exchange.note(exception)


def exchanges_of(request: Request) -> dict[Any, Exchange | None]:
    """The exchanges of `request`, the outermost first; None for those at their end."""
    return shared_by(request).setdefault(_ALL, {})  # type: ignore[no-any-return]


async def end_all(exchanges: dict[Any, Exchange | None]) -> None:
    """End what is left, the innermost first."""
    for exchange in reversed([*exchanges.values()]):
        if exchange is not None:
            await exchange.end()


class Exchange:
    """Sanic's `request.stream`, with layers between it and the responses.

    Args:
        inside: The middleware that makes it.
        native: Sanic's request.
    """

    # A request sets few of them; with `_put`, because what is set otherwise is the stream's.
    _begun = _over = False
    _response: Any = None
    _size = 0
    _error: BaseException | None = None
    _broken_by: BaseException | None = None

    def __init__(self, inside: LayersInside, native: Request) -> None:
        put = self._put
        ours: SanicRequest | None = shared_by(native).get(OURS)
        context: adapter.request_context | None = None
        if ours is None:
            ours = SanicRequest(native)
            context = adapter.request_context(ours)
            context.begin()
        put("_context", context)
        put("_inside", inside)
        put("_native", native)
        put("_stream", native.stream)
        put("_around", adapter.Around(inside.layers, ours, wait=adapter.InContext, threads=True))
        native.stream = self  # type: ignore[assignment]
        if context is not None:
            # Nothing around Sanic tells of the end if a response breaks off.
            put("_task", asyncio.current_task())
            self._task.add_done_callback(self._task_done)

    _put = object.__setattr__

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._stream, name, value)

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._stream.__aiter__()  # type: ignore[no-any-return]

    async def begin(self) -> HTTPResponse | None:
        """Run the first parts."""
        answer = await self._around.begin(websocket=_is_websocket(self._native))
        return None if answer is None else native_response(answer, self._native.method)

    async def note(self, exception: BaseException) -> None:
        """Sanic handles `exception`: before the head, or it ends an answer that has begun."""
        if self._begun:
            self._put("_broken_by", exception)
            await self._end(complete=False)
        elif not _is_answered(self._native, exception):
            self._put("_error", exception)

    def respond(self, response: Any) -> Any:
        """Sanic connects a response to the stream."""
        connected = self._stream.respond(response)
        connected.stream = self
        return connected

    @property
    def send(self) -> Any:
        """What a response calls with its content; None after the end."""
        return None if self._over or self._stream.send is None else self._send

    async def _send(self, data: bytes, end_stream: bool) -> None:
        # Behind Sanic's ASGI entry the stream forgets it once the head has been sent.
        response = self._stream.response or self._response
        size = len(data)
        if not self._begun:
            self._put("_begun", True)
            self._put("_response", response)
            replacement = await self._head(response)
            if replacement is not None:
                response, data, end_stream = replacement, b"", True
                self._put("_over", True)
            size = len(data or response.body or b"")
        await self._stream.send(data, end_stream)
        if self._native.method != "HEAD" and response.status not in {204, 304}:
            self._put("_size", self._size + size)
        if end_stream or self._stream.send is None:
            await self._end(complete=self._broken_by is None)

    async def _head(self, response: Any) -> HTTPResponse | None:
        from sanic.compat import Header

        error, method = self._error, self._native.method.upper()
        if response.status < 500:
            error = None
        was = [
            (name.decode().lower(), value.decode("utf-8", "surrogateescape"))
            for name, value in response.processed_headers
        ]
        head = unireq.ResponseHead(response.status, list(was), error)
        if isinstance(error, (unireq.Abort, unireq.RequestError)):
            head = unireq.ResponseHead.of(adapter.error_response(error))
        await self._around.head(head)
        if head.replacement is None:
            if head.fields != was:
                # Sanic may have made a plain dict of them, for a 304.
                response.headers = Header(head.fields)
            return None
        native = native_from_raw(head.for_method(method), method)
        self._stream.respond(native)
        # For what the application sends from now on: the stream has ended, and says so.
        response.stream = self
        return native

    async def end(self) -> None:
        """The request is over, whatever became of its response."""
        await self._end(complete=False)

    async def _end(self, *, complete: bool) -> None:
        exchanges_of(self._native)[self._inside] = None
        if self._context is not None:
            self._task.remove_done_callback(self._task_done)
        try:
            if self._around.waits:
                sent = unireq.Sent(self._size, complete, self._broken_by)
                if self._around.waits_in_loop:
                    # Sanic cancels what is left to do when the client closes its connection.
                    await adapter.in_new_task(lambda: self._around.end(sent))
                else:
                    await self._around.end(sent)
        finally:
            self._around.leave()
            if self._context is not None:
                self._context.end()

    def _task_done(self, task: asyncio.Task[Any]) -> None:
        ending = task.get_loop().create_task(self.end())
        _RUNNING.add(ending)
        ending.add_done_callback(_RUNNING.discard)


def _is_websocket(native: Request) -> bool:
    route = native.route
    if route is None or not hasattr(route.handler, "is_websocket"):
        return False
    return SanicRequest(native).scheme in {"ws", "wss"}


def _is_answered(native: Request, exception: BaseException) -> bool:
    """Whether Sanic or the app answers `exception` by design: Sanic reports a 404 as one, too."""
    from sanic.exceptions import SanicException

    if isinstance(exception, SanicException):
        return True
    errors: Any = native.app.error_handler
    return errors.lookup(exception, native.name) is not None
