"""Threads: what waits for a disk is done in a worker thread, so that an event loop goes on.

Rule: neither asyncio nor trio is imported before one of them runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["in_trio", "run_in_thread"]

_T = TypeVar("_T")


async def run_in_thread(work: Callable[[], _T]) -> _T:
    """What `work()` returns, called in a worker thread of the event loop that runs."""
    if in_trio():
        run_sync: Any = sys.modules["trio"].to_thread.run_sync
        return await run_sync(work)  # type: ignore[no-any-return]
    import asyncio

    return await asyncio.to_thread(work)


def in_trio() -> bool:
    """Whether trio runs in this thread."""
    trio = sys.modules.get("trio")
    if trio is None:
        return False
    try:
        trio.lowlevel.current_task()
    except RuntimeError:
        return False
    return True
