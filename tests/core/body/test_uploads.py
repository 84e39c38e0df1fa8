"""Uploaded files: the same content however, and however often, it is read."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from support.forms import body, file, parse
from unireq import Headers
from unireq._body.limits import Limits
from unireq._body.spooled_body import SpooledBody
from unireq._body.uploads import UploadedFile, safe_filename, save_chunks, uploaded_file

CONTENT = bytes(range(256)) * 300


def between_others(spool_size: int | None) -> UploadedFile:
    store = SpooledBody()
    for piece in (b"before", CONTENT, b"after"):
        store.append(piece, spool_size)
    return uploaded_file(store, 6, len(CONTENT), "a.bin", Headers({"Content-Type": "a/b"}))


SENT = body(file("x", content=b"before"), file(content=CONTENT), file("y", content=b"after"))
KINDS: dict[str, Callable[[], UploadedFile]] = {
    "by hand": lambda: UploadedFile(CONTENT, "a.bin", {"Content-Type": "a/b"}),
    "in memory": lambda: between_others(None),
    "on disk": lambda: between_others(8),
    "of a form": lambda: parse(SENT, limits=Limits(spool_size=10)).files["f"],
}
every_kind = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)


@every_kind
def test_it_is_read_whole_at_any_time(make: Any) -> None:
    upload = make()
    assert upload.size == len(CONTENT)
    assert upload.read() == asyncio.run(upload.aread()) == CONTENT
    assert upload.file.read(10) == CONTENT[:10]
    assert upload.read() == CONTENT
    assert b"".join(upload.chunks()) == CONTENT
    assert upload.file.read() == CONTENT[10:]
    assert upload.file.seek(-6, io.SEEK_END) == len(CONTENT) - 6
    assert (upload.file.read(), upload.file.read()) == (CONTENT[-6:], b"")
    assert not upload.file.writable()
    # A loop that reads until nothing comes would never end.
    with pytest.raises(TypeError):
        upload.read(10)
    upload.file.close()
    assert upload.read() == CONTENT


def test_threads_wait_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def noted(name: str) -> Any:
        method: Any = getattr(UploadedFile, name)

        def note(*args: Any, **kwargs: Any) -> Any:
            threads.append(threading.get_ident())
            return method(*args, **kwargs)

        return note

    for name in ("read", "save"):
        monkeypatch.setattr(UploadedFile, name, noted(name))
    asyncio.run(between_others(None).aread())
    assert threads == [threading.get_ident()]
    asyncio.run(between_others(8).aread())
    path = tmp_path / "a.bin"
    for make in KINDS.values():
        path.unlink(missing_ok=True)
        asyncio.run(make().asave(path))
        assert path.read_bytes() == CONTENT
        asyncio.run(make().asave(path, overwrite=True))
    assert path.read_bytes() == CONTENT
    with pytest.raises(FileExistsError):
        asyncio.run(make().asave(path))
    assert threading.get_ident() not in threads[1:]


@every_kind
@pytest.mark.parametrize("size", [1, 1000, 76_799, 76_800, 76_801, 1_000_000])
def test_chunks_have_the_size(make: Any, size: int) -> None:
    chunks = list(make().chunks(size))
    assert b"".join(chunks) == CONTENT
    assert all(len(chunk) == size for chunk in chunks[:-1])
    assert 0 < len(chunks[-1]) <= size


def test_repr_shows_the_name_and_hides_the_content() -> None:
    assert (KINDS["on disk"]().content_type, UploadedFile().content_type) == ("a/b", None)
    assert repr(UploadedFile(b"secret", "a\u202e.txt")) == r"<UploadedFile 'a\u202e.txt', 6 bytes>"
    assert len(repr(UploadedFile(b"", 5000 * "a"))) < 130


# A name as sent, and as it is safe: what Windows reserves, and long ones.
NAMES = [
    *((r"C:\dir\cat.png", "cat.png"), ('a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h")),
    *(("NUL.txt", "_NUL.txt"), ("AUX .txt", "_AUX .txt"), ("CONIN$", "_CONIN$")),
    *(("COM10", "COM10"), ("a.NUL", "a.NUL"), ("CON" + 300 * " " + "x.txt", "_CON.txt")),
    *((300 * "a", 255 * "a"), (255 * "a", 255 * "a"), ("", "file"), ("../a\u202e.txt", "a.txt")),
    (90 * "猫" + ".png", 83 * "猫" + ".png"),
    (250 * "a" + "    ....b" + ".png", 250 * "a" + ".png"),
]


@pytest.mark.parametrize(("name", "safe"), NAMES)
def test_a_safe_name(name: str, safe: str) -> None:
    assert safe_filename(name) == safe


# A file is there whole, or what was there before is.
BOTH = pytest.mark.parametrize("overwrite", [False, True])


def failing() -> Iterator[bytes]:
    yield b"half"
    raise RuntimeError("gone")


@BOTH
@pytest.mark.parametrize("old", [b"", b"old"])
@pytest.mark.parametrize("at_the_end", [False, True])
def test_a_failure_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: bytes, at_the_end: bool, overwrite: bool
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise RuntimeError("gone")

    path = tmp_path / "a.txt"
    if old:
        path.write_bytes(old)
    if at_the_end and overwrite:
        monkeypatch.setattr(Path, "replace", refuse)
    chunks = [b"new"] if at_the_end and overwrite else failing()
    with pytest.raises(FileExistsError if old and not overwrite else RuntimeError) as caught:
        save_chunks(chunks, path, overwrite=overwrite)
    assert [each.name for each in tmp_path.iterdir()] == (["a.txt"] if old else [])
    assert not old or path.read_bytes() == old
    assert caught.type is RuntimeError or "overwrite=True" in str(caught.value)
    with pytest.raises(FileNotFoundError):
        save_chunks([b"x"], tmp_path / "none" / "a.txt", overwrite=overwrite)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other links and permissions")
@BOTH
def test_links_and_permissions(tmp_path: Path, *, overwrite: bool) -> None:
    outside, link = tmp_path / "outside", tmp_path / "a.txt"
    link.symlink_to(outside)
    with nullcontext() if overwrite else pytest.raises(FileExistsError):
        save_chunks([b"x"], link, overwrite=overwrite)
    assert link.is_symlink() is not overwrite
    assert not outside.exists()  # a link is not followed
    outside.write_bytes(b"")
    save_chunks([b"x"], tmp_path / "b.txt", overwrite=overwrite)
    # Those of any new file.
    assert (tmp_path / "b.txt").stat().st_mode == outside.stat().st_mode
