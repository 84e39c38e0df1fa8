"""Bodies on Sanic, by its ASGI entry: streaming handlers, middlewares, threads."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

import unireq
from support import natives
from support.posting import LARGE, SMALL, expected, in_sanic, native_form
from unireq import BodyConsumed, BodyNotRead, from_native

TEXT = "text/plain"


async def neutral_form(native: Any) -> list[Any]:
    form = await from_native(native).aform()
    return [form["a"], form.files["f"].size]


def test_a_body_on_a_route_that_ignores_bodies() -> None:
    async def view(native: Any) -> Any:
        assert native.body == b""
        ours = from_native(native)
        with pytest.raises(BodyNotRead, match="in async code"):
            ours.read()
        return await ours.aread(), native.body, ours.read()

    ignoring = {"methods": ["GET"], "stream": False, "ignore_body": True}
    assert in_sanic(view, b"abc", TEXT, **ignoring) == (b"abc",) * 3

    async def empty(native: Any) -> Any:
        return await from_native(native).aread(), from_native(native).form()

    assert in_sanic(empty, b"", TEXT, **ignoring) == (b"", {})


def test_a_large_body_in_a_streaming_handler() -> None:
    async def view(native: Any) -> Any:
        assert await from_native(native).aread() == LARGE
        return await native_form(native)

    assert in_sanic(view, LARGE) == expected(LARGE)


def test_a_streaming_handler_reads_in_chunks() -> None:
    async def view(native: Any) -> Any:
        found = [chunk async for chunk in from_native(native).astream()]
        with pytest.raises(BodyConsumed):
            await from_native(native).aread()
        return found

    found = in_sanic(view, SMALL)
    assert len(found) > 1
    assert b"".join(found) == SMALL


def test_a_handler_that_has_read_the_stream() -> None:
    async def some(native: Any) -> Any:
        await native.stream.read()
        # The rest alone would look like a whole body.
        with pytest.raises((BodyConsumed, unireq.IncompleteBody)):
            await from_native(native).aread()
        return True

    async def all_of_it(native: Any) -> Any:
        assert b"".join([chunk async for chunk in native.stream]) == SMALL
        with pytest.raises(BodyConsumed, match=r"before it reads request.stream"):
            await from_native(native).aread()
        return True

    assert in_sanic(some, SMALL)
    ignoring = {"methods": ["DELETE"], "stream": False, "ignore_body": True}
    assert in_sanic(all_of_it, SMALL, **ignoring)


def test_a_client_that_has_gone() -> None:
    async def view(native: Any) -> Any:
        with pytest.raises(unireq.IncompleteBody):
            await from_native(native).aread()
        return True

    events = [
        {"type": "http.request", "body": SMALL[:10], "more_body": True},
        {"type": "http.request", "body": b"", "more_body": False},
    ]
    assert in_sanic(view, SMALL, events=events)


@pytest.mark.parametrize("stream", [False, True])
def test_a_middleware_reads(stream: bool) -> None:
    async def middleware(native: Any) -> None:
        assert await neutral_form(native) == expected(SMALL)

    async def view(native: Any) -> Any:
        return [await native_form(native), await neutral_form(native)]

    found = in_sanic(view, SMALL, stream=stream, middleware=middleware)
    assert found == [expected(SMALL)] * 2


def test_a_thread_without_a_loop() -> None:
    native = natives.sanic()
    native.stream = SimpleNamespace(request_body=True)
    with pytest.raises(BodyNotRead, match=r"^read\(\): .*`await request.aread"):
        from_native(native).read()


def test_a_thread_below_sanics_own_server() -> None:
    async def main() -> bytes:
        chunks = [b"a", b"bc"]

        async def read() -> bytes | None:
            stream.request_body = len(chunks) > 1
            return chunks.pop(0)

        loop = asyncio.get_running_loop()
        native = natives.sanic()
        native.stream = stream = SimpleNamespace(request_body=True, read=read)
        native.transport.get_protocol = lambda: SimpleNamespace(loop=loop)
        return await asyncio.to_thread(from_native(native).read)

    assert asyncio.run(asyncio.wait_for(main(), 60)) == b"abc"


def test_a_context_of_the_apps_own() -> None:
    class Context:
        __slots__ = ()

    native = natives.sanic()
    native._ctx = Context()
    native.body = b"abc"
    assert from_native(native).read() == b"abc"
    state = from_native(native).state
    assert from_native(native).state is state
