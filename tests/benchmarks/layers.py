"""What a layer that sets one field costs, beside the framework's own middleware that does the same.

    python tests/benchmarks/layers.py

Valgrind counts the instructions of whole calls of each app, in one process. "Plain" is the app with
neither; an app on which nothing of unireq is installed pays nothing, so it has no row.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import unireq
from benchmarks.callgrind import MISSING, available, counted, run_counted, settle
from support import natives

_WARM, _CALLS, _TIMES = 30, 10, 2


@unireq.middleware
def layer(_: unireq.Request) -> unireq.Steps:
    """Sets one field."""
    head = yield
    head.set_header("x-a", "b")
    return None


def starlette_apps() -> dict[str, Callable[[], Any]]:
    """Starlette: pure ASGI, BaseHTTPMiddleware, ours."""
    from starlette.applications import Starlette
    from starlette.datastructures import MutableHeaders
    from starlette.middleware.base import BaseHTTPMiddleware
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    import unireq_starlette

    class Pure:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def sending(event: Any) -> None:
                if event["type"] == "http.response.start":
                    MutableHeaders(scope=event)["x-a"] = "b"
                await send(event)

            await self.app(scope, receive, sending)

    class Base(BaseHTTPMiddleware):
        async def dispatch(self, request: Any, call_next: Any) -> Any:
            response = await call_next(request)
            response.headers["x-a"] = "b"
            return response

    async def view(_: Any) -> Any:
        return PlainTextResponse("hello")

    def app(*middleware: Any, layers: tuple[Any, ...] | None = None) -> Callable[[], Any]:
        made = Starlette(routes=[Route("/", view)])
        for each in middleware:
            made.add_middleware(each)
        if layers is not None:
            unireq_starlette.install(made, *layers)
        return _asgi_call(made)

    return {
        "plain": app(),
        "BaseHTTPMiddleware": app(Base),
        "pure ASGI": app(Pure),
        "a layer": app(layers=(layer,)),
        "two layers": app(layers=(layer, unireq.middleware(layer.function))),
        "install alone": app(layers=()),
    }


def flask_apps() -> dict[str, Callable[[], Any]]:
    """Flask: after_request, ours."""
    from flask import Flask

    import unireq_flask

    def app(change: Callable[[Any], Any] = lambda made: None) -> Callable[[], Any]:
        made = Flask(f"app{id(change)}")
        made.add_url_rule("/", view_func=lambda: "hello")
        change(made)
        return _wsgi_call(made)

    def hook(response: Any) -> Any:
        response.headers["x-a"] = "b"
        return response

    return {
        "plain": app(),
        "after_request": app(lambda made: made.after_request(hook)),
        "a layer": app(lambda made: unireq_flask.install(made, layer)),
        "install alone": app(unireq_flask.install),
    }


def django_apps() -> dict[str, Callable[[], Any]]:
    """Django on WSGI: a function, ours."""
    natives.configure_django()
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpResponse
    from django.test import override_settings
    from django.urls import path

    import unireq_django

    def function(get_response: Any) -> Any:
        def middleware(request: Any) -> Any:
            response = get_response(request)
            response.headers["x-a"] = "b"
            return response

        return middleware

    module = ModuleType("django_layers")
    vars(module).update(
        urlpatterns=[path("", lambda _: HttpResponse("hello"))],
        function=function,
        ours=unireq_django.as_middleware(layer),
        alone=unireq_django.as_middleware(),
    )
    sys.modules[module.__name__] = module

    def app(*names: str) -> Callable[[], Any]:
        override_settings(
            ROOT_URLCONF=module.__name__,
            MIDDLEWARE=[f"{module.__name__}.{name}" for name in names],
        ).enable()
        return _wsgi_call(WSGIHandler())

    return {
        "plain": app(),
        "a middleware": app("function"),
        "a layer": app("ours"),
        "as_middleware alone": app("alone"),
    }


def sanic_apps() -> dict[str, Callable[[], Any]]:
    """Sanic behind its ASGI entry: response middleware, ours."""
    from sanic import Sanic, text

    import unireq_sanic

    # So that each app starts from what Sanic was: it compiles out the signals that an app lacks.
    Sanic.test_mode = True

    async def view(_: Any) -> Any:
        return text("hello")

    async def field(_: Any, response: Any) -> None:
        response.headers["x-a"] = "b"

    def app(name: str, change: Callable[[Any], Any] = lambda made: None) -> Callable[[], Any]:
        made: Any = Sanic(name, configure_logging=False)
        made.add_route(view, "/")
        change(made)
        once = _asgi_call(made)

        def call() -> None:
            if not made.asgi:
                _LOOP.run_until_complete(_start_and_stop(made))
            once()

        return call

    return {
        "plain": app("plain"),
        "a response middleware": app("field", lambda made: made.on_response(field)),
        "a layer": app("layer", lambda made: unireq_sanic.install(made, layer)),
        "install alone": app("alone", unireq_sanic.install),
    }


async def _start_and_stop(app: Any) -> None:
    said = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> Any:
        return {"type": next(said)}

    await app({"type": "lifespan"}, receive, _send)


SUBJECTS = {
    "Starlette": starlette_apps,
    "Flask": flask_apps,
    "Django": django_apps,
    "Sanic": sanic_apps,
}
_LOOP = asyncio.new_event_loop()


async def _send(_: Any) -> None: ...


def _asgi_call(app: Any) -> Callable[[], Any]:
    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def awaited() -> None:
        await app(natives.scope(path="/", raw_path=b"/", query_string=b""), receive, _send)

    return lambda: _LOOP.run_until_complete(awaited())


def _wsgi_call(app: Any) -> Callable[[], Any]:
    def call() -> None:
        environ = natives.environ(PATH_INFO="/", RAW_URI="/", QUERY_STRING="")
        answer = app(environ, lambda *_: io.BytesIO().write)
        for _ in answer:
            pass
        getattr(answer, "close", lambda: None)()

    return call


def _count_here() -> list[tuple[str, str]]:
    apps = {name: make() for name, make in SUBJECTS.items()}
    settle()
    names: list[tuple[str, str]] = []
    for subject, calls in apps.items():
        for name, call in calls.items():
            for _ in range(_WARM):
                call()
            for _ in range(_TIMES):
                counted(lambda times, call=call: [call() for _ in range(times)], _CALLS)
            names.append((subject, name))
    return names


def main() -> int:
    """Print a table; the exit status is 1 if valgrind is missing."""
    if not available():
        print(MISSING, file=sys.stderr)
        return 1
    printed, counts = run_counted(__file__, "--child")
    plain = 0.0
    for at, (subject, name) in enumerate(json.loads(printed)):
        needed = min(counts[at * _TIMES : (at + 1) * _TIMES]) / _CALLS
        plain = needed if name == "plain" else plain
        print(f"{subject:10} {name:22} {needed:10.0f} {needed - plain:+10.0f}")
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--child"]:
        print(json.dumps(_count_here()))
    else:
        raise SystemExit(main())
