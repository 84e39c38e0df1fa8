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
from functools import partial
from types import GeneratorType
from typing import Any, Final, TypeAlias

from unireq._body.threads import reaching_back, run_in_thread
from unireq._errors import Abort, RequestError
from unireq._layers.contexts import Shown, in_new_task
from unireq._layers.head import ResponseHead, Sent, close_head, set_error, set_sent
from unireq._layers.middleware import Middleware
from unireq._native import NativeRequest
from unireq._response import Response

__all__ = ["Around", "Wait"]

_LOGGER: Final = logging.getLogger("unireq")
_MISSING: Any = object()

Wait: TypeAlias = "Callable[[Context, Any], Awaitable[Any]]"
"""Awaits a coroutine of an async layer in a context."""

# What a layer waits for.
_NOTHING, _FIRST, _HEAD, _END = range(4)
_LATER = {_FIRST: "in its first part", _HEAD: "when the head was made", _END: "after the answer"}


class _Layer:
    """One layer, for one request."""

    __slots__ = ("context", "marked", "stage", "steps", "value")

    def __init__(self, marked: Middleware) -> None:
        self.marked = marked
        self.context = copy_context()
        self.stage = _FIRST
        self.value: Any = None
        self.steps: Any = None

    def needs_loop(self, around: Around) -> bool:
        """Whether its next step is awaited in the event loop of an async framework."""
        return around.threads and (self.marked.blocking or _is_async(self.steps))

    def run(self, argument: Any) -> Any:
        """Run up to the next `yield`, or to the end; call it in `context`.

        Args:
            argument: The request in the first part, the head in the others.

        Returns:
            What has to be awaited first; None if nothing.
        """
        steps: Any = self.steps
        if steps is None:
            steps = self.marked.function(argument)
            # The first check is for speed: almost every layer is a plain generator.
            if type(steps) is not GeneratorType and not isinstance(steps, Generator):
                return self._run_other(steps)
            self.steps = steps
            argument = None
        elif _is_async(steps):
            return steps.asend(argument)
        try:
            self.value = steps.send(argument)  # pyright: ignore[reportUnknownMemberType]
        except StopIteration as stop:
            self.steps = None
            self.value = stop.value
        except BaseException:
            self.steps = None
            raise
        return None

    def _run_other(self, made: Any) -> Any:
        if _is_async(made):
            self.steps = made
            return made.asend(None)
        if isinstance(made, Awaitable):
            return _awaited(made)
        self.value = made
        return None

    async def finish(self, waiting: Any, around: Around) -> None:
        """Await what `run` has returned."""
        try:
            self.value = await around.wait(self.context, waiting)
        except BaseException as error:
            was_async, self.steps = self.steps is not None, None
            if not (was_async and isinstance(error, StopAsyncIteration)):
                raise

    async def answer_of(self, stage: int, around: Around) -> Response | None:
        """The answer of the step that has run in `stage`, if it is one, or if it was the last.

        Raises:
            TypeError: It is something else.
            RuntimeError: It is too late.
        """
        value, self.value = self.value, None
        if value is not None and not isinstance(value, Response):
            verb = "return" if self.steps is None else "yield"
            await self.close(around)
            raise TypeError(
                f"expected it to {verb} a unireq.Response or None, got {type(value).__name__}"
            )
        if stage == _END and (self.steps is not None or value is not None):
            late = "a third" if value is None else "a Response after the answer was sent"
            await self.close(around)
            raise RuntimeError(
                f"expected at most two yields and no Response at the end, got {late}"
            )
        if self.steps is not None:
            # A layer that answers itself has made the head.
            self.stage = _END
        return value

    async def close(self, around: Around) -> None:
        """Close the generator; its `finally` blocks run."""
        self.stage = _NOTHING
        steps, self.steps = self.steps, None
        if _is_sync(steps):
            self.context.run(steps.close)
        elif steps is not None:
            await around.wait(self.context, steps.aclose())

    def drop(self) -> None:
        """Close the generator if it is a sync one; the loop closes an async one."""
        self.stage = _NOTHING
        steps, self.steps = self.steps, None
        if _is_sync(steps):
            self.context.run(steps.close)


class Around:
    """One request's way through layers.

    Args:
        layers: The layers, the first is outermost.
        request: What each layer is called with.
        wait: Awaits a coroutine in a context: `InContext`; on WSGI, what runs it in another thread.
        threads: Whether `blocking` layers run in a worker thread of the event loop.

    Attributes:
        waits: Whether a layer wants to know the end of the answer.
    """

    __slots__ = (
        "_at_head",
        "_layers",
        "_request",
        "_shown",
        "_stack",
        "error",
        "threads",
        "wait",
        "waits",
    )

    def __init__(
        self, layers: tuple[Middleware, ...], request: NativeRequest, *, wait: Wait, threads: bool
    ) -> None:
        self._layers = layers
        self._request = request
        self._stack: list[_Layer] = []
        self._shown: Shown | None = None
        self._at_head: ResponseHead | None = None
        self.error: BaseException | None = None
        self.wait: Wait = wait
        self.threads: bool = threads
        self.waits: bool = False

    async def begin(self, *, websocket: bool = False) -> Response | None:
        """Run the first parts; a `Response` if a layer answers in place of the application.

        Args:
            websocket: Whether the request is the handshake of a websocket: only layers that ask
                for it are run.
        """
        # Until each has run: it may be cancelled.
        self.waits = True
        waits = False
        for marked in self._layers:
            if websocket and not marked.websocket:
                continue
            layer = _Layer(marked)
            self._stack.append(layer)
            answer = await self._step(layer, self._request)
            self._show(layer.context)
            if layer.stage:
                waits = True
            if answer is not None:
                self.waits = waits
                return answer
        self.waits = waits
        return None

    async def head(self, head: ResponseHead) -> ResponseHead:
        """Run the second parts, the innermost layer's first; returns `head`, changed.

        If it has a `replacement`, the driver sends that, and closes the old answer.
        """
        self._at_head = head
        if self.error is not None and head.error is None:
            set_error(head, self.error)
        waits = False
        for layer in reversed(self._stack):
            if layer.stage == _HEAD:
                before = self.error
                answer = await self._step(layer, head)
                if answer is not None:
                    head.replace(answer)
                if self.error is not before and self.error is not None:
                    set_error(head, self.error)
            if layer.stage:
                waits = True
        self.waits = waits
        close_head(head)
        return head

    @property
    def waits_in_loop(self) -> bool:
        """Whether such a layer has to be awaited in the event loop."""
        return any(layer.stage and layer.needs_loop(self) for layer in self._stack)

    async def end(self, sent: Sent) -> None:
        """Run the last parts. Layers that never saw a head are closed. Later calls do nothing."""
        stack, self._stack = self._stack, []
        self.waits = False
        head, self._at_head = self._at_head, None
        if head is not None:
            set_sent(head, sent)
        await self._end_each(stack, head)
        # An exception refers to frames, and they to this object.
        self.error = None

    async def _end_each(self, stack: list[_Layer], head: ResponseHead | None) -> None:
        while stack:
            layer = stack.pop()
            try:
                if head is None or layer.stage != _END:
                    await self._close(layer)
                elif layer.marked.blocking and self.threads:
                    # Some servers cancel the task of a client that leaves once it has its answer.
                    await in_new_task(partial(self._step, layer, head))
                else:
                    await self._step(layer, head)
            except GeneratorExit:
                self._drop_each(stack)
                raise
            except BaseException:
                # Cancelled, and perhaps again at the next `await`.
                if stack:
                    rest = partial(self._end_each, stack, head)
                    await (in_new_task(rest) if self.threads else rest())
                raise

    async def _close(self, layer: _Layer) -> None:
        if layer.stage:
            try:
                await layer.close(self)
            except Exception as error:  # noqa: BLE001 (foreign code)
                _report(layer, error, _END)

    async def close(self) -> None:
        """Close what is left, without an end: for a websocket."""
        await self.end(Sent(None, False, None))

    def drop(self) -> None:
        """Close what is left where nothing can be awaited: the event loop is being closed."""
        stack, self._stack = self._stack, []
        self.waits = False
        self._drop_each(stack)

    def _drop_each(self, stack: list[_Layer]) -> None:
        while stack:
            stack.pop().drop()

    def leave(self) -> None:
        """Undo, in the application's context, what layers have set there."""
        if self._shown is not None:
            self._shown.undo()

    def _show(self, context: Context) -> None:
        for variable, value in context.items():
            if variable.get(_MISSING) is not value:
                if self._shown is None:
                    self._shown = Shown()
                self._shown.show(variable, value)

    async def _step(self, layer: _Layer, argument: NativeRequest | ResponseHead) -> Response | None:
        stage, marked = layer.stage, layer.marked
        # If the step is cancelled or fails, the layer is over.
        layer.stage = _NOTHING
        try:
            if marked.asks and stage == _FIRST:
                await self._prepare(marked)
            if marked.blocking and self.threads:
                waiting = await _in_thread(layer, argument)
            else:
                waiting = layer.context.run(layer.run, argument)
            if waiting is not None:
                await layer.finish(waiting, self)
            if layer.value is None and stage != _END:
                if layer.steps is not None:
                    layer.stage = stage + 1
                return None
            return await layer.answer_of(stage, self)
        except Exception as error:  # noqa: BLE001 (foreign code)
            if stage != _END and isinstance(error, (Abort, RequestError)):
                from unireq._handlers.handler import error_response

                return error_response(error)
            _report(layer, error, stage)
            if stage == _END:
                return None
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


async def _in_thread(layer: _Layer, argument: Any) -> Any:
    inside = reaching_back(lambda: layer.run(argument))
    return await run_in_thread(lambda: layer.context.run(inside))


def _is_sync(made: object) -> bool:
    return isinstance(made, Generator)


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
