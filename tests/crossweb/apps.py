"""An app of each framework that reads requests through cross-web, made by a function of its name.

What no route matches is answered too, whatever its path and method.
"""

from __future__ import annotations

from typing import Any

import cross_web

from crossweb.answer import KINDS, METHODS, TYPE, aanswer, answer


def starlette() -> Any:
    """Starlette; its router has a default for what no route matches."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def echo(request: Request) -> Response:
        adapter = cross_web.StarletteRequestAdapter(request)
        return Response(await aanswer(adapter), media_type=TYPE)

    async def anything(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await (await echo(Request(scope, receive)))(scope, receive, send)

    routes = [Route(f"/params/{kind}/{{value:{kind}}}", echo, methods=METHODS) for kind in KINDS]
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False
    app.router.default = anything
    return app


def django() -> Any:
    """Django on WSGI."""
    from django import setup
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpRequest, HttpResponse
    from django.urls import path, re_path

    def echo(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
        adapter = cross_web.DjangoHTTPRequestAdapter(request)
        return HttpResponse(answer(adapter), content_type=TYPE)

    patterns = [*(path(f"params/{kind}/<{kind}:value>", echo) for kind in KINDS), re_path("", echo)]
    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=type("Urls", (), {"urlpatterns": patterns, "handler404": staticmethod(echo)}),
        SECRET_KEY="not a secret: nothing is signed",
        USE_TZ=True,
    )
    setup()
    return WSGIHandler()


def flask() -> Any:
    """Flask."""
    from flask import Flask, Response, request

    def echo(*_: object, **__: object) -> Response:
        adapter: Any = cross_web.FlaskHTTPRequestAdapter(request)
        return Response(answer(adapter), content_type=TYPE)

    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    for kind in KINDS:
        rule = f"/params/{kind}/<{'string' if kind == 'str' else kind}:value>"
        app.add_url_rule(rule, kind, echo, methods=METHODS, provide_automatic_options=False)
    app.register_error_handler(404, echo)
    app.register_error_handler(405, echo)
    return app


def sanic() -> Any:
    """Sanic, which reads the body for a route alone: so there is one for `/`."""
    from sanic import HTTPResponse, Request, Sanic
    from sanic.exceptions import MethodNotAllowed, NotFound

    async def echo(request: Request, *_: object, **__: object) -> HTTPResponse:
        adapter = cross_web.SanicHTTPRequestAdapter(request)
        return HTTPResponse(await aanswer(adapter), content_type=TYPE)

    app: Any = Sanic("crossweb", configure_logging=False)
    app.config.ACCESS_LOG = False
    for kind in KINDS:
        app.add_route(echo, f"/params/{kind}/<value:{kind}>", methods=METHODS, name=kind)
    app.add_route(echo, "/", methods=METHODS, name="root")
    app.exception(NotFound, MethodNotAllowed)(echo)
    return app
