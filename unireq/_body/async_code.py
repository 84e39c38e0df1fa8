"""Async code: whether an event loop runs here, and what is needed of it.

Rule: neither asyncio nor trio is imported before one of them runs.
"""

from __future__ import annotations

import sys
from typing import Any

from unireq._body.threads import in_trio

__all__ = ["in_async_code", "let_others_run", "new_async_lock", "pause"]


def in_async_code() -> bool:
    """Whether an event loop runs in this thread, so that nothing here may wait."""
    # While another thread is importing it, no loop runs in this one.
    find_loop = getattr(sys.modules.get("asyncio"), "_get_running_loop", None)
    return (find_loop is not None and find_loop() is not None) or in_trio()


def new_async_lock() -> Any:
    """A lock of the event loop that runs."""
    if in_trio():
        return sys.modules["trio"].Lock()
    import asyncio

    return asyncio.Lock()


async def let_others_run() -> None:
    """Let the event loop turn to other tasks once."""
    if in_trio():
        await sys.modules["trio"].lowlevel.checkpoint()
        return
    import asyncio

    await asyncio.sleep(0)


async def pause(seconds: float) -> None:
    """Let the event loop do other things for so long."""
    if in_trio():
        await sys.modules["trio"].sleep(seconds)
        return
    import asyncio

    await asyncio.sleep(seconds)
