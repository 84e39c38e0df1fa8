"""The Starlette probe: `app`.

The router's default endpoint is the catch-all, so a target that no route can match (`*`, an
absolute form left in the path) is answered too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.authentication import SimpleUser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, Router

from unireq_conformance.probe import NativeView, Probe, carry
from unireq_starlette import as_view

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_EARLY = "unireq_conformance.early"


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


def _login(request: Request, name: str) -> None:
    request.scope["user"] = SimpleUser(name)


_probe = Probe.of_process(_login, Request.body)


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    request = Request(scope, receive)
    answer = await _probe.answer(request, scope.get(_EARLY), _native_view(request))
    fields, content = carry(request.method, answer)
    await Response(content, headers=dict(fields))(scope, receive, send)


class _Echo:
    """As an endpoint, an ASGI app takes every method; a function, only those listed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _echo(scope, receive, send)


class _Early:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope[_EARLY] = _probe.facts(Request(scope, receive))
        await self._app(scope, receive, send)


_PARAMETERS = [
    Route(f"/params/{kind}/{{value:{kind}}}", endpoint=_Echo())
    for kind in ("int", "str", "path", "uuid", "float")
]

_HANDLERS = [
    Route(path.replace("<text>", "{text}"), as_view(handler), methods=[*Probe.METHODS, "HEAD"])
    for path, handler in _probe.handlers.items()
]

app = Starlette(
    routes=[
        *_HANDLERS,
        *_PARAMETERS,
        Mount("/mounted", app=Router(_PARAMETERS, redirect_slashes=False, default=_echo)),
    ],
    middleware=[Middleware(_Early)],
)
app.router.redirect_slashes = False
app.router.default = _echo
