"""A Starlette app that reads requests through cross-web."""

from __future__ import annotations

from typing import Any

from cross_web import StarletteRequestAdapter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crossweb.answer import KINDS, METHODS, TYPE, answer
from crossweb.bodies import aperform


async def _echo(request: Request) -> Response:
    adapter = StarletteRequestAdapter(request)
    return Response(answer(adapter, await aperform(adapter)), media_type=TYPE)


async def _anything(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await (await _echo(Request(scope, receive)))(scope, receive, send)


_PARAMETERS = [Route(f"/params/{kind}/{{value:{kind}}}", _echo, methods=METHODS) for kind in KINDS]

app = Starlette(routes=_PARAMETERS)
app.router.redirect_slashes = False
app.router.default = _anything
