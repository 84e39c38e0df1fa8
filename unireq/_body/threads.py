"""Threads: what waits is done in a worker thread, so that an event loop goes on.

What only the event loop can do is asked of it from there.

Rule: neither asyncio nor trio is imported before one of them runs.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, TypeVar

__all__ = ["RunInLoop", "in_trio", "loop_of_thread", "reaching_back", "run_in_thread"]

_T = TypeVar("_T")

RunInLoop = Callable[[Callable[[], Awaitable[Any]]], Any]
"""What `await function()` gives in an event loop, for another thread."""

_loop: ContextVar[RunInLoop | None] = ContextVar("unireq.loop_of_thread", default=None)


async def run_in_thread(work: Callable[[], _T]) -> _T:
    """What `work()` returns, called in a worker thread of the event loop that runs.

    It is called in a copy of the caller's context, and reaches the loop by `loop_of_thread()`.
    """
    if in_trio():
        return await sys.modules["trio"].to_thread.run_sync(reaching_back(work))  # type: ignore[no-any-return]
    import asyncio

    return await asyncio.to_thread(reaching_back(work))


def reaching_back(work: Callable[[], _T]) -> Callable[[], _T]:
    """`work`, which in any thread reaches the event loop that runs here by `loop_of_thread()`."""
    if in_trio():
        return _knowing(sys.modules["trio"].from_thread.run, work)
    import asyncio

    loop = asyncio.get_running_loop()

    def run_in_loop(function: Callable[[], Awaitable[Any]]) -> Any:
        async def run() -> Any:
            return await function()

        return asyncio.run_coroutine_threadsafe(run(), loop).result()

    return _knowing(run_in_loop, work)


def loop_of_thread() -> RunInLoop | None:
    """What reaches the event loop that this thread was started in; None in any other thread."""
    return _loop.get()


def _knowing(loop: RunInLoop, work: Callable[[], _T]) -> Callable[[], _T]:
    def run() -> _T:
        token = _loop.set(loop)
        try:
            return work()
        finally:
            _loop.reset(token)

    return run


def in_trio() -> bool:
    """Whether trio runs in this thread."""
    # While another thread is importing it, nothing of it runs in this one.
    lowlevel = getattr(sys.modules.get("trio"), "lowlevel", None)
    find_task = getattr(lowlevel, "current_task", None)
    if find_task is None:
        return False
    try:
        find_task()
    except RuntimeError:
        return False
    return True
