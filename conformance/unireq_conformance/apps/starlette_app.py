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

from unireq_conformance.apps.report import (
    HANDLER_METHODS,
    HANDLERS,
    NativeView,
    answer,
    areport,
    facts,
)
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


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    request = Request(scope, receive)
    body = await areport(request, _native_view(request), scope.get(_EARLY), _login, Request.body)
    fields, content = answer(request.method, body)
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
            scope[_EARLY] = facts(Request(scope, receive))
        await self._app(scope, receive, send)


_PARAMETERS = [
    Route(f"/params/{kind}/{{value:{kind}}}", endpoint=_Echo())
    for kind in ("int", "str", "path", "uuid", "float")
]

_HANDLERS = [
    Route(path.replace("<text>", "{text}"), as_view(handler), methods=HANDLER_METHODS)
    for path, handler in HANDLERS.items()
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
