"""Bodies on ASGI: what `receive` gives, to unireq and to the application below."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import unireq
from support import natives
from support.posting import SMALL, in_two, receiving, scope
from unireq import BodyNotRead, IncompleteBody


def test_a_scope_alone_has_no_body() -> None:
    request: Any = unireq.from_asgi(scope(SMALL))
    for use in (request.aread, request.aform):
        with pytest.raises(BodyNotRead, match=r"unireq.from_asgi\(scope, receive\)"):
            asyncio.run(use())
    with pytest.raises(BodyNotRead):
        _ = request.receive


def test_a_websocket_has_no_body() -> None:
    fields = [(b"host", b"h"), (b"content-type", b"application/json")]
    websocket = natives.scope(type="websocket", scheme="ws", headers=fields)
    from starlette.websockets import WebSocket

    async def never() -> Any:
        raise AssertionError

    for request in (
        unireq.from_asgi(websocket),
        unireq.from_asgi(dict(websocket), never),
        unireq.from_native(WebSocket(dict(websocket), never, never)),
    ):
        assert request.read() == asyncio.run(request.aread()) == request.body == b""
        assert list(request.stream()) == []
        assert request.form() == {}


def test_a_receive_that_fails() -> None:
    async def receive() -> dict[str, Any]:
        raise ConnectionResetError("reset by peer")

    request = unireq.from_asgi(scope(SMALL), receive)
    with pytest.raises(IncompleteBody, match="ConnectionResetError: reset by peer"):
        asyncio.run(request.aread())


def test_events_without_octets_and_octets_of_other_types() -> None:
    events: list[dict[str, Any]] = [
        {"type": "http.request", "more_body": True},
        {"type": "http.request", "body": bytearray(b"ab"), "more_body": True},
        {"type": "http.request", "body": memoryview(b"c")},
    ]

    async def receive() -> dict[str, Any]:
        return events.pop(0)

    request = unireq.from_asgi(natives.scope(method="POST"), receive)
    assert asyncio.run(request.aread()) == b"abc"


def test_a_receive_for_the_application_below() -> None:
    async def main() -> None:
        request: Any = unireq.from_asgi(scope(SMALL), in_two(SMALL))
        await request.aread()
        receive = request.receive
        assert await receive() == {"type": "http.request", "body": SMALL, "more_body": True}
        assert await receive() == {"type": "http.request", "body": b"", "more_body": False}
        assert await receive() == {"type": "http.disconnect"}
        # It goes on where it was, however often it is asked for.
        assert request.receive is receive
        # Before anybody has read, it gives what comes.
        request = unireq.from_asgi(scope(SMALL), receiving(b"ab", b"c"))
        assert (await request.receive())["body"] == b"ab"

    asyncio.run(main())
