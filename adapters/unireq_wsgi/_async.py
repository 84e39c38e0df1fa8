"""Running async code from sync code without an event loop, as in WSGI."""

from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from unireq_wsgi._greenlets import patched_gevent, run_in_pool

__all__ = ["run_async"]

_T = TypeVar("_T")


def run_async(function: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """Run `await function()` in a new event loop, in the caller's context; return its result.

    With gevent the loop runs in a thread of gevent's pool, because greenlets share one thread, and
    a thread can run only one loop; the body is read in a greenlet. If a loop is already running in
    this thread, the new one runs in another thread too.
    """
    if (gevent := patched_gevent()) is not None:
        return run_in_pool(gevent, lambda: _run(function))
    if _loop_runs():
        context = contextvars.copy_context()
        return _in_thread(lambda: context.run(_run, function))
    return _run(function)


def _run(function: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    import asyncio

    return asyncio.run(function())


def _loop_runs() -> bool:
    # If another thread is still importing asyncio, no loop runs in this one.
    find_loop: Any = getattr(sys.modules.get("asyncio"), "_get_running_loop", None)
    return find_loop is not None and find_loop() is not None


def _in_thread(work: Callable[[], _T]) -> _T:
    done: list[_T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001 (raised again in the calling thread)
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return done[0]
