"""UploadedFile: a file in a form, the same class on every framework; and its safe file name.

Rule: the content is a slice of the body, which is kept in memory or in one temporary file; it can
be read any number of times, as long as any file of the form exists. `save` writes all of it or
nothing: it replaces an existing file only on request, and then in one step, so no other process
reads half a file; a failure leaves the existing file unchanged.

A safe file name is the name of an ordinary file in a directory, on every system, and it looks like
what it is. It need not be unique, and the content need not match the suffix. The name is normalised
(NFKC) first, because normalising can produce separators: a full-width slash becomes a slash. A sent
name may be long, and normalising takes quadratic time in the worst case: so the name is cut first,
to more than the result can need. Making a safe name safe again does not change it.

Sources: Unicode TR15 (NFKC) and TR36 (bidirectional text), Microsoft "Naming Files, Paths, and
Namespaces".
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from unireq._body.spooled_body import CHUNK, SpooledBody
from unireq._body.threads import run_in_thread
from unireq._headers import Headers

__all__ = [
    "FALLBACK",
    "MOST_OCTETS",
    "UploadedFile",
    "safe_filename",
    "save_chunks",
    "uploaded_file",
]


class UploadedFile:
    """A file in a form.

    Args:
        content: Its bytes.
        filename: Its name, as a client would send it.
        headers: The header fields of its part, as for `Headers`.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: A header field has the wrong form.
    """

    __slots__ = ("__weakref__", "_file", "_filename", "_headers", "_size", "_start", "_store")

    def __init__(
        self,
        content: bytes = b"",
        filename: str = "",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        if not isinstance(content, (bytes, bytearray, memoryview)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"content: expected bytes, got {type(content).__name__}")
        if not isinstance(filename, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"filename: expected a str, got {type(filename).__name__}")
        store = SpooledBody(bytes(content))
        _hold(self, store, 0, store.size, filename, Headers(headers))

    _store: SpooledBody
    _start: int
    _size: int
    _filename: str
    _headers: Headers
    _file: BinaryIO | None

    @property
    def filename(self) -> str:
        """The name as sent; invalid UTF-8 is U+FFFD. Never use it as a path.

        It may be empty, contain separators, or be anything else; use `safe_filename`.
        """
        return self._filename

    @property
    def safe_filename(self) -> str:
        """A name like `filename` that is safe to create in a directory: 1 to 255 bytes of UTF-8.

        The last part of the path. It is never hidden, reserved or the name of a device on any
        system; `"file"` if nothing is left. It is not unique.
        """
        return safe_filename(self._filename)

    @property
    def content_type(self) -> str | None:
        """The Content-Type field of the part, unverified; None if there is none."""
        return self._headers.get("content-type")

    @property
    def headers(self) -> Headers:
        """The header fields of the part. Source: RFC 7578 4."""
        return self._headers

    @property
    def size(self) -> int:
        """The size of the content, in bytes."""
        return self._size

    @property
    def file(self) -> BinaryIO:
        """The content as a seekable binary file, the same object at each access.

        It has its own position. Use it for libraries that expect a file. Reading blocks if the
        content is on disk, so in async code read it in a thread.
        """
        file = self._file
        if file is None:
            file = self._file = self._store.open(self._start, self._size)
        return file

    def read(self) -> bytes:
        """The whole content, at each call, independent of the position of `file`."""
        return self._store.read_at(self._start, self._size)

    async def aread(self) -> bytes:
        """Like `read`, in async code: content on disk is read in a worker thread."""
        return self.read() if self._store.in_memory else await run_in_thread(self.read)

    def chunks(self, size: int = CHUNK) -> Iterator[bytes]:
        """The content in chunks of `size` bytes; the last one may be shorter.

        Raises:
            ValueError: `size` is less than 1.
        """
        if size < 1:
            raise ValueError(f"chunks: expected a size of 1 or more, got {size}")
        return self._pieces(size)

    def _pieces(self, size: int) -> Iterator[bytes]:
        for offset in range(0, self._size, size):
            yield self._store.read_at(self._start + offset, min(size, self._size - offset))

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the content to the file `path`: all of it or nothing.

        Args:
            path: The path of a file, not of a directory: `directory / upload.safe_filename`.
            overwrite: Whether to replace an existing file.

        Raises:
            FileExistsError: The file exists, and `overwrite` is False.
            IsADirectoryError: `path` is a directory.
            OSError: The file can't be written.
        """
        save_chunks(self.chunks(), path, overwrite=overwrite)

    async def asave(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Like `save`, in a worker thread."""
        await run_in_thread(lambda: self.save(path, overwrite=overwrite))

    def __repr__(self) -> str:
        name = self._filename if len(self._filename) <= 80 else f"{self._filename[:80]}..."
        return f"<{type(self).__name__} {name!r}, {self._size} bytes>"

    def __reduce__(self) -> tuple[Any, ...]:
        return UploadedFile, (self.read(), self._filename, dict(self._headers))


def uploaded_file(
    store: SpooledBody, start: int, size: int, filename: str, headers: Headers
) -> UploadedFile:
    """The file whose content is the `size` bytes of `store` from `start` on."""
    upload = UploadedFile.__new__(UploadedFile)
    _hold(upload, store, start, size, filename, headers)
    return upload


def _hold(
    upload: Any, store: SpooledBody, start: int, size: int, filename: str, headers: Headers
) -> None:
    upload._store = store
    upload._start = start
    upload._size = size
    upload._filename = filename
    upload._headers = headers
    upload._file = None


def save_chunks(chunks: Iterable[bytes], path: str | os.PathLike[str], *, overwrite: bool) -> None:
    """Write `chunks` to the file `path`.

    Raises:
        FileExistsError: The file exists, and `overwrite` is False.
        IsADirectoryError: `path` is a directory.
        TypeError: `path` is not a path.
        OSError: The file can't be written.
    """
    target = Path(path)
    if target.is_dir():
        raise IsADirectoryError(
            errno.EISDIR,
            "expected the path of a file, got a directory; append a name, such as safe_filename",
            str(target),
        )
    if not overwrite:
        try:
            _write(chunks, target)
        except FileExistsError:
            raise FileExistsError(
                errno.EEXIST,
                "expected a path that does not exist, got one that does;"
                " choose another, or pass overwrite=True",
                str(target),
            ) from None
        return
    # In the same directory, because a file can be renamed only within one file system.
    beside = target.with_name(f".{secrets.token_hex(8)}.part")
    _write(chunks, beside)
    try:
        beside.replace(target)
    except BaseException:
        _remove(beside)
        raise


def _write(chunks: Iterable[bytes], path: Path) -> None:
    with path.open("xb") as file:
        try:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
        except BaseException:
            # Windows can't remove an open file.
            with suppress(OSError):
                file.close()
            _remove(path)
            raise


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


FALLBACK = "file"
"""The name if nothing is left of the sent one."""

MOST_OCTETS = 255
"""The longest name that file systems accept, in bytes of UTF-8."""

# No program uses longer suffixes.
LONGEST_SUFFIX = 32

# More than 255 bytes can come from: normalising makes at most four characters into one.
_HEAD, _TAIL = 512, 64

# Including the characters that NFKC turns into a separator.
_SEPARATOR = re.compile(r"[/\\\uff0f\uff3c\ufe68]")
_DRIVE = re.compile(r"[A-Za-z]:")
_RESERVED = re.compile(r'[<>:"|?*]')
# All white space that a normalised text without control characters can have, and the dot.
_EDGES = " .\u1680"
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9]|CONIN\$|CONOUT\$)", re.IGNORECASE)

# Control, bidirectional and other format characters, line and paragraph separators, surrogates;
# but not the two joiners, which Persian and Indic words need.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")


def safe_filename(name: str) -> str:
    """A name like `name`, of 1 to 255 bytes in UTF-8, that is safe to create in a directory.

    The last part of the path, without a drive and without invisible or bidirectional characters;
    `<>:"|?*` become `_`; dots and spaces at both ends are removed; the name of a Windows device
    gets a `_` prefix; a long name is cut before its suffix. `"file"` if nothing is left.
    """
    seen = "".join(
        character
        for character in name
        if unicodedata.category(character) not in _UNSEEN or character in _JOINERS
    )
    last = _last_part(seen).strip(_EDGES)
    if len(last) > _HEAD + _TAIL:
        last = last[:_HEAD] + last[-_TAIL:]
    last = _last_part(unicodedata.normalize("NFKC", last))
    if _DRIVE.match(last):
        last = last[2:]
    last = _cut(_RESERVED.sub("_", last).strip(_EDGES))
    if _DEVICE.fullmatch(last.partition(".")[0].rstrip()):
        last = _cut(f"_{last}")
    return last or FALLBACK


def _last_part(path: str) -> str:
    return next((part for part in reversed(_SEPARATOR.split(path)) if part), "")


def _cut(name: str) -> str:
    """`name`, of at most 255 bytes, with its suffix."""
    if len(name.encode()) <= MOST_OCTETS:
        return name
    stem, dot, suffix = name.rpartition(".")
    kept = dot + suffix
    if not stem or len(kept.encode()) > LONGEST_SUFFIX:
        stem, kept = name, ""
    room = MOST_OCTETS - len(kept.encode())
    return stem.encode()[:room].decode("utf-8", "ignore").strip(_EDGES) + kept
