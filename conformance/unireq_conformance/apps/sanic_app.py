"""The Sanic probe, for Sanic's own server and for any ASGI server.

The handler of NotFound and MethodNotAllowed is the catch-all, since Sanic's router refuses unknown
methods and paths that no route matches before any middleware runs. `/mounted` is a blueprint.
"""

# pyright: basic
# Sanic leaves the types of its arguments, cookies and decorators partly unknown.

from __future__ import annotations

import secrets
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic.exceptions import Forbidden, MethodNotAllowed, NotFound

import unireq
from unireq_conformance.probe import NativeView, Probe, carry
from unireq_sanic import SanicRequest, as_view, inject, install

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_KINDS = ("int", "str", "path", "uuid", "float")


def _native_view(request: Request) -> NativeView:
    return {
        "method": lambda: request.method,
        "url": lambda: request.url,
        "path": lambda: request.path,
        "headers": lambda: dict(request.headers),
        "cookies": lambda: {name: request.cookies.get(name) for name in request.cookies},
        "query": lambda: dict(request.args),
        "path_params": lambda: request.match_info,
        "client": lambda: request.remote_addr or request.ip,
        "scheme": lambda: request.scheme,
    }


def login(request: Request, name: str) -> None:
    """Log a user in."""
    request.ctx.user = name


async def read_body(request: Request) -> bytes:
    """Read a body as Sanic does."""
    # Here as in a streaming handler: Sanic has not read what it has no handler for.
    await request.receive_body()  # type: ignore[no-untyped-call]
    return request.body


async def _talk(_: Request, websocket: Any) -> None:
    await websocket.close()


async def _denied(_: Request) -> HTTPResponse:
    raise Forbidden


async def _answered(_: Request, __: Exception) -> HTTPResponse:
    return HTTPResponse("Answered", 500)


def make_app(probe: Probe) -> Sanic[Any, Any]:
    """The app that answers with what `probe` says."""

    async def respond(request: Request, mine: unireq.Request | None = None) -> HTTPResponse:
        early = getattr(request.ctx, "unireq_conformance_early", None)
        answer = await probe.answer(request, early, _native_view(request), injected=mine)
        fields, content = carry(request.method, answer)
        return HTTPResponse(content, headers=dict(fields), content_type="application/json")

    async def echo(request: Request, **_: Any) -> HTTPResponse:
        return await respond(request)

    @inject
    async def injected(request: Request, mine: unireq.Request) -> HTTPResponse:
        return await respond(request, mine)

    async def native(request: Request) -> HTTPResponse:
        made: HTTPResponse = probe.respond(request).to_native(request)
        return made

    async def unrouted(request: Request, _: Exception) -> HTTPResponse:
        return await respond(request)

    async def stream(request: Request) -> None:
        response: Any = await request.respond()
        response.headers.clear()
        for name, value in probe.stream_fields:
            response.headers.add(name, value)
        async for chunk in probe.achunks(request.query_string):
            await response.send(chunk)
        await response.eof()

    async def early(request: Request) -> None:
        request.ctx.unireq_conformance_early = probe.facts(request)

    # Sanic keeps its apps by name.
    app = Sanic(f"unireq-conformance-{secrets.token_hex(8)}", configure_logging=False)
    app.config.ACCESS_LOG = False
    mounted = Blueprint("mounted", url_prefix="/mounted")
    for kind in _KINDS:
        for routes in (app, mounted):
            routes.add_route(echo, f"/params/{kind}/<value:{kind}>", methods=_METHODS, name=kind)
    mounted.add_route(echo, "/<rest:path>", methods=_METHODS, name="rest")
    app.blueprint(mounted)
    for path, handler in probe.handlers.items():
        name = path.translate(str.maketrans("/-<>", "____"))
        app.add_route(as_view(handler), path, methods=[*Probe.METHODS, "HEAD"], name=name)
    app.add_route(native, "/native", methods=_METHODS, name="native")
    app.add_route(injected, "/injected", methods=_METHODS, name="injected")
    app.add_route(_denied, "/denied", name="denied")
    app.add_route(stream, "/stream", name="stream")
    reading = Blueprint("reading", url_prefix="/reading")
    reading.add_route(echo, "/", methods=_METHODS, name="read", stream=True)
    install(reading, *probe.reading, outermost=False)
    app.blueprint(reading)
    install(app, *probe.layers, proxies=probe.proxies)
    app.exception(probe.Answered)(_answered)
    # With it, Sanic calls what has a field Upgrade a websocket, whatever it is.
    app.add_websocket_route(_talk, "/websocket")
    app.exception(NotFound, MethodNotAllowed)(unrouted)
    app.signal("http.routing.before")(early)
    return app


def app() -> Sanic[Any, Any]:
    """The app of this process."""
    # Sanic has no users of its own: this is where the app keeps them.
    SanicRequest.set_username_getter(username)
    return make_app(Probe.of_process(login, read_body))


def username(native: Request) -> str | None:
    """The user that `login` left."""
    return getattr(native.ctx, "user", None)
