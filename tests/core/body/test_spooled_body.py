"""The store: the same bytes in memory and in a file, for any number of readers."""

from __future__ import annotations

import gc
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from support import forms
from support.fake import FakeRequest, Octets
from support.requirements import need
from unireq import Limits
from unireq._body import spooled_body
from unireq._body.spooled_body import CHUNK, SpooledBody


def store_of(*chunks: bytes, spool_size: int | None = None) -> SpooledBody:
    store = SpooledBody()
    for chunk in chunks:
        store.append(chunk, spool_size)
    return store


in_memory_and_on_disk = pytest.mark.parametrize("spool_size", [None, 3], ids=["memory", "disk"])


def test_octets_move_to_disk_once(files: list[Any]) -> None:
    store = SpooledBody(b"abc")
    store.append(b"d", 4)
    assert (store.in_memory, files) == (True, [])
    # With what else it is called, they stay there.
    for chunk, size in ((b"e", 4), (b"f", None)):
        store.append(chunk, size)
        assert (store.in_memory, len(files)) == (False, 1)
    assert (store.size, store.getvalue()) == (6, b"abcdef")


def test_a_reader_goes_nowhere_before_the_start() -> None:
    reader = store_of(b"abc").open()
    raw = reader.raw  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match=r"^seek: expected a position of 0 or more, got -1$"):
        raw.seek(-1)
    with pytest.raises(ValueError, match=r"^seek: expected whence 0, 1 or 2, got 5$"):
        raw.seek(0, 5)
    raw.close()
    for use in (raw.tell, lambda: raw.seek(0), lambda: raw.readinto(bytearray(1))):
        with pytest.raises(ValueError, match="expected an open file"):
            use()


@in_memory_and_on_disk
def test_chunks_are_of_a_bounded_size(spool_size: int | None) -> None:
    store = store_of(b"x" * (3 * CHUNK + 1), spool_size=spool_size)
    assert [len(chunk) for chunk in store.chunks()] == [CHUNK, CHUNK, CHUNK, 1]
    assert [len(chunk) for chunk in store.chunks(1, CHUNK + 1)] == [CHUNK, 1]
    assert list(store.chunks(store.size)) == list(SpooledBody().chunks()) == []


@in_memory_and_on_disk
def test_threads_read_and_append_at_once(spool_size: int | None) -> None:
    store, barrier = store_of(b"0123456789" * 1000, spool_size=spool_size), threading.Barrier(8)

    def work(number: int) -> bool:
        barrier.wait(60)
        reader = store.open(0, 10_000)
        for _ in range(50):
            store.append(b"0123456789", spool_size)
            start = number * 10
            if store.read_at(start, 10) != b"0123456789" or reader.read(10) != b"0123456789":
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert store.getvalue() == b"0123456789" * 1400


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The temporary files that are made."""
    made: list[Any] = []
    make = tempfile.TemporaryFile

    def remembered(**options: Any) -> Any:
        made.append(make(**options))
        return made[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", remembered)
    return made


@pytest.fixture
def _no_collector() -> Iterator[None]:
    """Nothing but the code under test collects."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    gc.collect()


@pytest.mark.usefixtures("_no_collector")
def test_the_file_is_closed_with_the_last_reference(files: list[Any]) -> None:
    store = store_of(b"abcdef", b"ghi", spool_size=3)
    reader, chunks = store.open(), store.chunks()
    assert next(chunks) == b"abcdefghi"
    (file,) = files
    del store
    assert (reader.read(), file.closed) == (b"abcdefghi", False)
    del chunks
    assert not file.closed
    del reader
    assert file.closed


@pytest.mark.usefixtures("_no_collector")
def test_one_temporary_file_for_a_form_and_its_end(files: list[Any]) -> None:
    octets = Octets(forms.body(forms.file(content=b"xyz")))
    headers = [(b"content-type", forms.MULTIPART.encode())]
    form = FakeRequest({"octets": octets, "headers": headers}).form(limits=Limits(spool_size=2))
    # What is in its files is a slice of the body.
    (made,) = files
    file = form.files["f"]
    del form
    assert not made.closed
    assert file.read() == b"xyz"
    del file
    assert made.closed


def test_what_nobody_refers_to_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    make, cycles = tempfile.TemporaryFile, [store_of(b"x", spool_size=0)]

    def few(**options: Any) -> Any:
        if cycles:
            raise OSError(24, "Too many open files")
        return make(**options)

    monkeypatch.setattr(tempfile, "TemporaryFile", few)
    monkeypatch.setattr(gc, "collect", cycles.clear)
    assert store_of(b"abc", b"def", spool_size=3).getvalue() == b"abcdef"


def test_the_framework_gets_one_file_of_what_it_may_read_again() -> None:
    native, other = SimpleNamespace(), SimpleNamespace()
    small, large, next_one = SpooledBody(b"abc"), SpooledBody(), SpooledBody()
    for body in (large, next_one):
        body.append(b"abcdef", spool_size=2)
    assert small.reopen_for(native) is None
    large.framework_at = 3
    assert large.reopen_for(native) is None
    assert not large.reopened_for(native)
    large.framework_at = 6
    file = large.reopen_for(native)
    assert file is not None
    assert file.read() == b"abcdef"
    assert large.reopened_for(native)
    assert large.reopen_for(native) is None
    assert large.reopen_for(other) is not None
    assert next_one.reopen_for(native) is not None


# Large stores that only the collector can end are ended before they pile up.
MIB = 1024 * 1024
OPEN = Path("/proc/self/fd")


def in_a_cycle(store: SpooledBody) -> None:
    """What a server does with a request that it lets go of."""
    scope: dict[str, Any] = {"unireq.body": store}
    scope["itself"] = scope


@pytest.mark.usefixtures("_no_collector")
def test_files_do_not_pile_up() -> None:
    need(sys.platform == "linux", "open files are counted in /proc")
    before = len([*OPEN.iterdir()])
    most = 0
    for _ in range(200):
        store = SpooledBody()
        store.append(b"x" * 100, spool_size=10)
        in_a_cycle(store)
        del store
        most = max(most, len([*OPEN.iterdir()]) - before)
    assert 1 < most <= spooled_body._BUDGET // spooled_body._FILE + 1


@pytest.mark.usefixtures("_no_collector")
@pytest.mark.parametrize("given", [True, False])
def test_bytes_do_not_pile_up(given: bool) -> None:
    data = b"x" * (4 * MIB)
    most = 0
    for _ in range(100):
        store = SpooledBody(data) if given else SpooledBody()
        if not given:
            for _ in range(64):
                store.append(data[:65536], spool_size=None)
        in_a_cycle(store)
        del store
        most = max(most, len(spooled_body._weights))
    assert 1 < most <= spooled_body._BUDGET // len(data) + 1


@pytest.mark.usefixtures("_no_collector")
def test_what_is_in_use_is_not_collected_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    monkeypatch.setattr(spooled_body.gc, "collect", lambda: runs.append(1))
    data = b"x" * MIB
    stores = [SpooledBody(data) for _ in range(600)]
    # At 64 MiB, and each time that twice as much is in use: 128, 256, 512.
    assert len(runs) == 4
    del stores[5:]
    stores += [SpooledBody(data) for _ in range(70)]
    assert len(runs) == 5, "less is in use again, so the limit is lower again"
    # Small ones are not weighed.
    stores += [SpooledBody(b"x" * 1000)]
    stores[-1].append(b"x" * 1000, spool_size=None)
    assert id(stores[-1]) not in spooled_body._weights
