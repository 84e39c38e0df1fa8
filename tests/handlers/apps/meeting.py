"""A barrier for tasks of one event loop."""

from __future__ import annotations

import asyncio

__all__ = ["Meeting"]


class Meeting:
    """Lets nobody go on before so many are here; then it begins anew.

    asyncio has one too, since Python 3.11.
    """

    def __init__(self, parties: int) -> None:
        self._parties = parties
        self._here = 0
        self._open: asyncio.Event | None = None

    async def wait(self) -> None:
        """Wait for the others, 20 seconds at most."""
        if self._open is None:
            self._open = asyncio.Event()
        mine = self._open
        self._here += 1
        if self._here == self._parties:
            self._here, self._open = 0, None
            mine.set()
        await asyncio.wait_for(mine.wait(), 20)
