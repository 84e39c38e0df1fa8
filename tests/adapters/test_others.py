"""Frameworks without an adapter: their requests hold a scope or an environ."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pytest

import unireq
from support import natives
from support.posting import receiving
from support.requirements import need

Keep = Callable[[Any], None]


def bottle_app(keep: Keep) -> Any:
    import bottle

    app: Any = bottle.Bottle()
    app.error(404)(lambda _: keep(bottle.request))
    return app


def falcon_app(keep: Keep) -> Any:
    import falcon

    app = falcon.App()
    app.add_sink(lambda request, response: keep(request))
    return app


def litestar_app(keep: Keep) -> Any:
    from litestar import Litestar, Response
    from litestar.exceptions import HTTPException

    def seen(request: Any, _: Exception) -> Response[bytes]:
        keep(request)
        return Response(b"")

    return Litestar(route_handlers=[], exception_handlers={HTTPException: seen})


def quart_app(keep: Keep) -> Any:
    import quart

    app = quart.Quart(__name__, static_folder=None)

    async def seen(_: Exception) -> str:
        keep(quart.request)
        return ""

    app.register_error_handler(404, seen)
    return app


def on_wsgi(app: Any, raw_path: bytes) -> None:
    sent = "/cafÃ©/a b" if b"caf" in raw_path else "/\xff"
    target = f"{raw_path.decode()}?a=1&a=2&b=%C3%A9+%2B"
    list(app(natives.environ(PATH_INFO=sent, RAW_URI=target), lambda *_: None))


def on_asgi(app: Any, raw_path: bytes) -> None:
    sent = "/café/a b" if b"caf" in raw_path else "/\ufffd"

    async def send(event: Any) -> None: ...

    asyncio.run(
        asyncio.wait_for(app(natives.scope(path=sent, raw_path=raw_path), receiving(b""), send), 60)
    )


APPS = {
    "bottle": (bottle_app, on_wsgi),
    "falcon": (falcon_app, on_wsgi),
    "litestar": (litestar_app, on_asgi),
    "quart": (quart_app, on_asgi),
}


@pytest.mark.parametrize("raw_path", [b"/caf%C3%A9/a%20b", b"/%FF"])
@pytest.mark.parametrize("framework", APPS)
def test_its_request_is_understood(framework: str, raw_path: bytes) -> None:
    need(find_spec(framework), f"{framework} is not installed: pip install {framework}")
    make, run = APPS[framework]
    seen: list[dict[str, Any]] = []
    run(make(lambda native: seen.append(unireq.from_native(native).to_dict())), raw_path)
    expected: dict[str, Any] = {"raw_path": raw_path.decode()} | (
        {} if b"caf" in raw_path else {"path": "/\ufffd"}
    )
    if (framework, raw_path) == ("bottle", b"/%FF"):
        # Bottle leaves such bytes out of the path that it routes on, and so do we.
        expected = {"path": "/", "raw_path": None}
    assert seen == [{**natives.FACTS, **expected}]
