"""SpooledBody: the kept bytes of a body, in memory if they are few, else in a temporary file.

Rule: append only; each reader has its own position, and can read at any time, from any thread. The
file has no name in the file system (on Windows: one that is deleted on closing). It is closed with
the last reference to the store, so it does not outlive the request.

But a request may be part of a reference cycle: in Django on ASGI, or if an exception is kept.
Python's garbage collector counts objects, not bytes or open files, so it may let a hundred uploads
pile up. So large stores are weighed: the collector is run when their total is over a budget, and
when there is no room for one more.
"""

from __future__ import annotations

import gc
import io
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from unireq._body.limits import no_room

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["SpooledBody", "SpooledBodyReader"]

_T = TypeVar("_T")

_GIVEN = "_unireq_body"
"""The attribute of a framework's request with the body whose file `reopen_for` gave it."""

CHUNK = 65536

_MIB = 1024 * 1024

_STEP = _MIB
"""A store is weighed each time it has grown by this many bytes."""

_BUDGET = 64 * _MIB
"""The total weight of all stores, in bytes, before the collector is run."""

_FILE = 4 * _MIB
"""The weight of an open file, in addition to its bytes."""

# By id of the store. Operations on a dict need no lock; a destructor can run anywhere, and would
# deadlock on one.
_weights: dict[int, int] = {}
_limit = _BUDGET


def _weigh(store: object, size: int, *, on_file: bool) -> None:
    """Note that `store` has `size` bytes; called again when it has grown."""
    global _limit  # noqa: PLW0603 (one process has one collector)
    _weights[id(store)] = size + _FILE if on_file else size
    if _total() > _limit:
        gc.collect()
        # The rest is in use, so collecting again right away would find nothing.
        _limit = max(_BUDGET, 2 * _total())


def _forget(store: object) -> None:
    """Note that `store` has ended."""
    global _limit  # noqa: PLW0603
    if _weights.pop(id(store), None) is not None and _limit > _BUDGET:
        _limit = max(_BUDGET, min(_limit, 2 * _total()))


def _total() -> int:
    return sum(list(_weights.values()))


class SpooledBody:
    """The kept bytes of a body.

    Attributes:
        size: The number of bytes.
        framework_at: How many of them the framework has read with a `BodyTee`; None without one.
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
        # Looked up at run time: gevent may have patched the module by then.
        self._lock = threading.Lock()
        if self.size >= _STEP:
            _weigh(self, self.size, on_file=False)

    @property
    def in_memory(self) -> bool:
        """Whether the bytes are in memory."""
        return self._memory is not None

    @property
    def underway(self) -> bool:
        """Whether the framework is reading the bytes with a `BodyTee`, and is not at the end."""
        return self.framework_at is not None and self.framework_at < self.size

    def append(self, chunk: bytes, spool_size: int | None) -> None:
        """Append `chunk`; above `spool_size` bytes the whole body moves to a temporary file.

        If it fails, nothing has changed.

        Raises:
            StorageError: The temporary file can't be created or written, even after a garbage
                collection.
        """
        with self._lock:
            memory = self._memory
            opened = False
            if memory is not None and (spool_size is None or self.size + len(chunk) <= spool_size):
                memory.write(chunk)
            elif memory is not None:
                self._file, self._memory, opened = _in_file(memory.getvalue(), chunk), None, True
            else:
                _twice(lambda: _write(self._file, self.size, chunk))
            before = self.size
            self.size += len(chunk)
        if opened or before // _STEP != self.size // _STEP:
            _weigh(self, self.size, on_file=self._file is not None)

    def read_at(self, start: int, size: int) -> bytes:
        """At most `size` bytes from `start` on; fewer only at the end."""
        with self._lock:
            size = min(size, self.size - start)
            if size <= 0:
                return b""
            if self._memory is not None:
                return bytes(self._memory.getbuffer()[start : start + size])
            return self._read(start, size)

    def getvalue(self) -> bytes:
        """All bytes; copied only if they are in a file."""
        with self._lock:
            if self._memory is not None:
                return self._memory.getvalue()
            return self._read(0, self.size)

    def _read(self, start: int, size: int) -> bytes:
        # Usually one read is enough; a signal can make it shorter.
        pieces: list[bytes] = []
        try:
            self._file.seek(start)
            while size and (piece := self._file.read(size)):
                pieces.append(piece)
                size -= len(piece)
        except OSError as error:
            raise no_room(error) from error
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def chunks(self, start: int = 0, size: int | None = None) -> Iterator[bytes]:
        """The bytes of a slice, in pieces of at most 64 KiB."""
        end = self.size if size is None else start + size
        while start < end:
            chunk = self.read_at(start, min(CHUNK, end - start))
            if not chunk:
                return
            start += len(chunk)
            yield chunk

    def open(self, start: int = 0, size: int | None = None) -> BinaryIO:
        """A seekable reader of a slice, independent of every other one."""
        raw = SpooledBodyReader(self, start, self.size - start if size is None else size)
        return cast("BinaryIO", io.BufferedReader(raw, CHUNK))

    def reopen_for(self, native: Any) -> BinaryIO | None:
        """A file from which the framework can read the body again.

        Args:
            native: The framework's request; an attribute is set on it.

        Returns:
            The file; None if the framework needs none: the bytes are in memory, it is reading them
            already, or it got a file before.
        """
        if self.in_memory or self.underway or self.reopened_for(native):
            return None
        setattr(native, _GIVEN, self)
        return self.open()

    def reopened_for(self, native: Any) -> bool:
        """Whether `reopen_for` has returned a file for this request before."""
        return getattr(native, _GIVEN, None) is self

    def __del__(self) -> None:
        _forget(self)
        if (file := getattr(self, "_file", None)) is not None:
            with suppress(OSError):
                file.close()


def _in_file(*chunks: bytes) -> Any:
    """A new temporary file that holds `chunks`."""

    def make() -> Any:
        import tempfile

        # Unbuffered: closing a buffered file after a failed write would write again.
        file: Any = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (a store closes it)
        size = 0
        try:
            for chunk in chunks:
                _write(file, size, chunk)
                size += len(chunk)
        except BaseException:
            with suppress(OSError):
                file.close()
            raise
        return file

    return _twice(make)


def _write(file: Any, start: int, chunk: bytes) -> None:
    file.seek(start)
    view = memoryview(chunk)
    while view:
        view = view[file.write(view) :]


def _twice(work: Callable[[], _T]) -> _T:
    """The result of `work()`; if it fails, it is tried once more after a garbage collection.

    Raises:
        StorageError: It failed again.
    """
    with suppress(OSError):
        return work()
    gc.collect()
    try:
        return work()
    except OSError as error:
        raise no_room(error) from error


class SpooledBodyReader(io.RawIOBase):
    """A file-like reader of the `size` bytes of `store` from `start` on."""

    def __init__(self, store: SpooledBody, start: int, size: int) -> None:
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
        """The position, in bytes from the start of the slice."""
        self._check_open()
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to `offset`, relative to `whence`; returns the new position.

        Raises:
            ValueError: The position is negative, `whence` is unknown, or the reader is closed.
        """
        self._check_open()
        if whence not in {os.SEEK_SET, os.SEEK_CUR, os.SEEK_END}:
            raise ValueError(f"seek: expected whence 0, 1 or 2, got {whence!r}")
        base = (0, self._position, self._size)[whence]
        if base + offset < 0:
            raise ValueError(f"seek: expected a position of 0 or more, got {base + offset}")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into `buffer`; returns the number of bytes read."""
        self._check_open()
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), max(self._size - self._position, 0))
        data = self._store.read_at(self._start + self._position, wanted)
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("expected an open file, got a closed one")
