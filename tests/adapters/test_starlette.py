"""Starlette and FastAPI: requests and websockets in real applications."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated, Any

import fastapi
import pytest
from starlette.applications import Starlette
from starlette.authentication import AuthenticationBackend
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

import unireq
import unireq_starlette
from support import natives
from support.clients import TestClient
from unireq.adapter import Handler


@pytest.mark.parametrize("framework", [Starlette, fastapi.FastAPI])
def test_a_websocket_below_the_middleware(framework: Any) -> None:
    async def answer(websocket: WebSocket) -> None:
        await websocket.accept()
        request = unireq.current_request()
        said = await websocket.receive_text()
        await websocket.send_json([said, request.path, request.path_params, request.scheme])
        await websocket.close()

    app = framework(routes=[WebSocketRoute("/ws/{id:int}", answer)])
    app.add_middleware(unireq_starlette.RequestMiddleware)
    with TestClient(app) as client, client.websocket_connect("/ws/7") as session:
        session.send_text("a")
        assert session.receive_json() == ["a", "/ws/7", {"id": 7}, "ws"]


def test_a_connection_has_no_body() -> None:
    request = unireq.from_native(HTTPConnection(natives.scope(method="POST")))
    for read in (
        lambda: request.receive,  # type: ignore[attr-defined]
        request.read,
        lambda: asyncio.run(request.aread()),
    ):
        with pytest.raises(unireq.BodyNotRead):
            read()


@pytest.mark.parametrize("middleware", [[], [Middleware(unireq_starlette.RequestMiddleware)]])
def test_the_connection_that_an_authentication_backend_gets(middleware: list[Any]) -> None:
    seen: list[bytes] = []

    class Backend(AuthenticationBackend):
        async def authenticate(self, conn: HTTPConnection) -> None:
            with suppress(unireq.BodyNotRead):
                seen.append(await unireq.from_native(conn).aread())

    async def body(request: Request) -> Response:
        assert await unireq.from_native(request).aread() == await request.body()
        return Response(await request.body())

    layers = [*middleware, Middleware(AuthenticationMiddleware, backend=Backend())]
    app = Starlette(routes=[Route("/", body, methods=["POST"])], middleware=layers)
    with TestClient(app) as client:
        assert client.post("/", content=b"abc").content == b"abc"
    assert seen == [b"abc"] * len(middleware)


@pytest.mark.parametrize("name", "Depends Security Header Cookie Query Path Body Form File".split())
def test_markers_of_fastapi_are_refused(name: str) -> None:
    marker = getattr(fastapi, name)

    def default(user: str = marker()) -> None: ...
    def uncalled(user: str = marker) -> None: ...
    def metadata(user: str) -> None: ...

    metadata.__annotations__["user"] = Annotated[str, marker()]
    for handler in (default, uncalled, metadata):
        with pytest.raises(TypeError, match=rf"'user': {name}\(...\) is FastAPI's"):
            unireq_starlette.as_view(handler)


def test_the_alias_for_fastapi_is_the_request() -> None:
    def handler(request: Any) -> str:
        return str(request.path)

    handler.__annotations__["request"] = unireq_starlette.InjectedRequest
    assert Handler(handler).call(unireq.Request("GET", "/x")).content == b"/x"
