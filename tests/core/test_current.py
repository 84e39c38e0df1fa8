"""The current request: each thread, task and context sees its own, and none when it is over."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import sys
import weakref
from typing import Any

import pytest

import unireq
from support.fake import FakeRequest
from unireq import NoCurrentRequest, Request, _adapters, current_request
from unireq.adapter import request_context


class Native(dict[str, object]):
    """A native request that can be watched."""

    __slots__ = ("__weakref__",)


def none_is_current() -> bool:
    try:
        current_request()
    except NoCurrentRequest:
        return True
    return False


def test_what_is_left_running_finds_none() -> None:
    async def main() -> None:
        over = asyncio.Event()

        async def left_running() -> bool:
            assert not none_is_current()
            await over.wait()
            return none_is_current()

        with request_context(Request()):
            task = asyncio.create_task(left_running())
            await asyncio.sleep(0)
        with request_context(Request()):
            # The next one of this connection is not that of the task.
            over.set()
            assert await task

    asyncio.run(main())


def scope(path: str) -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": path, "headers": []}


def test_inside_another_one_may_end_in_another_context() -> None:
    one = scope("/")
    outer, inner = unireq.from_asgi(one), unireq.from_asgi(one)
    block = request_context(inner)
    with request_context(outer):
        block.__enter__()
        assert current_request() is inner
        contextvars.copy_context().run(block.__exit__, None, None, None)
        assert current_request() is outer
        with request_context(outer):
            assert current_request() is outer
        assert current_request() is outer
    assert none_is_current()


def test_another_request_is_never_found_behind_it() -> None:
    """A server may start a request in the context of another one that goes on."""
    other, one = Request(), Request()
    with request_context(other):

        def handle() -> contextvars.Context:
            with request_context(one):
                assert current_request() is one
                return contextvars.copy_context()

        left_over = contextvars.copy_context().run(handle)
        with pytest.raises(NoCurrentRequest):
            left_over.run(current_request)
        assert current_request() is other


@pytest.mark.parametrize("first", [0, 1])
def test_requests_end_in_any_order(first: int) -> None:
    requests = [Request(), Request()]
    blocks = [request_context(each) for each in requests]
    for block in blocks:
        block.__enter__()
    assert current_request() is requests[1]
    blocks[first].__exit__(None, None, None)
    assert current_request() is requests[1 - first]
    blocks[1 - first].__exit__(None, None, None)
    assert none_is_current()


# Where the framework says which one is current.


class Knows(FakeRequest):
    """An adapter for a framework that does."""

    __slots__ = ()
    said: Any = None

    @classmethod
    def _current_native(cls) -> Any:
        if isinstance(cls.said, Exception):
            raise cls.said
        return cls.said


@pytest.fixture
def knows(monkeypatch: pytest.MonkeyPatch) -> type[Knows]:
    monkeypatch.setattr(_adapters.asked, "adapters", (FakeRequest, Knows))
    monkeypatch.setattr(_adapters.asked, "waiting", frozenset())
    monkeypatch.setattr(_adapters, "_failures", {})
    monkeypatch.setattr(Knows, "said", None)
    return Knows


def test_what_a_framework_says(knows: type[Knows]) -> None:
    assert none_is_current()
    for path in ("/a", "/b"):
        knows.said = scope(path)
        assert current_request().native is knows.said
    with request_context(unireq.from_asgi(knows.said)) as request:
        assert current_request() is request  # the middleware's own view of the same
    knows.said = RuntimeError("no context")
    assert none_is_current()
    assert _adapters.load_failures() == {f"{__name__}:Knows": "RuntimeError: no context"}


@pytest.mark.parametrize("there", ["made_up_framework", "sys"])
def test_who_is_asked(monkeypatch: pytest.MonkeyPatch, there: str) -> None:
    """An adapter that can say, whose framework is imported."""
    loaded: list[str] = []

    def adapters_for(module: str) -> list[type[FakeRequest]]:
        loaded.append(module)
        return [FakeRequest, Knows]

    # Below nothing but `there` is installed, so the adapter for ASGI is found before.
    unireq.from_native(scope("/a"))
    monkeypatch.setattr(_adapters, "asked", _adapters._Asked())
    monkeypatch.setattr(_adapters, "_entry_points", lambda: {there: []})
    monkeypatch.setattr(_adapters, "adapters_for", adapters_for)
    monkeypatch.setattr(Knows, "said", scope("/a"))
    imported = there == "sys"
    assert none_is_current() is not imported
    assert _adapters.asked.adapters == ((Knows,) if imported else ())
    assert loaded == ([there] if imported else [])
    monkeypatch.setitem(sys.modules, there, sys)
    for _ in range(2):
        assert not none_is_current()
    assert loaded == [there]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_nothing_is_kept_when_it_is_over(elsewhere: bool) -> None:
    native = Native()
    watched = weakref.ref(native)
    blocks = [request_context(FakeRequest(native))]
    del native
    began = contextvars.copy_context()
    began.run(blocks[0].__enter__)
    copied = began.run(contextvars.copy_context)
    end = contextvars.copy_context() if elsewhere else began
    gc.collect()
    gc.disable()
    try:
        end.run(blocks.pop().__exit__, None, None, None)
        assert watched() is None
    finally:
        gc.enable()
    assert began.run(none_is_current)
    assert copied.run(none_is_current)
