"""An input stream from which an application reads the body, while unireq keeps it.

Source: PEP 3333, "Input and Error Streams": read, readline, readlines and iteration, as in files.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from unireq.adapter import BodyTee

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["TeeInput"]

_CHUNK = 65536


class TeeInput(io.RawIOBase):
    """The body as a readable file.

    Args:
        tee: The framework's cursor on the body.
    """

    def __init__(self, tee: BodyTee) -> None:
        super().__init__()
        self._tee = tee
        # Bytes that were read ahead to find the end of a line, and how many of them were returned.
        self._ahead: bytes = b""
        self._given: int = 0

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """Whether unireq still keeps the whole body read so far."""
        return self._tee.kept

    def tell(self) -> int:
        """The position, in bytes from the beginning of the body."""
        return self._tee.at - (len(self._ahead) - self._given)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to `offset`, relative to `whence`; returns the new position.

        Raises:
            io.UnsupportedOperation: The body is not kept.
            ValueError: The position is negative.
        """
        if not self._tee.kept:
            raise io.UnsupportedOperation("seek: the body is not kept, so it can't be read again")
        self._ahead, self._given, at = b"", 0, self.tell()
        if whence == io.SEEK_END:
            while self._tee.take(_CHUNK):
                pass
            at = self._tee.at
        self._tee.seek(offset if whence == io.SEEK_SET else at + offset)
        return self._tee.at

    def read(self, size: int | None = -1, /) -> bytes:
        """`size` bytes, fewer only at the end; the rest if `size` is None or negative."""
        end = None if size is None or size < 0 else size
        parts = [self._rest(end)]
        have = len(parts[0])
        while end is None or have < end:
            chunk = self._tee.take(_CHUNK if end is None else min(_CHUNK, end - have))
            if not chunk:
                break
            parts.append(chunk)
            have += len(chunk)
        return b"".join(parts)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer`; returns the number of bytes, less than its size only at the end."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def readline(self, size: int | None = -1, /) -> bytes:
        """A line with its line end, at most `size` bytes; the last line may have no end."""
        limit = None if size is None or size < 0 else size
        parts: list[bytes] = []
        have = 0
        while limit is None or have < limit:
            if self._given == len(self._ahead):
                self._ahead, self._given = self._tee.take(_CHUNK), 0
                if not self._ahead:
                    break
            end = self._ahead.find(b"\n", self._given) + 1 or len(self._ahead)
            wanted = end - self._given
            part = self._rest(wanted if limit is None else min(wanted, limit - have))
            parts.append(part)
            have += len(part)
            if part.endswith(b"\n"):
                break
        return b"".join(parts)

    def readlines(self, hint: int | None = -1, /) -> list[bytes]:
        """The remaining lines; if `hint` is positive, it stops after that many bytes."""
        lines: list[bytes] = []
        size = 0
        for line in self:
            lines.append(line)
            size += len(line)
            if hint is not None and 0 < hint <= size:
                break
        return lines

    def _rest(self, size: int | None) -> bytes:
        """Take at most `size` of the bytes that were read ahead."""
        start = self._given
        end = len(self._ahead) if size is None else min(start + size, len(self._ahead))
        self._given = end
        return self._ahead[start:end]

    def close(self) -> None:
        """Does nothing: the stream belongs to the server."""
