"""Store: octets that are kept, in memory while they are few, else in one temporary file.

Rule: append only; whoever reads does so by a reader of their own, at any time, from any thread. The
file has no name in the file system (on Windows: one that is deleted on closing), and is closed with
the last reference to the store, so none outlives the request; `garbage` sees to it that references
end.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from unireq._body.garbage import STEP, forget, weigh

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["Store", "StoreReader"]

CHUNK = 65536


class Store:
    """Octets in the order they were appended.

    Attributes:
        size: How many there are.
        framework_at: How many the framework has got from here, by a `Recording`; None without one.
    """

    __slots__ = ("_file", "_lock", "_memory", "framework_at", "size")

    size: int
    framework_at: int | None
    _memory: io.BytesIO | None
    _file: Any

    def __init__(self, data: bytes = b"") -> None:
        self.size = len(data)
        self.framework_at = None
        self._memory = io.BytesIO(data)
        self._memory.seek(self.size)
        self._file = None
        # Asked for at run time: gevent may have patched the module by then.
        self._lock = threading.Lock()
        if self.size >= STEP:
            weigh(self, self.size, on_file=False)

    @property
    def in_memory(self) -> bool:
        """Whether the octets are in memory."""
        return self._memory is not None

    @property
    def underway(self) -> bool:
        """Whether the framework gets them by itself, and has not come to the end."""
        return self.framework_at is not None and self.framework_at < self.size

    def append(self, chunk: bytes, spool_size: int | None) -> None:
        """Keep `chunk` too; what is more than `spool_size` octets goes to a temporary file.

        Raises:
            OSError: The temporary file can't be written.
        """
        with self._lock:
            memory = self._memory
            more = spool_size is not None and self.size + len(chunk) > spool_size
            opened = False
            if memory is not None and more:
                import tempfile

                file = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed with the store)
                file.write(memory.getbuffer())
                self._file, self._memory, memory, opened = file, None, None, True
            if memory is not None:
                memory.write(chunk)
            else:
                self._file.seek(self.size)
                self._file.write(chunk)
            before = self.size
            self.size += len(chunk)
        if opened or before // STEP != self.size // STEP:
            weigh(self, self.size, on_file=self._file is not None)

    def read_at(self, start: int, size: int) -> bytes:
        """At most `size` octets from `start` on; fewer only where there are no more."""
        with self._lock:
            size = min(size, self.size - start)
            if size <= 0:
                return b""
            if self._memory is not None:
                return bytes(self._memory.getbuffer()[start : start + size])
            self._file.seek(start)
            return cast("bytes", self._file.read(size))

    def getvalue(self) -> bytes:
        """All octets; a copy only where they are in a file."""
        with self._lock:
            if self._memory is not None:
                return self._memory.getvalue()
            self._file.seek(0)
            return cast("bytes", self._file.read(self.size))

    def chunks(self, start: int = 0, size: int | None = None) -> Iterator[bytes]:
        """The octets of a slice, in pieces of at most 64 KiB."""
        end = self.size if size is None else start + size
        while start < end:
            chunk = self.read_at(start, min(CHUNK, end - start))
            if not chunk:
                return
            start += len(chunk)
            yield chunk

    def open(self, start: int = 0, size: int | None = None) -> BinaryIO:
        """A seekable reader of a slice, independent of every other one."""
        raw = StoreReader(self, start, self.size - start if size is None else size)
        return cast("BinaryIO", io.BufferedReader(raw, CHUNK))

    def __del__(self) -> None:
        forget(self)
        if (file := getattr(self, "_file", None)) is not None:
            file.close()


class StoreReader(io.RawIOBase):
    """A reader of the `size` octets of `store` from `start` on."""

    def __init__(self, store: Store, start: int, size: int) -> None:
        super().__init__()
        self._store = store
        self._start = start
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def tell(self) -> int:
        """The position, in octets from the start of the slice."""
        self._check_open()
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to `offset`, counted from where `whence` says; the new position.

        Raises:
            ValueError: It is before the start, `whence` is unknown, or the reader is closed.
        """
        self._check_open()
        if whence not in {os.SEEK_SET, os.SEEK_CUR, os.SEEK_END}:
            raise ValueError(f"seek: expected whence 0, 1 or 2, got {whence!r}")
        base = (0, self._position, self._size)[whence]
        if base + offset < 0:
            raise ValueError(f"seek: expected a position from 0 on, got {base + offset}")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer`; how many octets there were."""
        self._check_open()
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), max(self._size - self._position, 0))
        data = self._store.read_at(self._start + self._position, wanted)
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("expected an open file, got one that was closed")
