"""A barrier for tasks of one event loop."""

from __future__ import annotations

import asyncio

import unireq

__all__ = ["Meeting"]


class Meeting:
    """Lets nobody go on before as many are here as `of` says; then it begins anew.

    asyncio has one too, since Python 3.11.
    """

    def __init__(self) -> None:
        self._here = 0
        self._open: asyncio.Event | None = None

    async def wait(self) -> None:
        """Wait for the others, 30 seconds at most."""
        if self._open is None:
            self._open = asyncio.Event()
        mine = self._open
        self._here += 1
        if self._here == int(unireq.current_request().query_params["of"]):
            self._here, self._open = 0, None
            mine.set()
        await asyncio.wait_for(mine.wait(), 30)
