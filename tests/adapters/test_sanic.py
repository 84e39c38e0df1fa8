"""Sanic, on its own server and on ASGI: parameters, proxies, a websocket over a socket, bodies."""

from __future__ import annotations

import asyncio
import base64
import gc
import socket
import weakref
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

import unireq
from support import natives
from support.natives import Connection
from support.posting import SMALL, in_sanic
from support.reading import read_everything
from support.requirements import need
from unireq import BodyConsumed, BodyNotRead, from_native
from unireq.adapter import AsyncReadBody
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.targets import OnServer, Target
from unireq_conformance.servers.wire import HOST
from unireq_sanic._body import open_body


def head(target: str = "/", *lines: str) -> bytes:
    text = "\r\n".join([f"GET {target} HTTP/1.1", "Host: h", *lines, "", ""])
    return text.encode("latin-1")


# Path parameters. The router is Sanic's own; what it finds is put where Sanic puts it.


def routed(rule: str, target: str, *, unquote: bool, asgi: bool) -> dict[str, Any]:
    app = natives.sanic_app()

    async def handler(request: Any, **_: Any) -> None: ...

    app.add_route(handler, rule, unquote=unquote)
    app.router.finalize()
    if asgi:
        native = natives.sanic_asgi(app, raw_path=target.encode(), query_string=b"")
    else:
        native = natives.sanic(head(target), app=app)
    request = unireq.from_native(native)
    assert request.path_params == {}
    route, _, found = app.router.get(native.path, "GET", None)
    native.route, native.match_info = route, found
    return request.path_params


ROUTED: list[tuple[str, str, dict[str, Any]]] = [
    ("/x/<value:str>/y", "/x/a%2Fb/y", {"value": "a/b"}),
    ("/x/<value:str>/y", "/x/a%2525/y", {"value": "a%25"}),
    # A neighbour that looks the same changes nothing.
    ("/<one:str>/<two:str>", "/a%2525/a%25", {"one": "a%25", "two": "a%"}),
    ("/a%25/<one:str>", "/a%25/a%2525", {"one": "a%25"}),
    # File names, and what expressions matched.
    ("/<name:ext>", "/a%2525.png", {"name": "a%25", "ext": "png"}),
    ("/<one:[a-z0-9%]+>/<two:str>", "/a%2525/b%2525", {"one": "a%25", "two": "b%25"}),
    ("/x/<value:path>", "/x/a%252Fb/c", {"value": "a%2Fb/c"}),
    # Other types are the router's.
    ("/<value:uuid>", f"/{UUID(int=7)}", {"value": UUID(int=7)}),
]


@pytest.mark.parametrize("asgi", [False, True])
@pytest.mark.parametrize("unquote", [False, True])
@pytest.mark.parametrize(("rule", "target", "expected"), ROUTED)
def test_text_is_percent_decoded_exactly_once(
    rule: str, target: str, expected: dict[str, Any], unquote: bool, asgi: bool
) -> None:
    # Sanic itself fails where such a rule is to be unquoted.
    unquote = unquote and ":ext>" not in rule
    found = routed(rule, target, unquote=unquote, asgi=asgi)
    assert found == expected
    assert [type(value) for value in found.values()] == [type(v) for v in expected.values()]


# Facts of the head.


def test_fields_are_read_from_the_head_or_are_sanics() -> None:
    native = natives.sanic(head("/", "X-A: 1", "X-A:  2\t", "x_a: 3", "Cookie: a=1"))
    native.headers.clear()
    request = unireq.from_native(native)
    assert request.get_header("X-A") == "1,2"
    assert request.headers == {"host": "h", "x-a": "1,2", "cookie": "a=1"}
    native = natives.sanic()
    native.head = b""
    request = unireq.from_native(native)
    assert request.get_header("X-Foo") == "one,two"
    assert read_everything(request) == natives.FACTS


@pytest.mark.parametrize(
    ("secure", "upgrade", "websockets", "changed", "scheme"),
    [
        (False, "", False, {}, "http"),
        (True, "", False, {}, "https"),
        (False, "Upgrade: WebSocket", True, {}, "ws"),
        (True, "Upgrade: websocket", True, {}, "wss"),
        (False, "Upgrade: websocket", False, {}, "http"),
        (False, "Upgrade: h2c", True, {}, "http"),
        # What no handshake is (RFC 6455 4.1, RFC 9110 7.8).
        (False, "Upgrade: websocket", True, {"method": "POST"}, "http"),
        (True, "Upgrade: websocket", True, {"method": "PUT"}, "https"),
        (False, "Upgrade: websocket", True, {"version": "1.0"}, "http"),
        # Once it is routed, the route says it.
        (False, "Upgrade: websocket", True, {"route": False}, "http"),
        (False, "Upgrade: websocket", True, {"route": True}, "ws"),
    ],
)
def test_scheme(
    secure: bool, upgrade: str, websockets: bool, changed: dict[str, Any], scheme: str
) -> None:
    native = natives.sanic(head("/", *filter(None, [upgrade])), connection=Connection(ssl=secure))
    native.app.websocket_enabled = websockets
    for name, value in changed.items():
        is_route = name == "route"
        route = SimpleNamespace(extra=SimpleNamespace(websocket=value))
        setattr(native, name, route if is_route else value)
    assert unireq.from_native(native).scheme == scheme


def test_a_proxys_scheme_and_a_websocket() -> None:
    config = {"PROXIES_COUNT": 1}
    lines = ["X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https", "Upgrade: websocket"]
    native = natives.sanic(head("/", *lines), **config)
    native.app.websocket_enabled = True
    assert unireq.from_native(native).scheme == native.scheme == "wss"
    on_asgi = natives.sanic_asgi(natives.sanic_app(**config), type="websocket", scheme="ws")
    on_asgi.headers = native.headers
    assert unireq.from_native(on_asgi).scheme == "wss"


# A real server.


@pytest.fixture(scope="module", params=["sanic", "hypercorn"])
def server(request: pytest.FixtureRequest) -> Any:
    target = Target(
        f"sanic:{request.param}",
        OnServer(request.param, "support.sanic_ws:app"),
        distributions=("sanic", request.param),
    )
    need(target.missing() is None, str(target.missing()))
    with Server(target) as running:
        yield running


KEY = base64.b64encode(bytes(16)).decode()
UPGRADE = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    f"Sec-WebSocket-Key: {KEY}",
    "Sec-WebSocket-Version: 13",
]


@pytest.mark.parametrize("how", ["returns", "raises", "waits"])
def test_what_a_websocket_leaves_running(server: Server, how: str) -> None:
    with socket.create_connection((HOST, server.port), timeout=10) as connection:
        connection.sendall(head(f"/leaves/{how}", *UPGRADE))
        received = b""
        while f"/leaves/{how}".encode() not in received:
            received += connection.recv(65536)
    with socket.create_connection((HOST, server.port), timeout=10) as connection:
        connection.sendall(head("/left", "Connection: close"))
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b"\r\nnothing" in answer


# Bodies.


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


class Native:
    """As Sanic's request is: its stream holds it."""

    def __init__(self) -> None:
        self.stream = SimpleNamespace(request=self, request_body=True)


def test_the_source_of_a_body_does_not_keep_sanics_request() -> None:
    native = Native()
    pull = open_body(native)
    known = weakref.ref(native)
    del native
    gc.collect()
    assert known() is None
    assert asyncio.run(_pulled(pull)) is None


async def _pulled(pull: AsyncReadBody) -> bytes | None:
    return await pull()
