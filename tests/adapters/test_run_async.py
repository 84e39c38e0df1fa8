"""Async code is run to its end where there is no event loop, where one runs, and below gevent."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import gc
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

import unireq
from unireq.adapter import request_context
from unireq_wsgi._async import run_async

marked = contextvars.ContextVar("marked", default="no")


async def where() -> int:
    await asyncio.sleep(0)
    return threading.get_ident()


async def fail() -> None:
    await asyncio.sleep(0)
    raise OSError("disk full")


async def context() -> str:
    await asyncio.sleep(0)
    before = marked.get()
    marked.set("inside")
    return before


def in_a_loop(work: Any) -> Any:
    """What `work()` returns, called where an event loop runs."""

    async def main() -> Any:
        return work()

    return asyncio.run(main())


def here(work: Any) -> Any:
    return work()


CALLERS = [here, in_a_loop]


def test_without_a_loop_it_runs_in_this_thread() -> None:
    assert run_async(where) == threading.get_ident()
    assert run_async(where) == threading.get_ident()


def test_where_a_loop_runs_it_has_a_thread_of_its_own() -> None:
    before = threading.active_count()
    found = in_a_loop(lambda: run_async(where))
    assert found != threading.get_ident()
    assert threading.active_count() == before


@pytest.mark.parametrize("call", CALLERS)
def test_an_error_comes_back(call: Any) -> None:
    with pytest.raises(OSError, match="disk full"):
        call(lambda: run_async(fail))


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, asyncio.CancelledError])
def test_also_one_that_is_no_exception(error: type[BaseException]) -> None:
    async def ends() -> None:
        raise error

    with pytest.raises(error):
        in_a_loop(lambda: run_async(ends))


@pytest.mark.parametrize("call", CALLERS)
def test_it_runs_in_the_callers_context(call: Any) -> None:
    def work() -> tuple[str, str]:
        token = marked.set("outside")
        try:
            return run_async(context), marked.get()
        finally:
            marked.reset(token)

    # What it sets stays its own, wherever it ran.
    assert call(work) == ("outside", "outside")


@pytest.mark.parametrize("call", CALLERS)
def test_it_sees_the_current_request(call: Any) -> None:
    async def current() -> unireq.Request:
        await asyncio.sleep(0)
        return unireq.current_request()

    def work() -> bool:
        request = unireq.Request()
        with request_context(request):
            return run_async(current) is request

    assert call(work) is True


@pytest.mark.parametrize("call", CALLERS)
def test_what_it_leaves_running_is_cancelled(call: Any) -> None:
    ended: list[str] = []

    async def left() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("cancelled")

    async def starts() -> Any:
        task = asyncio.create_task(left())
        await asyncio.sleep(0)
        return task

    call(lambda: run_async(starts))
    assert ended == ["cancelled"]


def test_in_many_threads_at_once() -> None:
    barrier = threading.Barrier(8)

    async def meets() -> int:
        await asyncio.to_thread(barrier.wait, 60)
        return threading.get_ident()

    def work(_: int) -> bool:
        return run_async(meets) == threading.get_ident()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [True] * 8


def test_it_may_be_nested() -> None:
    async def inner() -> str:
        return "inner"

    async def outer() -> str:
        # As a sync function does that an async one calls.
        return run_async(inner)

    assert run_async(outer) == "inner"


def test_nothing_is_kept() -> None:
    class Kept:
        pass

    kept = Kept()
    watched = weakref.ref(kept)

    async def uses(kept: Kept = kept) -> None:
        await asyncio.sleep(0)

    run_async(uses)
    in_a_loop(functools.partial(run_async, uses))
    del kept, uses
    gc.collect()
    assert watched() is None


# Below gevent, whose greenlets share a thread.


def as_gevent(*, patched: bool, used: list[str]) -> dict[str, Any]:
    """What is used of gevent, so that no test needs it."""

    def apply(function: Any, arguments: tuple[Any, ...]) -> Any:
        used.append("pool")
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(function, *arguments).result()

    hub = SimpleNamespace(threadpool=SimpleNamespace(apply=apply))
    monkey = SimpleNamespace(is_module_patched=lambda name: patched and name == "threading")
    return {"gevent": SimpleNamespace(get_hub=lambda: hub), "gevent.monkey": monkey}


@pytest.mark.parametrize("call", CALLERS)
def test_below_gevent(monkeypatch: pytest.MonkeyPatch, call: Any) -> None:
    used: list[str] = []
    for name, module in as_gevent(patched=True, used=used).items():
        monkeypatch.setitem(sys.modules, name, module)
    assert call(lambda: run_async(where)) != threading.get_ident()
    with pytest.raises(OSError, match="disk full"):
        run_async(fail)

    def work() -> tuple[str, str]:
        marked.set("outside")
        return run_async(context), marked.get()

    assert contextvars.copy_context().run(work) == ("outside", "outside")
    assert used == ["pool"] * 3


def test_gevent_that_has_patched_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []
    for name, module in as_gevent(patched=False, used=used).items():
        monkeypatch.setitem(sys.modules, name, module)
    assert run_async(where) == threading.get_ident()
    monkeypatch.delitem(sys.modules, "gevent.monkey")
    assert run_async(where) == threading.get_ident()
    assert used == []
