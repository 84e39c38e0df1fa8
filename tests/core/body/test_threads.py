"""Work in threads: under asyncio, and under trio where that runs."""

from __future__ import annotations

import asyncio
import contextvars
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from unireq._body.threads import in_async_code, in_trio, loop_of_thread, run_in_thread


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
        from_thread=SimpleNamespace(run=lambda function: ("trio's loop", function())),
    )


def test_under_trio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trio", as_trio(runs=True))
    assert in_trio()
    steps = run_in_thread(lambda: "done")
    with pytest.raises(StopIteration) as stopped:
        steps.send(None)
    assert stopped.value.value == ("trio", "done")


def test_the_loop_of_trio_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trio", as_trio(runs=True))

    def work() -> Any:
        reach = loop_of_thread()
        assert reach is not None
        return reach(lambda: "asked")  # type: ignore[arg-type,return-value]

    with pytest.raises(StopIteration) as stopped:
        contextvars.copy_context().run(run_in_thread(work).send, None)
    assert stopped.value.value == ("trio", ("trio's loop", "asked"))


def test_other_threads_have_no_loop() -> None:
    async def main() -> None:
        await run_in_thread(lambda: None)
        assert loop_of_thread() is None

    asyncio.run(main())
    assert loop_of_thread() is None


def test_in_a_loop_and_in_a_thread_beside_it() -> None:
    async def main() -> tuple[bool, bool]:
        return in_async_code(), await asyncio.to_thread(in_async_code)

    assert asyncio.run(main()) == (True, False)
    assert not in_async_code()


def test_beside_a_thread_that_imports_asyncio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncio", ModuleType("asyncio"))
    monkeypatch.setitem(sys.modules, "trio", ModuleType("trio"))
    assert not in_async_code()
