"""Uploaded files: the same content however, and however often, it is read."""

from __future__ import annotations

import array
import asyncio
import copy
import gc
import io
import os
import pickle
import threading
import weakref
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


def test_chunks_of_nothing() -> None:
    assert list(UploadedFile().chunks()) == []
    with pytest.raises(ValueError, match="expected a size of 1 or more, got 0"):
        UploadedFile().chunks(0)


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


def test_headers_of_a_part() -> None:
    sent = file().replace(b"\r\n\r\n", b"\r\nX-Y: \xe9\xa0 \r\nX_Z: 1\r\ncontent-TYPE: a/b\r\n\r\n")
    headers = parse(body(sent)).files["f"].headers
    assert type(headers) is Headers
    assert headers == {
        "content-disposition": 'form-data; name="f"; filename="f.txt"',
        "x-y": "\xe9\xa0",
        "content-type": "a/b",
    }


@pytest.mark.parametrize("name", ["filename", "content_type", "headers", "size", "file"])
def test_nothing_can_be_set(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(in_memory(), name, None)
    with pytest.raises(AttributeError):
        in_memory().other = None  # type: ignore[attr-defined]


def test_repr_shows_the_name_and_hides_the_content() -> None:
    assert repr(UploadedFile(b"secret", "a\u202e.txt")) == r"<UploadedFile 'a\u202e.txt', 6 bytes>"
    assert len(repr(UploadedFile(b"", 5000 * "a"))) < 130


@every_kind
@pytest.mark.parametrize("again", [copy.deepcopy, lambda u: pickle.loads(pickle.dumps(u))])  # noqa: S301
def test_a_copy_has_content_of_its_own(make: Any, again: Any) -> None:
    upload = make()
    upload.file.read(10)
    made = again(upload)
    assert made is not upload
    assert made.read() == CONTENT
    assert made.file.tell() == 0
    assert upload.file.tell() == 10
    assert (made.filename, made.headers) == (upload.filename, upload.headers)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("text",), "content: expected bytes, got str"),
        ((b"", b"name"), "filename: expected a str, got bytes"),
        ((b"", "name", 5), "headers: expected a mapping"),
    ],
)
def test_wrong_arguments(arguments: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        UploadedFile(*arguments)


def test_the_content_is_copied_and_its_size_is_in_octets() -> None:
    content = array.array("H", [0, 0])
    upload = UploadedFile(memoryview(content))
    content[0] = 1
    assert (upload.size, upload.read()) == (4, bytes(4))


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux shows open files")
def test_a_form_opens_one_file_and_closes_it() -> None:
    gc.collect()
    gc.disable()
    try:
        before = descriptors()
        sent = body(*(file(f"f{n}", content=CONTENT) for n in range(20)))
        form = parse(sent, limits=Limits(spool_size=1000))
        assert descriptors() == before + 1
        upload = form.files["f7"]
        opened = upload.file
        opened.read(1)
        gone = weakref.ref(form.files["f3"])
        del form
        assert gone() is None
        assert upload.read() == CONTENT
        del upload
        opened.seek(0)
        assert opened.read() == CONTENT
        del opened
        # References are counted: nothing waits for the collector.
        assert descriptors() == before
    finally:
        gc.enable()
