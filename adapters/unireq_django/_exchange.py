"""Exchange: one Django request in layers, as middleware sees it: a request, then a response."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

import unireq
from unireq import adapter
from unireq_django._fields import change_fields, fields_of
from unireq_django._respond import native_from_raw, native_response
from unireq_wsgi import CountedChunks, waits_in_background

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["ERROR", "Exchange", "note_errors"]

ERROR = "_unireq_error"


def note_errors() -> None:
    """From now on, note the exceptions that Django answers because nobody else did."""
    from django.core.signals import got_request_exception

    got_request_exception.connect(_note_error, dispatch_uid="unireq")


def _note_error(request: HttpRequest | None = None, **_: Any) -> None:
    if request is not None:
        # Django sends the signal while it handles the exception.
        setattr(request, ERROR, sys.exc_info()[1])


class Exchange:
    """One request's way through layers.

    Args:
        layers: The layers.
        request: Our request.
        context: Ended at the end.
        is_async: Whether Django calls the middleware in async code.
    """

    def __init__(
        self,
        layers: tuple[unireq.Middleware, ...],
        request: adapter.NativeRequest,
        context: adapter.request_context,
        *,
        is_async: bool,
    ) -> None:
        wait: adapter.Wait = adapter.InContext if is_async else waits_in_background
        self._around = adapter.Around(layers, request, wait=wait, threads=is_async)
        self._request = request
        self._django: Any = request.native
        self._context = context
        self._loop: Any = None
        if is_async:
            import asyncio

            self._loop = asyncio.get_running_loop()

    async def run(self, get_response: Callable[[Any], Any]) -> Any:
        """The response to the request; `get_response` gives that of the layer below, or awaits."""
        try:
            answer = await self._around.begin()
            if answer is not None:
                response: Any = native_response(answer, self._django.method)
            elif self._loop is None:
                response = get_response(self._django)
            else:
                response = await get_response(self._django)
            response = await self._head(response)
        except BaseException as error:
            if self._loop is None or isinstance(error, Exception):
                await self._end(_broken())
            else:
                await adapter.in_new_task(lambda: self._end(_broken()))
            raise
        return self._watched(response)

    async def _head(self, response: Any) -> Any:
        error: BaseException | None = self._django.__dict__.pop(ERROR, None)
        if response.status_code < 500:
            error = None
        if isinstance(error, (unireq.Abort, unireq.RequestError)):
            # Raised by middleware below, where Django asks no `process_exception`.
            response = native_response(adapter.error_response(error), self._django.method)
            error = None
        was = fields_of(response)
        head = unireq.ResponseHead(response.status_code, list(was), error)
        await self._around.head(head)
        if head.replacement is not None:
            await _close_content(response)
            return native_from_raw(head.for_method((self._django.method or "GET").upper()))
        change_fields(response, was, head.fields)
        return response

    def _watched(self, response: Any) -> Any:
        if not self._around.waits:
            self._leave()
            return response
        sent: Callable[[], unireq.Sent]
        if not response.streaming:
            size: int | None = len(response.content)
            sent = lambda: unireq.Sent(size, complete=True, error=None)  # noqa: E731
        elif _server_may_send(response, self._django):
            size = adapter.parse_content_length(response.headers.get("content-length"))
            sent = lambda: unireq.Sent(size, complete=True, error=None)  # noqa: E731
        else:
            chunks = CountedChunks(response._iterator)
            if response.is_async:
                chunks = _CountedAsync(response._iterator, self._end)
            response._iterator = chunks
            sent = lambda: chunks.sent  # noqa: E731
        response._resource_closers.append(lambda: self._closed(sent()))
        return response

    def _closed(self, sent: unireq.Sent) -> None:
        """Django closes the response: in a worker thread if it is async."""
        if self._loop is None or not self._around.waits_in_loop:
            adapter.finish(self._end(sent))
            return
        import asyncio

        if adapter.in_async_code():
            asyncio.ensure_future(self._end(sent))  # noqa: RUF006 (it lives as long as the loop)
        else:
            asyncio.run_coroutine_threadsafe(self._end(sent), self._loop).result()

    async def _end(self, sent: unireq.Sent) -> None:
        try:
            await self._around.end(sent)
        finally:
            self._leave()

    def _leave(self) -> None:
        self._around.leave()
        self._context.end()


def _broken() -> unireq.Sent:
    return unireq.Sent(0, complete=False, error=None)


def _server_may_send(response: Any, native: Any) -> bool:
    """Whether the server gets the file itself, so its chunks can't be counted."""
    is_file = getattr(response, "file_to_stream", None) is not None
    return is_file and "wsgi.file_wrapper" in native.META


async def _close_content(response: Any) -> None:
    """Close what `response` would have sent, without telling Django that the request has ended."""
    closers, response._resource_closers = response._resource_closers, []
    for close in closers:
        close()
    aclose = getattr(getattr(response, "_iterator", None), "aclose", None)
    if aclose is not None and adapter.in_async_code():
        await aclose()


class _CountedAsync(CountedChunks):
    """The same for an async stream, which has no `__iter__`: Django looks for it.

    Args:
        chunks: As given.
        end: Called if the stream breaks off, when Django does not close the response.
    """

    __iter__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType, reportIncompatibleMethodOverride]

    def __init__(self, chunks: Any, end: Callable[[unireq.Sent], Awaitable[None]]) -> None:
        super().__init__(chunks)
        self._end = end

    async def __aiter__(self) -> AsyncIterator[Any]:
        try:
            async for chunk in self._chunks:
                self._count(chunk)
                yield chunk
        except Exception as error:
            self.sent = self.sent._replace(error=error)
            await self._end(self.sent)
            raise
        self.sent = self.sent._replace(complete=True)
