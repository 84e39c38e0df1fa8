"""SpooledBody: bytes that are kept, in memory while they are few, else in one temporary file.

Rule: append only; whoever reads does so by a reader of their own, at any time, from any thread. The
file has no name in the file system (on Windows: one that is deleted on closing), and is closed with
the last reference to the store, so none outlives the request.

References have to end for that. Some who let go of a request leave it in a reference cycle: Django
on ASGI does, and whoever keeps an exception. Python's collector counts objects, not bytes or open
files: a hundred uploads might wait for it. So large stores are weighed, and the collector is run
when they are too much together, and when there is no room for one more.
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
"""The attribute of a framework's request that says which body it was given a file of."""

CHUNK = 65536

_MIB = 1024 * 1024

_STEP = _MIB
"""From how many bytes on a store is weighed, and after how many more again."""

_BUDGET = 64 * _MIB
"""What all stores together may weigh before the collector is run, in bytes."""

_FILE = 4 * _MIB
"""What an open file weighs beside its bytes."""

# By the id of a store: what is done to a dict needs no lock of ours, which a destructor, called in
# the middle of anything, might wait for.
_weights: dict[int, int] = {}
_limit = _BUDGET


def _weigh(store: object, size: int, *, on_file: bool) -> None:
    """Note that `store` has `size` bytes; called again when it has grown."""
    global _limit  # noqa: PLW0603 (one process has one collector)
    _weights[id(store)] = size + _FILE if on_file else size
    if _total() > _limit:
        gc.collect()
        # What is left is in use, so collecting again at once would find nothing.
        _limit = max(_BUDGET, 2 * _total())


def _forget(store: object) -> None:
    """Note that `store` has ended."""
    global _limit  # noqa: PLW0603
    if _weights.pop(id(store), None) is not None and _limit > _BUDGET:
        _limit = max(_BUDGET, min(_limit, 2 * _total()))


def _total() -> int:
    return sum(list(_weights.values()))


class SpooledBody:
    """Bytes in the order they were appended.

    Attributes:
        size: How many there are.
        framework_at: How many the framework has got from here, by a `BodyTee`; None without one.
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
        if self.size >= _STEP:
            _weigh(self, self.size, on_file=False)

    @property
    def in_memory(self) -> bool:
        """Whether the bytes are in memory."""
        return self._memory is not None

    @property
    def underway(self) -> bool:
        """Whether the framework gets them by itself, and has not come to the end."""
        return self.framework_at is not None and self.framework_at < self.size

    def append(self, chunk: bytes, spool_size: int | None) -> None:
        """Keep `chunk` too; what is more than `spool_size` bytes goes to a temporary file.

        It is kept, or nothing has changed.

        Raises:
            StorageError: The temporary file can't be made or written, although there was room made
                for it: what nobody refers to was collected.
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
        """At most `size` bytes from `start` on; fewer only where there are no more."""
        with self._lock:
            size = min(size, self.size - start)
            if size <= 0:
                return b""
            if self._memory is not None:
                return bytes(self._memory.getbuffer()[start : start + size])
            return self._read(start, size)

    def getvalue(self) -> bytes:
        """All bytes; a copy only where they are in a file."""
        with self._lock:
            if self._memory is not None:
                return self._memory.getvalue()
            return self._read(0, self.size)

    def _read(self, start: int, size: int) -> bytes:
        # At once, as a rule: a file of this kind gives less only where a signal has come.
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
        """A file for the framework to read, which has read the body and may do so again.

        Args:
            native: The framework's request, which can be given an attribute.

        Returns:
            None where it needs none: the bytes are in memory, it is reading them already, or it was
            given a file before.
        """
        if self.in_memory or self.underway or self.reopened_for(native):
            return None
        setattr(native, _GIVEN, self)
        return self.open()

    def reopened_for(self, native: Any) -> bool:
        """Whether `reopen_for` has given the framework a file."""
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

        # Without a buffer, which would be written again when the file is closed.
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
    """What `work()` returns; if it fails, once more, when garbage was collected.

    Raises:
        StorageError: It has failed again.
    """
    with suppress(OSError):
        return work()
    gc.collect()
    try:
        return work()
    except OSError as error:
        raise no_room(error) from error


class SpooledBodyReader(io.RawIOBase):
    """A reader of the `size` bytes of `store` from `start` on."""

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
        """Fill `buffer`; how many bytes there were."""
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
