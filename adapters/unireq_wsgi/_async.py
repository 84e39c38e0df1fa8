"""Running async code to its end, where there is no event loop, as in WSGI."""

from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

__all__ = ["run_async"]

_T = TypeVar("_T")


def run_async(function: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """What `await function()` gives, in an event loop of its own, in the caller's context.

    Below gevent the loop runs in a thread of gevent's pool, since greenlets share one thread, and a
    thread has one running loop. The same where a loop runs in this thread already.
    """
    context = contextvars.copy_context()
    gevent: Any = sys.modules.get("gevent")
    if gevent is not None and _is_patched():
        return gevent.get_hub().threadpool.apply(context.run, (_run, function))  # type: ignore[no-any-return]
    if _loop_runs():
        return _in_thread(lambda: context.run(_run, function))
    return _run(function)


def _run(function: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    import asyncio

    return asyncio.run(function())


def _is_patched() -> bool:
    monkey: Any = sys.modules.get("gevent.monkey")
    return monkey is not None and bool(monkey.is_module_patched("threading"))


def _loop_runs() -> bool:
    asyncio: Any = sys.modules.get("asyncio")
    return asyncio is not None and asyncio._get_running_loop() is not None


def _in_thread(work: Callable[[], _T]) -> _T:
    done: list[_T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001 (it is raised where it was asked for)
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return done[0]
