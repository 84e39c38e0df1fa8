"""Work in threads: under asyncio, and under trio where that runs."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from unireq._body.threads import in_trio, run_in_thread


def test_under_asyncio() -> None:
    thread = asyncio.run(run_in_thread(threading.get_ident))
    assert thread != threading.get_ident()


def test_an_error_comes_back() -> None:
    def fail() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        asyncio.run(run_in_thread(fail))


def as_trio(*, runs: bool) -> Any:
    """What is used of trio, so that no test needs it."""

    def current_task() -> object:
        if not runs:
            raise RuntimeError("must be called from async context")
        return object()

    async def run_sync(work: Callable[[], Any]) -> Any:
        return "trio", work()

    return SimpleNamespace(
        lowlevel=SimpleNamespace(current_task=current_task),
        to_thread=SimpleNamespace(run_sync=run_sync),
    )


def test_under_trio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trio", as_trio(runs=True))
    assert in_trio()
    steps = run_in_thread(lambda: "done")
    with pytest.raises(StopIteration) as stopped:
        steps.send(None)
    assert stopped.value.value == ("trio", "done")


def test_trio_that_does_not_run_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trio", as_trio(runs=False))
    assert not in_trio()
    assert asyncio.run(run_in_thread(lambda: "done")) == "done"


def test_without_trio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "trio", raising=False)
    assert not in_trio()
    assert "trio" not in sys.modules
