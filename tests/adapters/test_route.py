"""`route` and `view_name` of real requests, on every framework, as they are after the answer."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import django.views
import fastapi
import flask.views
import pytest
import sanic.views
import starlette.endpoints
import starlette.routing
from django.conf.urls.i18n import i18n_patterns
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.test import AsyncClient, Client, override_settings
from django.urls import include, path, re_path
from rest_framework.viewsets import ViewSet
from sanic.asgi import ASGIApp
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Host, Mount, Route, WebSocketRoute

import unireq
import unireq_django
import unireq_flask
import unireq_sanic
import unireq_starlette
from support import natives


def handler(request: unireq.Request) -> str:
    return str(request.route)


def wrapped(view: Any) -> Any:
    @functools.wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return wrapper


async def run(app: Any, method: str, target: str, prefix: str = "", kind: str = "http") -> Any:
    """The scope that an ASGI app has answered."""
    events = [{"type": f"{kind}.connect" if kind == "websocket" else "http.request", "body": b""}]
    # As uvicorn has it: behind a proxy that removes the prefix.
    changes = {"path": prefix + target, "raw_path": target.encode(), "type": kind}
    scope = natives.scope(method=method, root_path=prefix, query_string=b"", **changes)
    if kind == "websocket":
        del scope["method"]

    async def receive() -> Any:
        return events.pop() if events else await asyncio.Event().wait()

    async def send(_: Any) -> None: ...

    await app(scope, receive, send)
    return scope


# Starlette and FastAPI.


def of_starlette(request: Any) -> Response:
    return Response()


async def of_websocket(websocket: Any) -> None:
    await websocket.close()


def of_fastapi() -> str:
    return ""


class Endpoint(starlette.endpoints.HTTPEndpoint):
    async def get(self, request: Any) -> Response:
        return Response()


async def foreign(scope: Any, receive: Any, send: Any) -> None:
    await Response()(scope, receive, send)


def starlette_app() -> Any:
    below = [
        Route("/{number:int}", of_starlette),
        Route("/class", Endpoint),
        Route("/p/{path}", of_starlette),
        Route("/as_view", unireq_starlette.as_view(handler)),
        Mount("/files", foreign),
        WebSocketRoute("/ws/{name}", of_websocket),
    ]
    fast = fastapi_app()
    return Starlette(
        routes=[
            Route("/items/{number:int}", functools.partial(of_starlette), methods=["GET"]),
            Mount("/t/{tenant}", routes=[Mount("/api", Starlette(routes=below)), *below]),
            Mount("/fast/{x:int}", fast),
            Mount("/hidden/{x}", functools.partial(fast)),
            Host("only.example", Starlette(routes=[Mount("", routes=below)])),
            Host("{any}.org", Starlette(routes=[Mount("/h", routes=below)])),
            Mount("/h", routes=below),
        ]
    )


def fastapi_app() -> Any:
    inner, outer = fastapi.APIRouter(prefix="/in"), fastapi.APIRouter(prefix="/r/{a}")
    inner.get("/{b:path}")(of_fastapi)
    inner.add_api_route("/b/as_view", unireq_starlette.as_view(handler), methods=["POST"])
    inner.websocket("/ws")(of_websocket)
    outer.include_router(inner, prefix="/p")
    app = fastapi.FastAPI()
    app.get("/items/{number}")(of_fastapi)
    app.include_router(outer, prefix="/v1")
    app.mount("/sub/{x}", Starlette(routes=[Route("/{y}", wrapped(of_starlette))]))
    app.mount("/files", foreign)
    return app


def by_asgi(app: Any) -> Callable[..., unireq.Request]:
    def ask(method: str, target: str, prefix: str = "") -> unireq.Request:
        kind = "websocket" if method == "WS" else "http"
        scope = asyncio.run(run(app, method, target, prefix, kind))
        ours = unireq.from_native(starlette.requests.HTTPConnection(scope))
        bare = unireq.from_asgi(scope)
        assert (ours.route, ours.view_name) == (bare.route, bare.view_name)
        return ours

    return ask


# Django, Flask and Sanic.


routes: list[str | None] = []


def of_django(request: Any, **_: Any) -> HttpResponse:
    routes.append(unireq.from_native(request).route)
    return HttpResponse()


class DjangoView(django.views.View):
    def get(self, request: Any, **_: Any) -> HttpResponse:
        return HttpResponse()


class Users(ViewSet):
    def list(self, request: Any) -> HttpResponse:
        return HttpResponse()


below = [
    path("<slug:name>/", wrapped(of_django)),
    re_path(r"^(?P<year>[0-9]{4}(?:[)]|\)))-(?P<n>(?P<m>\d)+)/a\.b$", of_django),
]
urlpatterns: list[Any] = [
    path("", of_django),
    path("items/<int:number>", functools.partial(of_django)),
    path("v1.0/<t>/", include(below)),
    path("class/", DjangoView.as_view()),
    path("users/", Users.as_view({"get": "list"})),
    path("as_view", unireq_django.as_view(handler)),
    re_path(r"^re/\d+/$", of_django),
    re_path(r"^optional/(?P<n>\d+)?$", of_django),
    re_path(r"^(?:a|b)\Z", of_django),
    *i18n_patterns(path("i18n/<n>", of_django)),
]


def by_django(method: str, target: str, prefix: str = "") -> unireq.Request:
    locale = ["django.middleware.locale.LocaleMiddleware"]
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=locale, USE_I18N=True):
        if prefix:
            answer = Client(SCRIPT_NAME=prefix).generic(method, target)
            return unireq.from_native(answer.wsgi_request)
        answer = asyncio.run(AsyncClient().generic(method, target))
        return unireq.from_native(answer.asgi_request)


def of_flask(**_: Any) -> str:
    return ""


class FlaskView(flask.views.MethodView):
    def get(self, **_: Any) -> str:
        return ""


def by_flask(method: str, target: str, prefix: str = "") -> unireq.Request:
    app, seen = flask.Flask(__name__), []
    inner = flask.Blueprint("inner", __name__, url_prefix="/in/<string(length=2):b>")
    inner.add_url_rule("/<any('a>', b):c>", "view", functools.partial(wrapped(of_flask)))
    outer = flask.Blueprint("outer", __name__, url_prefix="/out")
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    app.add_url_rule("/items/<int(min=1):number>", view_func=of_flask)
    app.add_url_rule("/class/", view_func=FlaskView.as_view("class"))
    app.add_url_rule("/as_view", view_func=unireq_flask.as_view(handler))

    def note(response: Any = None) -> Any:
        seen.append(unireq.from_native(flask.request).replace())
        return response

    app.after_request(note)
    app.test_client().open(target, method=method, environ_overrides={"SCRIPT_NAME": prefix})
    return seen[0]


def of_sanic(request: Any, **_: Any) -> Any:
    return sanic.text("")


async def of_socket(request: Any, websocket: Any, name: str) -> None: ...


class SanicView(sanic.views.HTTPMethodView):
    async def get(self, request: Any, **_: Any) -> Any:
        return sanic.text("")


@functools.cache
def sanic_app() -> Any:
    app = natives.sanic_app(TOUCHUP=False)
    inner = sanic.Blueprint("inner", url_prefix="/in/<b:[a-z/]{1,2}>", version=1)
    inner.add_route(wrapped(of_sanic), "/<c>", name="view")
    app.blueprint(sanic.Blueprint.group(inner, url_prefix="/out"))
    app.add_route(of_sanic, "/items/<number:int>")
    app.add_route(of_sanic, "/café/<file=alpha:ext=jpg|png>", name="file")
    app.add_route(SanicView.as_view(), "/class/")
    app.add_route(unireq_sanic.as_view(handler), "/as_view")
    app.add_websocket_route(of_socket, "/ws/<name>")
    app.asgi = True
    asyncio.run(app._startup())
    return app


def by_sanic(method: str, target: str, prefix: str = "") -> unireq.Request:
    app, kind = sanic_app(), "websocket" if method == "WS" else "http"

    async def answered() -> Any:
        found: list[Any] = []

        async def asgi(*call: Any) -> None:
            found.append(await ASGIApp.create(app, *call))
            await found[0]()

        await run(asgi, method, target, prefix, kind)
        return unireq.from_native(found[0].request)

    return asyncio.run(answered())


APPS = {
    "starlette": by_asgi(starlette_app()),
    "fastapi": by_asgi(fastapi_app()),
    "django": by_django,
    "flask": by_flask,
    "sanic": by_sanic,
}

STAR, FAST, WS, HANDLER = "of_starlette", "of_fastapi", "of_websocket", "handler"
OPENAPI = "FastAPI's own"
TABLE: list[tuple[str, str, str | None, str | None]] = [
    *((app, "GET /items/5", "/items/{number}", f"of_{app}") for app in APPS),
    *((app, "GET /nothing/x/y/z", None, None) for app in APPS),
    *((app, "POST /items/5", None, None) for app in APPS if app != "django"),
    *((app, "GET /class/", "/class/", f"{app.title()}View") for app in ("flask", "django")),
    *((app, "GET /as_view", "/as_view", HANDLER) for app in ("flask", "django", "sanic")),
    ("starlette", "GET /t/acme/api/5", "/t/{tenant}/api/{number}", STAR),
    ("starlette", "GET /t/api/5", "/t/{tenant}/{number}", STAR),
    ("starlette", "GET /t/acme/class", "/t/{tenant}/class", "Endpoint"),
    ("starlette", "GET /t/acme/p/q", "/t/{tenant}/p/{path}", STAR),
    ("starlette", "GET /t/acme/api/as_view", "/t/{tenant}/api/as_view", HANDLER),
    ("starlette", "GET /t/acme/api/files/a/b", "/t/{tenant}/api/files/{path}", "foreign"),
    ("starlette", "WS /t/acme/api/ws/a", "/t/{tenant}/api/ws/{name}", WS),
    ("starlette", "GET /t/acme/api/nothing", None, None),
    ("starlette", "POST /t/acme/api/5", None, None),
    ("starlette", "GET /h/5", "/h/{number}", STAR),
    ("starlette", "GET /hidden/x/items/5", "/hidden/{x}/items/{number}", FAST),
    ("starlette", "GET /hidden/x/files/a", None, "?"),
    ("starlette", "GET /fast/1/v1/r/a/p/in/b", "/fast/{x}/v1/r/{a}/p/in/{b}", FAST),
    ("starlette", "GET /fast/1/sub/2/3", "/fast/{x}/sub/{x}/{y}", STAR),
    ("starlette", "GET /fast/1/openapi.json", "/fast/{x}/openapi.json", OPENAPI),
    ("fastapi", "GET /v1/r/a/p/in/b/c", "/v1/r/{a}/p/in/{b}", FAST),
    ("fastapi", "POST /v1/r/a/p/in/b/as_view", "/v1/r/{a}/p/in/b/as_view", HANDLER),
    ("fastapi", "WS /v1/r/a/p/in/ws", "/v1/r/{a}/p/in/ws", WS),
    ("fastapi", "PUT /v1/r/a/p/in/b", None, None),
    ("fastapi", "GET /sub/2/3", "/sub/{x}/{y}", STAR),
    ("fastapi", "GET /sub/2/3/4", None, None),
    ("fastapi", "GET /files/a/b", "/files/{path}", "foreign"),
    ("fastapi", "GET /openapi.json", "/openapi.json", OPENAPI),
    ("django", "GET /", "/", "of_django"),
    ("django", "GET /v1.0/x/y/", "/v1.0/{t}/{name}/", "of_django"),
    ("django", "GET /v1.0/x/2000)-12/a.b", "/v1.0/{t}/{year}-{n}/a.b", "of_django"),
    ("django", "GET /users/", "/users/", "Users"),
    ("django", "GET /re/5/", None, "of_django"),
    ("django", "GET /optional/5", None, "of_django"),
    ("django", "GET /a", None, "of_django"),
    ("django", "GET /de/i18n/5", "/de/i18n/{n}", "of_django"),
    ("flask", "GET /out/in/xy/a%3E", "/out/in/{b}/{c}", "of_flask"),
    ("sanic", "GET /v1/out/in/x/c", "/v1/out/in/{b}/{c}", "of_sanic"),
    ("sanic", "GET /caf%C3%A9/a.jpg", "/café/{file}.{ext}", "of_sanic"),
    ("sanic", "GET /class", "/class", "SanicView"),
    ("sanic", "WS /ws/a", "/ws/{name}", "of_socket"),
]


@pytest.mark.parametrize(("app", "line", "route", "view"), TABLE)
def test_a_route_is_a_template_and_a_view_has_its_own_name(
    app: str, line: str, route: str | None, view: str | None
) -> None:
    request = APPS[app](*line.split())
    assert request.route == route
    if view not in {"?", OPENAPI}:
        assert request.view_name == (view and f"{__name__}.{view}")
    copied = unireq.Request.from_dict(request.to_dict() | {"path_params": {}})
    assert (copied.route, copied.view_name) == (request.route, request.view_name)


@pytest.mark.parametrize("app", APPS)
def test_the_prefix_of_the_deployment_comes_first(app: str) -> None:
    assert APPS[app]("GET", "/items/5", "/deployed").route == "/deployed/items/{number}"


@pytest.mark.parametrize("make", natives.NATIVES.values(), ids=list(natives.NATIVES))
def test_there_is_none_before_routing(make: Callable[[], Any]) -> None:
    request = unireq.from_native(make())
    assert (request.route, request.view_name) == (None, None)


def test_a_bare_application_may_tell_its_route() -> None:
    told = natives.scope(route=SimpleNamespace(path="/{a:int}"), root_path="/app/")
    assert unireq.from_asgi(told).route == "/app/{a}"
    for wrong in (object(), SimpleNamespace(path=5), "/a"):
        scope = natives.scope(route=wrong, endpoint=5, app_root_path="/x", router=wrong)
        assert unireq.from_asgi(scope).route is None


def test_below_a_mount_a_foreign_framework_has_no_text_of_the_client() -> None:
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        app = Starlette(routes=[Mount("/t/{x}", get_asgi_application())])
        asyncio.run(run(app, "GET", "/t/a/items/5"))
    assert routes[-1] == "/t/{x}/items/{number}"


class Instance:
    def __call__(self) -> None: ...


def test_a_view_of_any_shape_has_a_name() -> None:
    endless: Any = Instance()
    endless.__wrapped__ = endless
    bound = Endpoint.get.__get__(object())
    for view, name in ((endless, "Instance"), (bound, "Endpoint.get"), (Endpoint, "Endpoint")):
        told = natives.scope(endpoint=view, route=SimpleNamespace(path="/", endpoint=view))
        assert unireq.from_asgi(told).view_name == f"{__name__}.{name}"
    told = natives.scope(endpoint=str.upper, route=SimpleNamespace(path="/", endpoint=str.upper))
    assert unireq.from_asgi(told).view_name == "str.upper"
