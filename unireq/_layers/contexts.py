"""Contexts: each layer runs in a `contextvars.Context` of its own. Source: PEP 567.

So a span or a token that its first part opens can be closed in its last part, wherever that runs.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from contextvars import Context, ContextVar, Token
from typing import Any

__all__ = ["InContext", "Shown", "in_new_task"]


class InContext:
    """Awaits a coroutine, each of whose steps runs in `context`, in the task of the caller.

    Args:
        context: The context.
        coroutine: A coroutine, or what `asend` of an async generator returns.
    """

    __slots__ = ("_context", "_coroutine")

    def __init__(self, context: Context, coroutine: Any) -> None:
        self._context = context
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, Any]:
        run, coroutine = self._context.run, self._coroutine
        try:
            waits_for = run(coroutine.send, None)
            while True:
                try:
                    value = yield waits_for
                except GeneratorExit:
                    run(coroutine.close)
                    raise
                except BaseException as error:  # noqa: BLE001 (passed on to the coroutine)
                    waits_for = run(coroutine.throw, error)
                else:
                    waits_for = run(coroutine.send, value)
        except StopIteration as done:
            return done.value


class Shown:
    """Variables that layers have set, set for the application too; and how to undo that."""

    __slots__ = ("_tokens",)

    def __init__(self) -> None:
        self._tokens: list[tuple[ContextVar[Any], Token[Any]]] = []

    def show(self, variable: ContextVar[Any], value: Any) -> None:
        """Set a variable in the current context."""
        self._tokens.append((variable, variable.set(value)))

    def undo(self) -> None:
        """Set the variables back, so that a thread's or a connection's next request has none."""
        while self._tokens:
            variable, token = self._tokens.pop()
            # A response may be closed in another context than that in which it began.
            with suppress(ValueError):
                variable.reset(token)


async def in_new_task(work: Callable[[], Any]) -> None:
    """Await `work()` in a task that goes on if the current one is cancelled."""
    from unireq._body.threads import in_trio

    if in_trio():
        import sys

        with sys.modules["trio"].CancelScope(shield=True):
            await work()
        return
    import asyncio

    task = asyncio.ensure_future(work())
    _going_on.add(task)
    task.add_done_callback(_going_on.discard)
    await asyncio.shield(task)


_going_on: set[Any] = set()
