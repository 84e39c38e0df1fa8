"""Waiting, in a worker thread of an async framework, for what the event loop has to do."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any, TypeVar

import unireq

__all__ = ["run_from_thread"]

_T = TypeVar("_T")


def run_from_thread(function: Callable[[], Awaitable[_T]], what: str) -> _T:
    """What `await function()` gives in the event loop that started this worker thread.

    Works in the threads of `anyio.to_thread`, in which Starlette and FastAPI call sync views.

    Raises:
        unireq.BodyNotRead: This is no such thread.
    """
    started = False

    async def run() -> _T:
        nonlocal started
        started = True
        return await function()

    if "anyio" in sys.modules:
        # Whoever starts such a thread need not have imported what reaches back from it.
        from_thread: Any = import_module("anyio.from_thread")
        try:
            return from_thread.run(run)  # type: ignore[no-any-return]
        except RuntimeError:
            # What it raises in a thread that is not anyio's.
            if started:
                raise
    raise unireq.BodyNotRead(
        f"{what}: the body hasn't been read yet, and this thread can't reach the event loop that"
        " reads it; `await request.aread()` before you start the thread"
    )
