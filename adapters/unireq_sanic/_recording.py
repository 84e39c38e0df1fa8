"""A request stream that lets a handler read a body, and keeps it for unireq."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import unireq

__all__ = ["RecordedStream", "divert"]


class RecordedStream:
    """Sanic's `request.stream`, whose `read` gives what a recording gives.

    Args:
        stream: Sanic's own.
        recording: The recording.
    """

    __slots__ = ("_ended", "_recording", "_stream")

    def __init__(self, stream: Any, recording: unireq.Recording) -> None:
        object.__setattr__(self, "_stream", stream)
        object.__setattr__(self, "_recording", recording)
        object.__setattr__(self, "_ended", False)

    async def read(self) -> bytes | None:
        """The next octets; None at the end."""
        recording: unireq.Recording = object.__getattribute__(self, "_recording")
        chunk = await recording.atake()
        if not chunk:
            object.__setattr__(self, "_ended", True)
        return chunk or None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await self.read():
            yield chunk

    @property
    def recorded(self) -> Any:
        """Sanic's own stream."""
        return self._stream

    @property
    def request_body(self) -> Any:
        """Whether there may be more to read."""
        return not self._ended

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._stream, name, value)


def divert(native: Any, recording: unireq.Recording) -> bool:
    """Let whoever reads `native.stream` from now on leave the body to unireq too."""
    stream = native.stream
    if stream is None:
        return False
    native.stream = RecordedStream(stream, recording)
    return True
