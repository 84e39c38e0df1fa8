"""The Starlette probe.

The router's default endpoint is the catch-all, so a target that no route can match (`*`, an
absolute form left in the path) is answered too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.authentication import SimpleUser
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route, Router, request_response

import unireq
from unireq_conformance.layers import LAYERS_FIELD
from unireq_conformance.probe import NativeView, Probe, carry
from unireq_starlette import RequestMiddleware, as_middleware, as_view, inject, install

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_EARLY = "unireq_conformance.early"
_LAYERS = LAYERS_FIELD.lower().encode("ascii")


def _native_view(request: Request) -> NativeView:
    return {
        "method": lambda: request.method,
        "url": lambda: str(request.url),
        "path": lambda: request.url.path,
        "headers": lambda: dict(request.headers),
        "cookies": lambda: request.cookies,
        "query": lambda: dict(request.query_params),
        "path_params": lambda: request.path_params,
        "client": lambda: request.client.host if request.client else None,
        "scheme": lambda: request.url.scheme,
    }


def login(request: Request, name: str) -> None:
    """Log a user in."""
    request.scope["user"] = SimpleUser(name)


read_body = Request.body


class _Echo:
    """As an endpoint, an ASGI app takes every method; a function, only those listed."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        answer = await self._probe.answer(request, scope.get(_EARLY), _native_view(request))
        fields, content = carry(request.method, answer)
        await Response(content, headers=dict(fields))(scope, receive, send)


class _Early:
    def __init__(self, app: ASGIApp, probe: Probe) -> None:
        self._app = app
        self._probe = probe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope[_EARLY] = self._probe.facts(Request(scope, receive))
        await self._app(scope, receive, send)


async def _denied(_: Request) -> Response:
    raise HTTPException(403)


async def _answered(_: Request, __: Exception) -> Response:
    return Response("Answered", 500)


def make_app(probe: Probe) -> ASGIApp:
    """The app that answers with what `probe` says."""
    app = _make_app(probe)
    layered = install(
        _make_app(probe), *probe.layers, proxies=probe.proxies, allowed_hosts=probe.allowed_hosts
    )

    async def chosen(scope: Scope, receive: Receive, send: Send) -> None:
        names = {name for name, _ in scope.get("headers", ())}
        await (layered if _LAYERS in names else app)(scope, receive, send)

    return chosen


def _make_app(probe: Probe) -> Starlette:
    echo = _Echo(probe)
    parameters = [
        Route(f"/params/{kind}/{{value:{kind}}}", endpoint=echo)
        for kind in ("int", "str", "path", "uuid", "float")
    ]
    handlers = [
        Route(path.replace("<text>", "{text}"), as_view(handler), methods=[*Probe.METHODS, "HEAD"])
        for path, handler in probe.handlers.items()
    ]

    @inject
    async def injected(request: Request, mine: unireq.Request) -> Response:
        answer = await probe.answer(request, request.scope.get(_EARLY), injected=mine)
        fields, content = carry(request.method, answer)
        return Response(content, headers=dict(fields))

    async def native(request: Request) -> Response:
        made: Response = probe.respond(request).to_native(request)
        return made

    async def stream(request: Request) -> Response:
        response = StreamingResponse(probe.achunks(request.url.query))
        response.raw_headers = [(k.encode(), v.encode()) for k, v in probe.stream_fields]
        return response

    around = [
        Route("/denied", _denied),
        Route("/reading", endpoint=as_middleware(*probe.reading)(echo)),
        Route("/stream", stream),
        Route("/native", endpoint=RequestMiddleware(request_response(native))),
        Route("/current", endpoint=RequestMiddleware(echo)),
        Route("/injected", injected, methods=[*Probe.METHODS, "HEAD"]),
    ]
    mounted = Mount("/mounted", app=Router(parameters, redirect_slashes=False, default=echo))
    app = Starlette(
        routes=[*handlers, *parameters, *around, mounted],
        middleware=[Middleware(_Early, probe=probe)],
        exception_handlers={probe.Answered: _answered},
    )
    app.router.redirect_slashes = False
    app.router.default = echo
    return app


def app() -> ASGIApp:
    """The app of this process."""
    return make_app(Probe.of_process(login, read_body))
