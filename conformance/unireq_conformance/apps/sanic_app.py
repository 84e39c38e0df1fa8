"""The Sanic probe: `app`, for Sanic's own server and for any ASGI server.

The handler of NotFound and MethodNotAllowed is the catch-all, since Sanic's router refuses unknown
methods and paths that no route matches before any middleware runs. `/mounted` is a blueprint.
"""

# pyright: basic
# Sanic leaves the types of its arguments, cookies and decorators partly unknown.

from __future__ import annotations

from typing import Any

from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic.exceptions import MethodNotAllowed, NotFound

from unireq_conformance.probe import NativeView, Probe, carry
from unireq_sanic import SanicRequest, as_view

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
        "client": lambda: request.ip,
        "scheme": lambda: request.scheme,
    }


def _login(request: Request, name: str) -> None:
    request.ctx.user = name


async def _read_body(request: Request) -> bytes:
    # Here as in a streaming handler: Sanic has not read what it has no handler for.
    await request.receive_body()  # type: ignore[no-untyped-call]
    return request.body


_probe = Probe.of_process(_login, _read_body)


async def _respond(request: Request) -> HTTPResponse:
    early = getattr(request.ctx, "unireq_conformance_early", None)
    answer = await _probe.answer(request, early, _native_view(request))
    fields, content = carry(request.method, answer)
    return HTTPResponse(content, headers=dict(fields), content_type="application/json")


async def _echo(request: Request, **_: Any) -> HTTPResponse:
    return await _respond(request)


async def _talk(_: Request, websocket: Any) -> None:
    await websocket.close()


async def _unrouted(request: Request, _: Exception) -> HTTPResponse:
    return await _respond(request)


async def _early(request: Request) -> None:
    request.ctx.unireq_conformance_early = _probe.facts(request)


def _make_app() -> Sanic[Any, Any]:
    probe = Sanic("unireq-conformance", configure_logging=False)
    probe.config.ACCESS_LOG = False
    mounted = Blueprint("mounted", url_prefix="/mounted")
    for kind in _KINDS:
        for routes in (probe, mounted):
            routes.add_route(_echo, f"/params/{kind}/<value:{kind}>", methods=_METHODS, name=kind)
    mounted.add_route(_echo, "/<rest:path>", methods=_METHODS, name="rest")
    probe.blueprint(mounted)
    for path, handler in _probe.handlers.items():
        name = path.translate(str.maketrans("/-<>", "____"))
        probe.add_route(as_view(handler), path, methods=[*Probe.METHODS, "HEAD"], name=name)
    # With it, Sanic calls what has a field Upgrade a websocket, whatever it is.
    probe.add_websocket_route(_talk, "/websocket")
    probe.exception(NotFound, MethodNotAllowed)(_unrouted)
    probe.signal("http.routing.before")(_early)
    return probe


app = _make_app()
# Sanic has no users of its own: this is where the app keeps them.
SanicRequest.set_username_getter(lambda native: getattr(native.ctx, "user", None))
