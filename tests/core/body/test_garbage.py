"""Large stores that only the collector can end are ended before they pile up."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from support.requirements import need
from unireq._body import spooled_body as garbage
from unireq._body.spooled_body import SpooledBody

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
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
    assert 1 < most <= garbage._BUDGET // garbage._FILE + 1


@pytest.mark.parametrize("given", [True, False])
def test_octets_do_not_pile_up(given: bool) -> None:
    data = b"x" * (4 * MIB)
    most = 0
    for _ in range(100):
        store = SpooledBody(data) if given else SpooledBody()
        if not given:
            for _ in range(64):
                store.append(data[:65536], spool_size=None)
        in_a_cycle(store)
        del store
        most = max(most, len(garbage._weights))
    assert 1 < most <= garbage._BUDGET // len(data) + 1


def test_what_is_in_use_is_not_collected_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    monkeypatch.setattr(garbage.gc, "collect", lambda: runs.append(1))
    data = b"x" * MIB
    stores = [SpooledBody(data) for _ in range(600)]
    # At 64 MiB, and each time that twice as much is in use: 128, 256, 512.
    assert len(runs) == 4
    del stores[5:]
    stores += [SpooledBody(data) for _ in range(70)]
    assert len(runs) == 5, "less is in use again, so the limit is lower again"
    assert len(stores) == 75


def test_small_ones_are_not_weighed() -> None:
    store = SpooledBody(b"x" * 1000)
    store.append(b"x" * 1000, spool_size=None)
    assert id(store) not in garbage._weights
