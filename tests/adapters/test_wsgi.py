"""What unireq_wsgi has for others: async code run to its end, and a recorded input stream."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import gc
import io
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import unireq
from unireq.adapter import request_context
from unireq_wsgi import TeeInput, WSGIRequest
from unireq_wsgi._async import run_async

# Where there is no event loop, where one runs, and below gevent.

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


# What was recorded gives what a file gives, in any sequence of calls; unireq reads too.


class Slow:
    """A server's stream: it gives no more than `at_once` bytes for one call."""

    def __init__(self, data: bytes, at_once: int) -> None:
        self._file = io.BytesIO(data)
        self._at_once = at_once

    def read(self, size: int) -> bytes:
        assert size > 0
        return self._file.read(min(size, self._at_once))


def recorded(data: bytes, at_once: int = 100) -> tuple[TeeInput, dict[str, Any]]:
    return tee_of(Slow(data, at_once), CONTENT_LENGTH=str(len(data)))


def tee_of(
    stream: Any, kind: type[WSGIRequest] = WSGIRequest, **environ: Any
) -> tuple[TeeInput, dict[str, Any]]:
    environ = {"REQUEST_METHOD": "POST", "wsgi.input": stream, **environ}
    tee = kind(environ).tee_body()
    assert tee is not None
    return TeeInput(tee), environ


sizes = st.none() | st.integers(-2, 12)
calls = st.one_of(
    st.tuples(st.just("read"), sizes),
    st.tuples(st.just("readline"), sizes),
    st.tuples(st.just("readlines"), sizes),
    st.tuples(st.sampled_from(["read", "readline", "readlines", "next", "list"])),
    st.sampled_from([("unireq",), ("tell",), ("seek", 0), ("seek", 0, 1), ("seek", 0, 2)]),
)
bodies = st.lists(st.sampled_from([b"\n", b"a", b"bc", b"\r\n", b"defghij"]), max_size=12).map(
    b"".join
)


def call(file: Any, name: str, *arguments: Any) -> Any:
    if name == "next":
        return next(iter(file), None)
    if name == "list":
        return list(file)
    return getattr(file, name)(*arguments)


@given(bodies, st.integers(1, 20), st.lists(calls, max_size=8))
@example(b"ab\ncd", 1, [("readline", 1), ("unireq",), ("next",), ("read", None), ("readline",)])
@example(b"abc\nd", 20, [("read", 0), ("readline", 0), ("read", 2)])
@example(b"a\nb\ncdefgh", 20, [("readline",), ("readline", 4), ("read",)])
@example(b"\n\n\n", 20, [("readlines", 1), ("readlines", 0), ("read",)])
def test_it_reads_as_a_file_does(
    body: bytes, at_once: int, sequence: list[tuple[Any, ...]]
) -> None:
    stream, environ = recorded(body, at_once)
    file = io.BytesIO(body)
    stream.close()  # of the server it is
    for name, *arguments in sequence:
        if name == "unireq":
            assert WSGIRequest(environ).read() == body
        else:
            assert call(stream, name, *arguments) == call(file, name, *arguments), (name, arguments)
    assert stream.read() == file.read()
    assert stream.read(1) == stream.readline() == b""
    assert list(stream) == stream.readlines() == []
    assert WSGIRequest(environ).read() == body


def test_lines_longer_than_a_chunk() -> None:
    body = b"x" * 200_000 + b"\n" + b"y" * 70_000
    stream, environ = recorded(body, 50_000)
    assert stream.readline() == body[:200_001]
    assert stream.readline() == body[200_001:]
    assert WSGIRequest(environ).read() == body
    stream, _ = recorded(body, 50_000)
    assert stream.readline(70_000) == body[:70_000]
    assert stream.readlines(1) == [body[70_000:200_001]]


def test_what_stream_has_taken_is_told() -> None:
    stream, environ = recorded(b"ab\ncd")
    assert stream.read(1) == b"a"
    assert b"".join(WSGIRequest(environ).stream()) == b"ab\ncd"
    for use in (stream.read, lambda: stream.read(1), stream.readlines, lambda: list(stream)):
        with pytest.raises(unireq.BodyConsumed):
            use()


def test_over_the_limit_the_stream_has_all() -> None:
    class Small(WSGIRequest):
        __slots__ = ()
        _limits = unireq.Limits(body_size=3)

    terminated = {"wsgi.input_terminated": True}
    stream, environ = tee_of(Slow(b"ab\ncd\n", 2), Small, **terminated)
    assert stream.readline() == b"ab\n"
    with pytest.raises(unireq.BodyTooLarge):
        Small(environ).read()
    assert stream.readline() == b"cd\n"
    assert stream.read() == b""


def test_an_error_of_the_server_is_the_readers() -> None:
    class Broken:
        def __init__(self) -> None:
            self.left: list[bytes | OSError] = [b"ab", OSError("gone"), b"cd"]

        def read(self, size: int) -> bytes:
            item = self.left.pop(0)
            if isinstance(item, OSError):
                raise item
            return item

    stream, environ = tee_of(Broken(), CONTENT_LENGTH="4")
    with pytest.raises(OSError, match="gone"):
        stream.read()
    # Not what follows the gap.
    with pytest.raises(unireq.IncompleteBody):
        stream.read()
    with pytest.raises(unireq.IncompleteBody):
        WSGIRequest(environ).read()
