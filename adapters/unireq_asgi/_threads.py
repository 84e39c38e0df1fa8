"""Running async code in the event loop, from a worker thread of an async framework."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any, TypeVar

import unireq

__all__ = ["run_from_thread"]

_T = TypeVar("_T")


def run_from_thread(function: Callable[[], Awaitable[_T]], what: str) -> _T:
    """Run `await function()` in the event loop that started this worker thread.

    Works in the threads of `anyio.to_thread`, in which Starlette and FastAPI call sync views.

    Raises:
        unireq.BodyNotRead: This is another thread.
    """
    started = False

    async def run() -> _T:
        nonlocal started
        started = True
        return await function()

    if "anyio" in sys.modules:
        # `import anyio` does not import this submodule.
        from_thread: Any = import_module("anyio.from_thread")
        try:
            return from_thread.run(run)  # type: ignore[no-any-return]
        except RuntimeError:
            # anyio raises it in a thread that is not one of its own.
            if started:
                raise
    raise unireq.BodyNotRead(
        f"{what}: the body hasn't been read yet, and this thread can't reach the event loop that"
        " reads it; `await request.aread()` before you start the thread"
    )
