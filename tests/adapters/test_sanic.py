"""Sanic, on its own server and on ASGI: path parameters, proxies, and a websocket over a socket."""

from __future__ import annotations

import base64
import json
import socket
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

import unireq
from support import natives
from support.natives import Connection
from support.reading import NOTHING, read_everything
from support.requirements import need
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.targets import OnServer, Target
from unireq_conformance.servers.wire import HOST


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


def _frame(connection: socket.socket, received: bytes) -> Any:
    """The JSON in the text frame that follows the handshake (RFC 6455 5.2)."""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    start, _, frames = received.partition(b"\r\n\r\n")
    assert start.startswith(b"HTTP/1.1 101 "), start
    while len(frames) < 4 or len(frames) < 4 + int.from_bytes(frames[2:4], "big"):
        chunk = connection.recv(65536)
        assert chunk, frames
        frames += chunk
    assert frames[:2] == b"\x81\x7e", frames  # one text frame, its length in the next two bytes
    return json.loads(frames[4 : 4 + int.from_bytes(frames[2:4], "big")])


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


def test_a_websocket_handshake(server: Server) -> None:
    with socket.create_connection((HOST, server.port), timeout=10) as connection:
        connection.sendall(head("/ws/a%2525?a=1", *UPGRADE, "Cookie: a=1"))
        facts = _frame(connection, b"")
        client = list(connection.getsockname())
    sent = dict(line.split(": ") for line in UPGRADE)
    assert {**facts, "body": None} == {
        **NOTHING,
        "scheme": "ws",
        "host": "h",
        "path": "/ws/a%25",
        "raw_path": "/ws/a%2525",
        "query_string": "a=1",
        "headers": {"host": "h", "cookie": "a=1", **{n.lower(): v for n, v in sent.items()}},
        "client": client,
        "path_params": {"value": "a%25"},
        "route": "/ws/{value}",
        "view_name": "support.sanic_ws.handshake",
    }
