"""Around: one request's way through layers, as a driver tells it.

    around = Around(layers, request, wait=InContext, threads=True)
    answer = await around.begin()           # a Response in place of the application, or None
    head = await around.head(ResponseHead(status, fields, error))
    await around.end(Sent(size, complete, error))
    around.leave()

Rule: this module alone decides which part of which layer runs, and what a layer's fault becomes: a
line in the log, and an answer with status 500 while that is possible. An exception of the
application is never thrown into a layer. The methods are coroutines; where nothing waits, as on
WSGI, `finish` runs them.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextvars import Context, copy_context
from types import GeneratorType
from typing import Any, Final, TypeAlias

from unireq._body.threads import reaching_back, run_in_thread
from unireq._errors import Abort, RequestError
from unireq._layers.contexts import Shown
from unireq._layers.head import ResponseHead, Sent, close_head, set_error, set_sent
from unireq._layers.middleware import Middleware
from unireq._native import NativeRequest
from unireq._response import Response

__all__ = ["Around", "Wait"]

_LOGGER: Final = logging.getLogger("unireq")

Wait: TypeAlias = "Callable[[Context, Any], Awaitable[Any]]"
"""Awaits a coroutine of an async layer in a context."""

# What a layer waits for.
_FIRST, _HEAD, _END, _NOTHING = range(4)
_LATER = ("in its first part", "when the head was made", "after the answer")


class _Layer:
    """One layer, for one request."""

    __slots__ = ("_steps", "_value", "context", "marked", "stage")

    def __init__(self, marked: Middleware) -> None:
        self.marked = marked
        self.context = copy_context()
        self.stage = _FIRST
        self._steps: Any = None
        self._value: Any = None

    def needs_loop(self, around: Around) -> bool:
        """Whether its next step is awaited in the event loop of an async framework."""
        return around.threads and (self.marked.blocking or _is_async(self._steps))

    async def step(self, argument: NativeRequest | ResponseHead, around: Around) -> Response | None:
        """Run up to the next `yield`, or to the end; returns the layer's answer."""
        stage = self.stage
        # If the step is cancelled or fails, the layer is over.
        self.stage = _NOTHING
        steps = self._steps
        if steps is not None and _is_async(steps):
            await self._await_step(steps, argument, around)
        else:
            work: Callable[[Any], None] = self._first if steps is None else self._next
            if self.marked.blocking and around.threads:
                inside = reaching_back(lambda: work(argument))
                await run_in_thread(lambda: self.context.run(inside))
            else:
                self.context.run(work, argument)
            if steps is None and self._steps is not None and not _is_sync(self._steps):
                await self._await_first(self._steps, around)
        value, self._value = self._value, None
        if value is not None and not isinstance(value, Response):
            verb = "return" if self._steps is None else "yield"
            await self.close(around)
            raise TypeError(
                f"expected it to {verb} a unireq.Response or None, got {type(value).__name__}"
            )
        if stage == _END and (self._steps is not None or value is not None):
            late = "a third" if value is None else "a Response after the answer was sent"
            await self.close(around)
            raise RuntimeError(
                f"expected at most two yields and no Response at the end, got {late}"
            )
        if self._steps is not None:
            # A layer that answers itself has made the head.
            self.stage = _END if value is not None else stage + 1
        return value

    def _first(self, argument: Any) -> None:
        made = self.marked.function(argument)
        if _is_sync(made):
            self._steps = made
            self._next(None)
        elif _is_async(made) or isinstance(made, Awaitable):
            self._steps = made
        else:
            self._value = made

    def _next(self, argument: Any) -> None:
        try:
            self._value = self._steps.send(argument)
        except StopIteration as stop:
            self._steps = None
            self._value = stop.value
        except BaseException:
            self._steps = None
            raise

    async def _await_first(self, made: Any, around: Around) -> None:
        if _is_async(made):
            await self._await_step(made, None, around)
        else:
            self._steps = None
            self._value = await around.wait(self.context, _awaited(made))

    async def _await_step(self, steps: Any, head: Any, around: Around) -> None:
        try:
            self._value = await around.wait(self.context, steps.asend(head))
        except StopAsyncIteration:
            self._steps = None
        except BaseException:
            self._steps = None
            raise

    async def close(self, around: Around) -> None:
        """Close the generator; its `finally` blocks run."""
        self.stage = _NOTHING
        steps, self._steps = self._steps, None
        if _is_sync(steps):
            self.context.run(steps.close)
        elif steps is not None:
            await around.wait(self.context, steps.aclose())

    def drop(self) -> None:
        """Close the generator if it is a sync one; the loop closes an async one."""
        self.stage = _NOTHING
        steps, self._steps = self._steps, None
        if _is_sync(steps):
            self.context.run(steps.close)


class Around:
    """One request's way through layers.

    Args:
        layers: The layers, the first is outermost.
        request: What each layer is called with.
        wait: Awaits a coroutine in a context: `InContext`; on WSGI, what runs it in another thread.
        threads: Whether `blocking` layers run in a worker thread of the event loop.
    """

    __slots__ = ("_at_head", "_layers", "_request", "_shown", "_stack", "error", "threads", "wait")

    def __init__(
        self, layers: tuple[Middleware, ...], request: NativeRequest, *, wait: Wait, threads: bool
    ) -> None:
        self._layers = layers
        self._request = request
        self._stack: list[_Layer] = []
        self._shown = Shown()
        self._at_head: ResponseHead | None = None
        self.error: BaseException | None = None
        self.wait: Wait = wait
        self.threads: bool = threads

    async def begin(self, *, websocket: bool = False) -> Response | None:
        """Run the first parts; a `Response` if a layer answers in place of the application.

        Args:
            websocket: Whether the request is the handshake of a websocket: only layers that ask
                for it are run.
        """
        for marked in self._layers:
            if websocket and not marked.websocket:
                continue
            layer = _Layer(marked)
            self._stack.append(layer)
            answer = await self._step(layer, self._request)
            self._shown.show(layer.context)
            if answer is not None:
                return answer
        return None

    async def head(self, head: ResponseHead) -> ResponseHead:
        """Run the second parts, the innermost layer's first; returns `head`, changed.

        If it has a `replacement`, the driver sends that, and closes the old answer.
        """
        self._at_head = head
        if head.error is None and self.error is not None:
            set_error(head, self.error)
        for layer in reversed(self._stack):
            if layer.stage == _HEAD:
                before = self.error
                answer = await self._step(layer, head)
                if answer is not None:
                    head.replace(answer)
                if self.error is not None and self.error is not before:
                    set_error(head, self.error)
        close_head(head)
        return head

    @property
    def waits(self) -> bool:
        """Whether a layer wants to know the end of the answer."""
        return any(layer.stage != _NOTHING for layer in self._stack)

    @property
    def waits_in_loop(self) -> bool:
        """Whether such a layer has to be awaited in the event loop."""
        return any(layer.stage != _NOTHING and layer.needs_loop(self) for layer in self._stack)

    async def end(self, sent: Sent) -> None:
        """Run the last parts. Layers that never saw a head are closed. Later calls do nothing."""
        stack, self._stack = self._stack, []
        if (head := self._at_head) is not None:
            set_sent(head, sent)
        for layer in reversed(stack):
            try:
                if layer.stage == _HEAD or head is None:
                    await layer.close(self)
                elif layer.stage == _END:
                    await layer.step(head, self)
            except Exception as error:  # noqa: BLE001 (foreign code; the answer has been sent)
                _report(layer, error, _END)
        # An exception refers to frames, and they to this object.
        self._at_head = self.error = None

    async def close(self) -> None:
        """Close what is left, without an end: for a websocket."""
        await self.end(Sent(None, False, None))

    def drop(self) -> None:
        """Close what is left where nothing can be awaited: the event loop is being closed."""
        stack, self._stack = self._stack, []
        for layer in reversed(stack):
            layer.drop()

    def leave(self) -> None:
        """Undo, in the application's context, what layers have set there."""
        self._shown.undo()

    async def _step(self, layer: _Layer, argument: NativeRequest | ResponseHead) -> Response | None:
        stage = layer.stage
        try:
            if stage == _FIRST and layer.marked.asks:
                await self._prepare(layer.marked)
            return await layer.step(argument, self)
        except (Abort, RequestError) as error:
            layer.stage = _NOTHING
            from unireq._handlers.handler import error_response

            return error_response(error)
        except Exception as error:  # noqa: BLE001 (foreign code)
            layer.stage = _NOTHING
            _report(layer, error, stage)
            self.error = error
            return Response("Internal Server Error", status=500)

    async def _prepare(self, marked: Middleware) -> None:
        request = self._request
        if marked.body is not False:
            limits = None if marked.body is True else marked.body
            if self.threads:
                await request.aread(limits=limits)
            else:
                request.read(limits=limits)
        if marked.user and self.threads:
            await request.find_user()


def _is_sync(made: object) -> bool:
    # The first check is for speed: almost every layer is a plain generator.
    return type(made) is GeneratorType or isinstance(made, Generator)


def _is_async(made: object) -> bool:
    return type(made) is not GeneratorType and isinstance(made, AsyncGenerator)


def _report(layer: _Layer, error: BaseException, stage: int) -> None:
    _LOGGER.error(
        "middleware %s failed %s: %s: %s",
        layer.marked.name,
        _LATER[stage],
        type(error).__name__,
        error,
        exc_info=error,
    )


async def _awaited(made: Any) -> Any:
    return await made
