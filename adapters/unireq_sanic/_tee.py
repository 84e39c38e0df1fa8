"""A request stream from which a handler reads the body, while unireq keeps it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from unireq.adapter import BodyTee

__all__ = ["TeeStream", "divert"]


class TeeStream:
    """Sanic's `request.stream`, with a `read` that reads from a tee.

    Args:
        stream: Sanic's own stream.
        tee: The framework's cursor on the body.
    """

    __slots__ = ("_ended", "_stream", "_tee")

    def __init__(self, stream: Any, tee: BodyTee) -> None:
        object.__setattr__(self, "_stream", stream)
        object.__setattr__(self, "_tee", tee)
        object.__setattr__(self, "_ended", False)

    async def read(self) -> bytes | None:
        """The next bytes; None at the end."""
        tee: BodyTee = object.__getattribute__(self, "_tee")
        chunk = await tee.atake()
        if not chunk:
            object.__setattr__(self, "_ended", True)
        return chunk or None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await self.read():
            yield chunk

    @property
    def original(self) -> Any:
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


def divert(native: Any, tee: BodyTee) -> bool:
    """Replace `native.stream`, so unireq keeps the bytes that are read from it."""
    stream = native.stream
    if stream is None:
        return False
    native.stream = TeeStream(stream, tee)
    return True
