"""Threads and event loops: where code runs, how it waits, and how a thread reaches an event loop.

Rule: neither asyncio nor trio is imported before it runs; nothing here is bound to an event loop
for longer than a task waits in it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeVar

__all__ = [
    "ReadElsewhere",
    "RunInLoop",
    "Turn",
    "finish",
    "in_async_code",
    "in_trio",
    "loop_of_thread",
    "pause",
    "reaching_back",
    "read_elsewhere",
    "run_in_thread",
]

_T = TypeVar("_T")

RunInLoop = Callable[[Callable[[], Awaitable[Any]]], Any]
"""Runs `await function()` in an event loop, from another thread; returns its result."""

ReadElsewhere = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Calls a function in a thread that may wait for a body; awaits its result."""

read_elsewhere: ContextVar[ReadElsewhere | None] = ContextVar("unireq.read_elsewhere", default=None)
"""Set in an event loop that requests with sync bodies share: reading there would block it."""

_loop: ContextVar[RunInLoop | None] = ContextVar("unireq.loop_of_thread", default=None)


def finish(work: Coroutine[Any, Any, _T]) -> _T:
    """The result of `work`, a coroutine that never waits, so it needs no event loop."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    work.close()
    raise RuntimeError("expected a sync source, got one that waits")


def in_async_code() -> bool:
    """Whether an event loop runs in this thread, so blocking is not allowed."""
    # The attribute may be missing: another thread may be importing asyncio right now.
    find_loop = getattr(sys.modules.get("asyncio"), "_get_running_loop", None)
    return (find_loop is not None and find_loop() is not None) or in_trio()


def in_trio() -> bool:
    """Whether trio runs in this thread."""
    # If another thread is still importing trio, trio doesn't run in this one.
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
    """Sleep for `seconds` in the running event loop."""
    if in_trio():
        await sys.modules["trio"].sleep(seconds)
        return
    import asyncio

    await asyncio.sleep(seconds)


async def run_in_thread(work: Callable[[], _T]) -> _T:
    """The result of `work()`, called in a worker thread of the running event loop.

    It is called in a copy of the caller's context; `loop_of_thread()` reaches the loop from there.
    """
    if in_trio():
        return await sys.modules["trio"].to_thread.run_sync(reaching_back(work))  # type: ignore[no-any-return]
    import asyncio

    return await asyncio.to_thread(reaching_back(work))


def reaching_back(work: Callable[[], _T]) -> Callable[[], _T]:
    """`work`, wrapped so that in any thread `loop_of_thread()` reaches the event loop of here."""
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
    """Reaches the event loop that started this thread's work; None if there is none."""
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
    """A lock for threads and for the tasks of any event loop.

    It is bound to no event loop, so it may outlive one: a waiting task waits for an event of its
    own loop.
    """

    __slots__ = ("_lock", "_waiting")

    def __init__(self) -> None:
        # Looked up at run time: gevent may have patched the module by then.
        self._lock = threading.Lock()
        self._waiting: list[Callable[[], object]] = []

    @asynccontextmanager
    async def taken(self, *, waits: bool) -> AsyncGenerator[None]:
        """Hold the lock.

        Args:
            waits: Whether the holder may wait in an event loop. If not, this never awaits, but
                blocks the thread.
        """
        if waits:
            while not self._lock.acquire(blocking=False):
                wait, wake = _new_event()
                self._waiting.append(wake)
                # The holder may have released the lock before it saw our entry in the list.
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
                # The loop of a cancelled task may be closed by now.
                with suppress(RuntimeError, IndexError):
                    self._waiting.pop()()


def _new_event() -> tuple[Callable[[], Awaitable[Any]], Callable[[], object]]:
    """A function that waits in the running event loop, and one that wakes it from any thread."""
    if in_trio():
        trio: Any = sys.modules["trio"]
        event, token = trio.Event(), trio.lowlevel.current_trio_token()
        return event.wait, lambda: token.run_sync_soon(event.set)
    import asyncio

    happened, loop = asyncio.Event(), asyncio.get_running_loop()
    return happened.wait, lambda: loop.call_soon_threadsafe(happened.set)
