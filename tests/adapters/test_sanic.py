"""Sanic, on its own server and on ASGI: parameters, proxies, a websocket over a socket, bodies."""

from __future__ import annotations

import asyncio
import base64
import gc
import pickle
import socket
import weakref
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import sanic
from sanic.response import raw

import unireq
import unireq_sanic
from middleware.asking import noting
from support import natives
from support.clients import TestClient
from support.natives import Connection
from support.posting import SMALL, in_sanic
from support.reading import read_everything
from support.requirements import need
from unireq import BodyConsumed, BodyNotRead, from_native
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.targets import OnServer, Target
from unireq_conformance.servers.wire import HOST
from unireq_sanic._body import open_body


def head(target: str = "/", *lines: str) -> bytes:
    text = "\r\n".join([f"GET {target} HTTP/1.1", "Host: h", *lines, "", ""])
    return text.encode("latin-1")


# Path parameters. The router is Sanic's own; what it finds is put where Sanic puts it.

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
    app = natives.sanic_app()
    # Sanic itself fails where a rule for files is to be unquoted.
    app.add_route(lambda request, **_: None, rule, unquote=unquote and ":ext>" not in rule)
    app.router.finalize()
    if asgi:
        native = natives.sanic_asgi(app, raw_path=target.encode(), query_string=b"")
    else:
        native = natives.sanic(head(target), app=app)
    request = from_native(native)
    assert request.path_params == {}
    native.route, _, native.match_info = app.router.get(native.path, "GET", None)
    found = request.path_params
    assert found == expected
    assert [type(value) for value in found.values()] == [type(v) for v in expected.values()]


# Facts of the head.


def route(*, websocket: bool) -> SimpleNamespace:
    return SimpleNamespace(extra=SimpleNamespace(websocket=websocket))


def test_fields_are_read_from_the_head_or_are_sanics() -> None:
    native = natives.sanic(head("/", "X-A: 1", "X-A:  2\t", "x_a: 3", "Cookie: a=1"))
    native.headers.clear()
    request = from_native(native)
    assert request.get_header("X-A") == "1,2"
    assert request.headers == {"host": "h", "x-a": "1,2", "cookie": "a=1"}
    native = natives.sanic()
    native.head = b""
    request = from_native(native)
    assert request.get_header("X-Foo") == "one,two"
    assert read_everything(request) == natives.FACTS


WEBSOCKET = "Upgrade: websocket"


@pytest.mark.parametrize(
    ("secure", "upgrade", "websockets", "changed", "scheme"),
    [
        (False, "X: 1", False, {}, "http"),
        (True, "X: 1", False, {}, "https"),
        (False, "Upgrade: WebSocket", True, {}, "ws"),
        (True, WEBSOCKET, True, {}, "wss"),
        (False, WEBSOCKET, False, {}, "http"),
        (False, "Upgrade: h2c", True, {}, "http"),
        # What no handshake is (RFC 6455 4.1, RFC 9110 7.8).
        (False, WEBSOCKET, True, {"method": "POST"}, "http"),
        (True, WEBSOCKET, True, {"method": "PUT"}, "https"),
        (False, WEBSOCKET, True, {"version": "1.0"}, "http"),
        # Once it is routed, the route says it.
        (False, WEBSOCKET, True, {"route": route(websocket=False)}, "http"),
        (False, WEBSOCKET, True, {"route": route(websocket=True)}, "ws"),
    ],
)
def test_scheme(
    secure: bool, upgrade: str, websockets: bool, changed: dict[str, Any], scheme: str
) -> None:
    native = natives.sanic(head("/", upgrade), connection=Connection(ssl=secure))
    native.app.websocket_enabled = websockets
    for name, value in changed.items():
        setattr(native, name, value)
    assert from_native(native).scheme == scheme


def test_a_proxys_scheme_and_a_websocket() -> None:
    config = {"PROXIES_COUNT": 1}
    lines = ["X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https", "Upgrade: websocket"]
    native = natives.sanic(head("/", *lines), **config)
    native.app.websocket_enabled = True
    assert from_native(native).scheme == native.scheme == "wss"
    on_asgi = natives.sanic_asgi(natives.sanic_app(**config), type="websocket", scheme="ws")
    on_asgi.headers = native.headers
    assert from_native(on_asgi).scheme == "wss"


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
    assert in_sanic(all_of_it, SMALL, methods=["DELETE"], stream=False, ignore_body=True)


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


def test_the_source_of_a_body_does_not_keep_sanics_request() -> None:
    native = type("Native", (), {})()
    # As that of Sanic's request, its stream holds it.
    native.stream = SimpleNamespace(request=native, request_body=True)
    pull: Any = open_body(native)
    known = weakref.ref(native)
    del native
    gc.collect()
    assert known() is None
    with pytest.raises(StopIteration) as end:
        pull().send(None)
    assert end.value.value is None


def test_layers_leave_sanic_the_body_on_asgi() -> None:
    app: Any = unireq_sanic.install(natives.sanic_app(TOUCHUP=False), noting([], body=True))
    app.add_route(lambda request: raw(request.body), "/", methods=["POST"])
    app.asgi = True
    asyncio.run(app._startup())
    client = TestClient(app)
    for body in (b"", b"abc"):
        assert client.post("/", content=body).content == body


def test_sanic_pickles_the_class_of_an_app_for_its_workers() -> None:
    app = sanic.Sanic("pickled", configure_logging=False)
    unireq_sanic.install(app)
    assert type(app) is not sanic.Sanic
    assert type(app).__name__ == "Sanic"
    assert pickle.loads(pickle.dumps(type(app).get_app))("pickled") is app  # noqa: S301
