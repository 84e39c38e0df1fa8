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


callers = pytest.mark.parametrize("call", [lambda work: work(), in_a_loop], ids=["here", "loop"])


def test_it_runs_in_this_thread_or_where_a_loop_runs_in_one_of_its_own() -> None:
    assert run_async(where) == threading.get_ident()
    before = threading.active_count()
    assert in_a_loop(lambda: run_async(where)) != threading.get_ident()
    assert threading.active_count() == before

    async def nested() -> int:
        # As a sync function does that an async one calls.
        return run_async(where)

    assert run_async(nested) != threading.get_ident()


@callers
@pytest.mark.parametrize("error", [OSError, SystemExit, KeyboardInterrupt, asyncio.CancelledError])
def test_an_error_comes_back(call: Any, error: type[BaseException]) -> None:
    async def ends() -> None:
        await asyncio.sleep(0)
        raise error

    with pytest.raises(error):
        call(lambda: run_async(ends))


@callers
def test_it_runs_in_the_callers_context(call: Any) -> None:
    async def current() -> unireq.Request:
        await asyncio.sleep(0)
        return unireq.current_request()

    def work() -> tuple[str, str]:
        marked.set("outside")
        request = unireq.Request()
        with request_context(request):
            assert run_async(current) is request
        return run_async(context), marked.get()

    # What it sets stays its own, wherever it ran.
    assert contextvars.copy_context().run(call, work) == ("outside", "outside")


@callers
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

    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda _: run_async(meets) == threading.get_ident(), range(8))
        assert list(found) == [True] * 8


def test_nothing_is_kept() -> None:
    async def uses() -> None:
        await asyncio.sleep(0)

    watched = weakref.ref(uses)
    run_async(uses)
    in_a_loop(functools.partial(run_async, uses))
    del uses
    gc.collect()
    assert watched() is None


@callers
@pytest.mark.parametrize("patched", ["threading", "socket", None])
def test_below_gevent(monkeypatch: pytest.MonkeyPatch, call: Any, patched: str | None) -> None:
    """Greenlets share a thread; no test needs gevent for that."""
    used: list[Any] = []

    def apply(function: Any, arguments: tuple[Any, ...]) -> Any:
        used.append(function)
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(function, *arguments).result()

    hub = SimpleNamespace(threadpool=SimpleNamespace(apply=apply))
    monkey = SimpleNamespace(is_module_patched=lambda name: patched == name)
    monkeypatch.setitem(sys.modules, "gevent", SimpleNamespace(get_hub=lambda: hub))
    if patched is not None:
        monkeypatch.setitem(sys.modules, "gevent.monkey", monkey)

    async def fail() -> None:
        raise OSError("disk full")

    def work() -> tuple[str, str]:
        marked.set("outside")
        return run_async(context), marked.get()

    elsewhere = call(lambda: run_async(where)) != threading.get_ident()
    assert elsewhere == (patched == "threading" or call is in_a_loop)
    with pytest.raises(OSError, match="disk full"):
        run_async(fail)
    assert contextvars.copy_context().run(work) == ("outside", "outside")
    assert len(used) == (3 if patched == "threading" else 0)
