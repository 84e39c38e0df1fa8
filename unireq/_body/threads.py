"""Threads and event loops: where code runs, who waits, and how one reaches the other.

Rule: neither asyncio nor trio is imported before one of them runs; nothing here belongs to one
event loop for longer than a task waits in it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeVar

__all__ = [
    "RunInLoop",
    "Turn",
    "finish",
    "in_async_code",
    "in_trio",
    "loop_of_thread",
    "pause",
    "reaching_back",
    "run_in_thread",
]

_T = TypeVar("_T")

RunInLoop = Callable[[Callable[[], Awaitable[Any]]], Any]
"""What `await function()` gives in an event loop, for another thread."""

_loop: ContextVar[RunInLoop | None] = ContextVar("unireq.loop_of_thread", default=None)


def finish(work: Coroutine[Any, Any, _T]) -> _T:
    """What `work` returns, which never waits: no event loop is needed for it."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    work.close()
    raise RuntimeError("expected a source that is not async, got one that waits")


def in_async_code() -> bool:
    """Whether an event loop runs in this thread, so that nothing here may wait."""
    # Another thread may be importing it now, and then it lacks this yet.
    find_loop = getattr(sys.modules.get("asyncio"), "_get_running_loop", None)
    return (find_loop is not None and find_loop() is not None) or in_trio()


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


async def pause(seconds: float) -> None:
    """Let the event loop do other things for so long."""
    if in_trio():
        await sys.modules["trio"].sleep(seconds)
        return
    import asyncio

    await asyncio.sleep(seconds)


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


class Turn:
    """A lock for threads and for the tasks of any event loop: one at a time, the others wait.

    It belongs to no event loop, so it may outlive each: who waits for it waits for an event of the
    loop that they run in.
    """

    __slots__ = ("_lock", "_waiting")

    def __init__(self) -> None:
        # Asked for at run time: gevent may have patched the module by then.
        self._lock = threading.Lock()
        self._waiting: list[Callable[[], object]] = []

    @asynccontextmanager
    async def taken(self, *, waits: bool) -> AsyncGenerator[None]:
        """Have the turn.

        Args:
            waits: Whether whoever has it may wait in an event loop; if not, nothing here does
                either, and a thread that has to wait is blocked.
        """
        if waits:
            while not self._lock.acquire(blocking=False):
                wait, wake = _new_event()
                self._waiting.append(wake)
                # Who had it may have gone before they saw that somebody waits.
                if self._lock.acquire(blocking=False):
                    break
                await wait()
        else:
            self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()
            while self._waiting:
                # The loop of one who was cancelled may be closed by now.
                with suppress(RuntimeError, IndexError):
                    self._waiting.pop()()


def _new_event() -> tuple[Callable[[], Awaitable[Any]], Callable[[], object]]:
    """What waits in the event loop that runs, and what ends that from any thread."""
    if in_trio():
        trio: Any = sys.modules["trio"]
        event, token = trio.Event(), trio.lowlevel.current_trio_token()
        return event.wait, lambda: token.run_sync_soon(event.set)
    import asyncio

    happened, loop = asyncio.Event(), asyncio.get_running_loop()
    return happened.wait, lambda: loop.call_soon_threadsafe(happened.set)
