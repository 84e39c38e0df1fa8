"""Bodies on bare ASGI and WSGI: where an input ends, what events hold, and where there is none."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import flask
import pytest
from starlette.websockets import WebSocket

import unireq
from support import natives
from support.posting import CHUNKED, SMALL, Endless, environ, in_two, receiving, scope
from unireq import BodyNotRead, IncompleteBody

# ASGI.


def test_a_scope_alone_has_no_body() -> None:
    request: Any = unireq.from_asgi(scope(SMALL))
    for use in (request.aread, request.aform):
        with pytest.raises(BodyNotRead, match=r"unireq.from_asgi\(scope, receive\)"):
            asyncio.run(use())
    with pytest.raises(BodyNotRead):
        _ = request.receive


def test_a_websocket_has_no_body() -> None:
    async def never() -> Any:
        raise AssertionError

    fields = [(b"host", b"h"), (b"content-type", b"application/json")]
    websocket = natives.scope(type="websocket", scheme="ws", headers=fields)
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


# WSGI, and Flask on it.

JSON = b'{"a": "\xc3\xa9"}'

on_wsgi_and_flask = pytest.mark.parametrize(
    "make",
    [unireq.from_wsgi, lambda environ: unireq.from_native(flask.Request(environ))],
    ids=["wsgi", "flask"],
)
Make = Callable[[Any], Any]


def test_no_length_is_no_body_and_nobody_waits() -> None:
    for changes in ({}, {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "0"}):
        stream = Endless(b"next")
        request = unireq.from_wsgi(natives.environ(**{"wsgi.input": stream, **changes}))
        assert request.read() == request.body == b""
        assert stream.asked == 0
    assert unireq.from_wsgi(natives.environ(**{"wsgi.input": None})).read() == b""


@on_wsgi_and_flask
@pytest.mark.parametrize(
    "length", ["x", "+4", "-4", "4, 5", "4 4", "0x4", "4.0", "9" * 20, "\u0664"]
)
def test_a_length_that_says_nothing(make: Make, length: str) -> None:
    stream = Endless(b"next")
    made = natives.environ(**{"wsgi.input": stream, "CONTENT_LENGTH": length})
    with pytest.raises(IncompleteBody, match="expected one Content-Length"):
        make(made).read()
    assert stream.asked == 0


@on_wsgi_and_flask
@pytest.mark.parametrize("length", [None, "0", "7"])
def test_an_input_that_can_be_read_again(make: Make, length: str | None) -> None:
    """It ends by itself (HTTP/2 needs no length), and who has read it has taken nothing away."""
    made = natives.environ(**{"wsgi.input": io.BytesIO(JSON), "CONTENT_LENGTH": length or ""})
    made["wsgi.input"].read()
    expected = JSON[: int(length)] if length else JSON
    request = make(made)
    assert request.read() == expected == request._environ["wsgi.input"].read()


@on_wsgi_and_flask
def test_chunks(make: Make) -> None:
    made = environ(JSON, **{**CHUNKED, "wsgi.input": Endless(JSON)})
    assert make(made).read() == made["wsgi.input"].read() == JSON
    # Those that the server does not decode.
    made = natives.environ(**{"wsgi.input": Endless(b"x"), "HTTP_TRANSFER_ENCODING": "chunked"})
    request = make(made)
    for _ in range(2):
        with pytest.raises(IncompleteBody, match=r"without the key wsgi\.input_terminated"):
            request.read()


def test_a_stream_that_ends_early() -> None:
    request = unireq.from_wsgi(environ(SMALL, **{"wsgi.input": Endless(SMALL[:-1])}))
    for use in (request.read, request.form):
        with pytest.raises(IncompleteBody, match=rf"expected {len(SMALL)} bytes"):
            use()
    made = environ(SMALL, **{"wsgi.input": Endless(SMALL)})
    made["wsgi.input"].read(1000)
    with pytest.raises(IncompleteBody, match="other code has read part of the body before unireq"):
        unireq.from_wsgi(made).read()
