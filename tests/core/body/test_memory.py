"""Neither forms nor content codings take much memory, and what nobody needs does not pile up.

Large stores that only the collector can end are ended before they pile up.
"""

from __future__ import annotations

import gc
import gzip
import os
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from support.forms import MULTIPART, URLENCODED, file, parse
from support.requirements import need
from unireq import BodyTooLarge, Limits, RequestError
from unireq._body import spooled_body
from unireq._body.content import decode_content
from unireq._body.form_parser import FormParser
from unireq._body.spooled_body import SpooledBody

MIB = 1024 * 1024


def peak_of(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [10, 1_000_000])
def test_a_bomb(size: int) -> None:
    bomb = gzip.compress(gzip.compress(b" " * 50_000_000, mtime=0), mtime=0)

    def decode() -> None:
        with pytest.raises(BodyTooLarge):
            decode_content(SpooledBody(bomb), "gzip, gzip", Limits(decoded_size=size), None)

    assert peak_of(decode) < size + 1_500_000


@pytest.mark.parametrize("step", [None, 65_536])
@pytest.mark.parametrize("piece", [b"&", b"a&", b"a=1&", b"%"])
def test_ten_million_bytes_of_an_urlencoded_form(piece: bytes, step: int | None) -> None:
    sent = piece * (10_000_000 // len(piece))

    def read() -> None:
        with suppress(RequestError):
            parse(sent, URLENCODED, Limits(fields=1000, field_size=1000), step)

    assert peak_of(read) < 8_000_000 + (step or 0)


def test_a_file_of_a_multipart_form() -> None:
    store = SpooledBody()
    parser = FormParser(MULTIPART, Limits(), store)
    pieces = [file(content=b""), *[65_536 * b"x"] * 500, b"\r\n--b--\r\n"]

    def read() -> None:
        for piece in pieces:
            store.append(piece, 100_000)
            parser.feed(piece)
        assert parser.finish().files["f"].size == 500 * 65_536

    assert peak_of(read) < 1_000_000


@pytest.fixture
def _no_collector() -> Iterator[None]:
    """Nothing but the code under test collects."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    gc.collect()


def in_a_cycle(store: SpooledBody) -> None:
    """What a server does with a request that it lets go of."""
    scope: dict[str, Any] = {"unireq.body": store}
    scope["itself"] = scope


def files_open() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


@pytest.mark.usefixtures("_no_collector")
def test_files_do_not_pile_up() -> None:
    need(sys.platform == "linux", "open files are counted in /proc")
    before = files_open()
    most = 0
    for _ in range(200):
        store = SpooledBody()
        store.append(b"x" * 100, spool_size=10)
        in_a_cycle(store)
        del store
        most = max(most, files_open() - before)
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
