"""Bodies on Sanic, by its ASGI entry: streaming handlers, middlewares, threads."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

import unireq
from support import natives
from support.posting import SMALL, in_sanic
from unireq import BodyConsumed, BodyNotRead, from_native


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
