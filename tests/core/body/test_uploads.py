"""Uploaded files: the same content however, and however often, it is read."""

from __future__ import annotations

import asyncio
import io
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from support.forms import body, file, parse
from unireq import Headers
from unireq._body.limits import Limits
from unireq._body.spooled_body import SpooledBody
from unireq._body.uploads import UploadedFile, uploaded_file

CONTENT = bytes(range(256)) * 300


def in_memory() -> UploadedFile:
    return UploadedFile(CONTENT, "a.bin", {"Content-Type": "a/b"})


def between_others(spool_size: int | None) -> UploadedFile:
    store = SpooledBody()
    for piece in (b"before", CONTENT, b"after"):
        store.append(piece, spool_size)
    return uploaded_file(store, 6, len(CONTENT), "a.bin", Headers({"Content-Type": "a/b"}))


def of_a_form() -> UploadedFile:
    sent = body(file("x", content=b"before"), file(content=CONTENT), file("y", content=b"after"))
    return parse(sent, limits=Limits(spool_size=10)).files["f"]


KINDS = {
    "by hand": in_memory,
    "in memory": lambda: between_others(None),
    "on disk": lambda: between_others(8),
    "of a form": of_a_form,
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


def test_aread_waits_for_the_disk_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []
    read = UploadedFile.read

    def noted(self: UploadedFile) -> bytes:
        threads.append(threading.get_ident())
        return read(self)

    monkeypatch.setattr(UploadedFile, "read", noted)
    asyncio.run(between_others(8).aread())
    asyncio.run(between_others(None).aread())
    assert threads[0] != threading.get_ident()
    assert threads[1] == threading.get_ident()


def test_file_is_enough_for_a_library() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("a.txt", CONTENT)
    sent = body(file("x"), file(content=archive.getvalue()))
    upload = parse(sent, limits=Limits(spool_size=0)).files["f"]
    with zipfile.ZipFile(upload.file) as read:
        assert read.read("a.txt") == CONTENT


@every_kind
@pytest.mark.parametrize("size", [1, 1000, 76_799, 76_800, 76_801, 1_000_000])
def test_chunks_have_the_size(make: Any, size: int) -> None:
    chunks = list(make().chunks(size))
    assert b"".join(chunks) == CONTENT
    assert all(len(chunk) == size for chunk in chunks[:-1])
    assert 0 < len(chunks[-1]) <= size


@every_kind
def test_save(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    make().save(path)
    assert path.read_bytes() == CONTENT
    with pytest.raises(FileExistsError):
        make().save(path)
    UploadedFile(b"new").save(str(path), overwrite=True)
    assert path.read_bytes() == b"new"


def test_asave_in_a_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []
    save = UploadedFile.save

    def noted(self: UploadedFile, *args: Any, **kwargs: Any) -> None:
        threads.append(threading.get_ident())
        save(self, *args, **kwargs)

    monkeypatch.setattr(UploadedFile, "save", noted)
    asyncio.run(in_memory().asave(tmp_path / "a.bin"))
    asyncio.run(in_memory().asave(tmp_path / "a.bin", overwrite=True))
    assert (tmp_path / "a.bin").read_bytes() == CONTENT
    assert threading.get_ident() not in threads
    with pytest.raises(FileExistsError):
        asyncio.run(in_memory().asave(tmp_path / "a.bin"))


def test_what_is_told() -> None:
    upload = UploadedFile(b"x", "../a\u202e.txt", [("Content-Type", "Text/Plain; charset=x")])
    assert upload.filename == "../a\u202e.txt"
    assert upload.safe_filename == "a.txt"
    assert upload.content_type == "Text/Plain; charset=x"
    assert upload.headers == {"content-type": "Text/Plain; charset=x"}
    assert UploadedFile().content_type is None
    assert UploadedFile().filename == ""
    assert UploadedFile().safe_filename == "file"
    assert UploadedFile().headers == {}


def test_repr_shows_the_name_and_hides_the_content() -> None:
    assert repr(UploadedFile(b"secret", "a\u202e.txt")) == r"<UploadedFile 'a\u202e.txt', 6 bytes>"
    assert len(repr(UploadedFile(b"", 5000 * "a"))) < 130
