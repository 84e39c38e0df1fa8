"""The bare ASGI probe, after the ASGI 3.0 specification, without any framework.

`/mounted` follows the rule for mounting: `root_path` grows by the prefix, `path` stays whole.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import unireq
from unireq_asgi import RequestMiddleware, as_middleware, as_view, inject, install, respond
from unireq_conformance.inside.bare import read_asgi
from unireq_conformance.layers import LAYERS_FIELD
from unireq_conformance.probe import NativeView, Probe, carry, routed

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Field = tuple[str, str]

_EARLY = "unireq_conformance.early"
_MOUNT = "/mounted"
_LAYERS = LAYERS_FIELD.lower().encode("ascii")


def _native_view(scope: Scope) -> NativeView:
    fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    query: bytes = scope["query_string"]
    return {
        "method": lambda: scope["method"],
        "path": lambda: scope["path"],
        "headers": lambda: dict(fields),
        "query": lambda: dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)),
        "client": lambda: scope["client"][0] if scope.get("client") else None,
        "scheme": lambda: scope.get("scheme", "http"),
    }


class _User:
    """A user as authentication layers for ASGI put it into the scope."""

    is_authenticated = True

    def __init__(self, name: str) -> None:
        self.display_name = name


def login(scope: Scope, name: str) -> None:
    """Log a user in."""
    scope["user"] = _User(name)


read_body = read_asgi


async def _echo(
    probe: Probe, scope: Scope, receive: Receive, send: Send, mine: unireq.Request | None = None
) -> None:
    view = _native_view(scope)
    answer = await probe.answer(scope, scope.get(_EARLY), view, receive=receive, injected=mine)
    fields, content = carry(scope["method"], answer)
    await _say(send, 200, content, fields)


async def _say(send: Send, status: int, content: bytes, fields: Iterable[Field] = ()) -> None:
    pairs = [(name.encode("ascii"), value.encode("ascii")) for name, value in fields]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": content})


async def _denied(_: Scope, __: Receive, send: Send) -> None:
    await _say(send, 403, b"Forbidden")


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def make_app(probe: Probe) -> App:
    """The app that answers with what `probe` says."""
    handlers: dict[str, Any] = {path: as_view(handler) for path, handler in probe.handlers.items()}

    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        await _echo(probe, scope, receive, send)

    @inject
    async def injected(scope: Scope, receive: Receive, send: Send, mine: unireq.Request) -> None:
        await _echo(probe, scope, receive, send, mine)

    async def native(scope: Scope, _: Receive, send: Send) -> None:
        await respond(probe.respond(scope), scope, send)

    async def stream(scope: Scope, _: Receive, send: Send) -> None:
        pairs = [(name.encode(), value.encode()) for name, value in probe.stream_fields]
        await send({"type": "http.response.start", "status": 200, "headers": pairs})
        async for chunk in probe.achunks(scope["query_string"].decode("ascii")):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body"})

    handlers |= {
        "/current": RequestMiddleware(echo),
        "/denied": _denied,
        "/injected": injected,
        "/native": RequestMiddleware(native),
        "/reading": as_middleware(*probe.reading)(echo),
        "/stream": stream,
    }

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await answer(scope, receive, send)
        except probe.Answered:
            await _say(send, 500, b"Answered")

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            scope[_EARLY] = probe.facts(scope)
            path: str = scope["path"]
            route, params = routed(path)
            if route in handlers:
                scope["path_params"] = params
                await handlers[route](scope, receive, send)
                return
            if path == _MOUNT or path.startswith(f"{_MOUNT}/"):
                scope = {**scope, "root_path": scope.get("root_path", "") + _MOUNT}
            await echo(scope, receive, send)

    layered = install(app, *probe.layers, proxies=probe.proxies, allowed_hosts=probe.allowed_hosts)

    async def chosen(scope: Scope, receive: Receive, send: Send) -> None:
        names = {name.lower() for name, _ in scope.get("headers", ())}
        await (layered if _LAYERS in names else app)(scope, receive, send)

    return chosen


def app() -> App:
    """The app of this process."""
    return make_app(Probe.of_process(login, read_body))
