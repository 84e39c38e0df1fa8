"""UploadedFile: a file of a form, the same class on every framework; and its safe file name.

Rule: the content is a slice of bytes that are kept elsewhere, in memory or in one temporary file
for the whole form; it can be read any number of times, and ends with the last file of the form.
Saved it is whole or not at all: an existing file is replaced only where that was asked for, and
then in one step, so that nobody ever reads half of one; and a failure leaves what was there.

A safe file name is the name of an ordinary file in a directory, on every system, and shows as what
it is. It need not be unique, and nothing says that the content is what the suffix promises. What
may compose or fall apart is normalised first, so that no later step can be undone by it: a
full-width slash is a slash. But what is sent may be long, and normalising takes quadratic time at
worst: so a name is cut before, to more than is ever left of it. A name that was made safe is made
the same again.

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
    """A file that came with a form.

    Args:
        content: Its bytes.
        filename: Its name as a client would send it.
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
        """The name as sent; what is not UTF-8 in it is U+FFFD. Never a path to write to.

        It may be empty, hold separators, or be anything else: `safe_filename` is safe to use.
        """
        return self._filename

    @property
    def safe_filename(self) -> str:
        """A name like `filename` that is safe to create in a directory: 1 to 255 bytes of UTF-8.

        The last part of a path, without what is hidden, reserved or a device on any system;
        `"file"` if nothing is left. It is not unique.
        """
        return safe_filename(self._filename)

    @property
    def content_type(self) -> str | None:
        """The Content-Type field of the part, as the client claims it; None without one."""
        return self._headers.get("content-type")

    @property
    def headers(self) -> Headers:
        """The header fields of the part. Source: RFC 7578 4."""
        return self._headers

    @property
    def size(self) -> int:
        """How many bytes the content has."""
        return self._size

    @property
    def file(self) -> BinaryIO:
        """The content as a seekable binary file, the same object at each access.

        Reading it moves nothing but its own position. It is for libraries that want a file; it
        blocks where the content is on disk, so in async code hand it to a thread.
        """
        file = self._file
        if file is None:
            file = self._file = self._store.open(self._start, self._size)
        return file

    def read(self) -> bytes:
        """The whole content: the same at each call, whatever was read of `file`."""
        return self._store.read_at(self._start, self._size)

    async def aread(self) -> bytes:
        """The whole content, for async code: what is on disk is read in a worker thread."""
        return self.read() if self._store.in_memory else await run_in_thread(self.read)

    def chunks(self, size: int = CHUNK) -> Iterator[bytes]:
        """The content in pieces of `size` bytes, the last one shorter.

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
        """Write the content to the file `path`, whole or not at all.

        Args:
            path: Of a file, not of a directory: `directory / upload.safe_filename`.
            overwrite: Whether it may replace a file that is there.

        Raises:
            FileExistsError: There is one, and `overwrite` is False.
            IsADirectoryError: `path` is a directory.
            OSError: It can't be written.
        """
        save_chunks(self.chunks(), path, overwrite=overwrite)

    async def asave(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """The same as `save`, in a worker thread."""
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
        FileExistsError: There is one, and `overwrite` is False.
        IsADirectoryError: `path` is a directory.
        TypeError: `path` is no path.
        OSError: It can't be written.
    """
    target = Path(path)
    if target.is_dir():
        raise IsADirectoryError(
            errno.EISDIR,
            "expected the path of a file, got a directory; add a name, such as safe_filename",
            str(target),
        )
    if not overwrite:
        try:
            _write(chunks, target)
        except FileExistsError:
            raise FileExistsError(
                errno.EEXIST,
                "expected a path where nothing is, got one that exists;"
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
            # Windows removes no file that is open.
            with suppress(OSError):
                file.close()
            _remove(path)
            raise


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


FALLBACK = "file"
"""The name where nothing is left of what was sent."""

MOST_OCTETS = 255
"""What file systems take as a name, in bytes of UTF-8."""

# A longer one is no suffix that any program goes by.
LONGEST_SUFFIX = 32

# More characters than 255 bytes can come of: normalising makes one of four at most, of three bytes.
_HEAD, _TAIL = 512, 64

# Those that become one, too.
_SEPARATOR = re.compile(r"[/\\\uff0f\uff3c\ufe68]")
_DRIVE = re.compile(r"[A-Za-z]:")
_RESERVED = re.compile(r'[<>:"|?*]')
# What is white space in a normalised text without controls.
_EDGES = " .\u1680"
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9]|CONIN\$|CONOUT\$)", re.IGNORECASE)

# Controls, bidirectional and other format characters, line and paragraph separators, surrogates;
# but not the two joiners that Persian and Indic words are written with.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")


def safe_filename(name: str) -> str:
    """A name of 1 to 255 bytes in UTF-8 that is safe to create in a directory, like `name`.

    The last part of a path, without a drive, without characters that show nothing or turn the text
    around; `<>:"|?*` become `_`; no dot or space begins or ends it; names of Windows devices get a
    `_` before them; a name that is too long is cut before its suffix. `"file"` if nothing is left.
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
