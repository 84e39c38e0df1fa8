"""What a layer that sets one field costs, beside the framework's own middleware that does the same.

    python tests/benchmarks/layers.py

Valgrind counts the instructions of whole requests (stack.py) to each app, whose view reads nothing.
"Plain" is the app with neither; an app on which nothing of unireq is installed pays nothing, so it
has no row.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import unireq
import unireq_django
import unireq_flask
import unireq_sanic
import unireq_starlette
from benchmarks.callgrind import count, need_valgrind, settle
from benchmarks.examples import MINIMAL
from benchmarks.stack import COUNTED, Stack, count_request


@unireq.middleware
def layer(_: unireq.Request) -> unireq.Steps:
    head = yield
    head.set_header("x-a", "b")
    return None


another = unireq.middleware(layer.function)
django_layer = unireq_django.as_middleware(layer)
django_alone = unireq_django.as_middleware()


def with_field(response: Any) -> Any:
    response.headers["x-a"] = "b"
    return response


def django_function(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda request: with_field(get_response(request))


class Pure:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        from starlette.datastructures import MutableHeaders

        async def sending(event: Any) -> None:
            if event["type"] == "http.response.start":
                MutableHeaders(scope=event)["x-a"] = "b"
            await send(event)

        await self.app(scope, receive, sending)


def add_base(app: Any) -> None:
    from starlette.middleware.base import BaseHTTPMiddleware

    async def dispatch(request: Any, call_next: Any) -> Any:
        return with_field(await call_next(request))

    app.add_middleware(BaseHTTPMiddleware, dispatch=dispatch)


def add_to_sanic(app: Any) -> None:

    async def changed(_: Any, response: Any) -> None:
        with_field(response)

    app.on_response(changed)


def in_django(name: str) -> Callable[[Any], None]:
    return lambda settings: setattr(settings, "MIDDLEWARE", [f"benchmarks.layers.{name}"])


CHANGES: dict[str, dict[str, Callable[[Any], object]]] = {
    "starlette": {
        "BaseHTTPMiddleware": add_base,
        "pure ASGI": lambda app: app.add_middleware(Pure),
        "a layer": lambda app: unireq_starlette.install(app, layer),
        "two layers": lambda app: unireq_starlette.install(app, layer, another),
        "install alone": unireq_starlette.install,
    },
    "flask": {
        "after_request": lambda app: app.after_request(with_field),
        "a layer": lambda app: unireq_flask.install(app, layer),
        "install alone": unireq_flask.install,
    },
    "django-wsgi": {
        "a middleware": in_django("django_function"),
        "a layer": in_django("django_layer"),
        "as_middleware alone": in_django("django_alone"),
    },
    "sanic": {
        "a response middleware": add_to_sanic,
        "a layer": lambda app: unireq_sanic.install(app, layer),
        "install alone": unireq_sanic.install,
    },
}
"""By framework, what is compared with the plain app."""


def main() -> None:
    """Print a table."""
    need_valgrind()
    for framework, changes in CHANGES.items():
        plain = 0.0
        for name in ("plain", *changes):
            each = count(__file__, framework, name)[name,] / COUNTED
            plain = plain or each
            print(f"{framework:12} {name:22} {each:10.0f} {each - plain:+10.0f}", flush=True)


def _count_here(framework: str, name: str) -> None:
    stack = Stack(framework, CHANGES[framework].get(name, lambda app: None))
    settle()
    count_request(stack, MINIMAL, name)


if __name__ == "__main__":
    if sys.argv[1:]:
        _count_here(*sys.argv[1:])
    else:
        main()
