"""Saving: octets become a file, whole or not at all.

Rule: an existing file is replaced only where that was asked for, and then in one step, so that
nobody ever reads half of one; and a failure leaves what was there.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

__all__ = ["save_chunks"]


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
