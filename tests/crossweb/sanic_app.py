"""A Sanic app that reads requests through cross-web."""

from __future__ import annotations

from typing import Any

from cross_web import SanicHTTPRequestAdapter
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import MethodNotAllowed, NotFound

from crossweb.answer import KINDS, METHODS, TYPE, answer
from crossweb.bodies import aperform


async def _echo(request: Request, *_: object, **__: object) -> HTTPResponse:
    adapter = SanicHTTPRequestAdapter(request)
    return HTTPResponse(answer(adapter, await aperform(adapter)), content_type=TYPE)


app: Any = Sanic("crossweb", configure_logging=False)
app.config.ACCESS_LOG = False
for kind in KINDS:
    app.add_route(_echo, f"/params/{kind}/<value:{kind}>", methods=METHODS, name=kind)
# A route, since Sanic reads the body for no other handler.
app.add_route(_echo, "/", methods=METHODS, name="root")
# What no route matches ends here, whatever its path and method.
app.exception(NotFound, MethodNotAllowed)(_echo)
