"""An input stream that lets an application read a body, and keeps it for unireq.

Source: PEP 3333, "Input and Error Streams": read, readline, readlines and iteration, with the
meaning that files give them.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

import unireq

__all__ = ["RecordedInput", "record_input"]

_CHUNK = 65536


class RecordedInput:
    """The octets of a body, as a file to read.

    Args:
        recording: What gives them.
    """

    def __init__(self, recording: unireq.Recording) -> None:
        self._recording = recording
        self._ahead = b""  # taken, and not given yet

    def read(self, size: int | None = -1) -> bytes:
        """`size` octets, fewer only at the end; all that follow where it is None or negative."""
        parts = [self._ahead]
        have = len(self._ahead)
        end = None if size is None or size < 0 else size
        while end is None or have < end:
            chunk = self._recording.take(_CHUNK if end is None else min(_CHUNK, end - have))
            if not chunk:
                break
            parts.append(chunk)
            have += len(chunk)
        found = b"".join(parts)
        self._ahead = b"" if end is None else found[end:]
        return found[:end]

    def readline(self, size: int | None = -1) -> bytes:
        """A line with its end, or what of it `size` allows; the last may have no end."""
        limit = None if size is None or size < 0 else size
        line = b""
        while limit is None or len(line) < limit:
            piece = self.read(_CHUNK if limit is None else min(_CHUNK, limit - len(line)))
            end = piece.find(b"\n") + 1
            if end:
                self._ahead = piece[end:] + self._ahead
                return line + piece[:end]
            if not piece:
                break
            line += piece
        return line

    def readlines(self, hint: int | None = -1) -> list[bytes]:
        """The lines that follow; not many more than `hint` octets of them, if it is positive."""
        lines: list[bytes] = []
        size = 0
        for line in self:
            lines.append(line)
            size += len(line)
            if hint is not None and 0 < hint <= size:
                break
        return lines

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line

    def close(self) -> None:
        """Nothing: the stream is the server's."""


def record_input(request: unireq.NativeRequest, environ: MutableMapping[str, Any]) -> None:
    """Let whoever reads `wsgi.input` from now on leave the body to unireq too."""
    recording = request.record()
    if recording is not None:
        environ["wsgi.input"] = RecordedInput(recording)
