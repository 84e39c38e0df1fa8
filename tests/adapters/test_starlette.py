"""Starlette and FastAPI: requests and websockets in real applications."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated, Any
from urllib.parse import unquote

import fastapi
import pytest
from starlette.applications import Starlette
from starlette.authentication import AuthenticationBackend
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Host, Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

import unireq
import unireq_starlette
from support.clients import TestClient
from support.reading import read_everything
from unireq.adapter import Handler

Facts = dict[str, Any]


async def echo(request: Request) -> Response:
    return JSONResponse(read_everything(unireq.from_native(request)))


def test_mounts_keep_the_whole_path() -> None:
    seen: list[str] = []

    async def outside(request: Request, call_next: Any) -> Any:
        ours = unireq.from_asgi(request.scope)
        seen.append(ours.root_path)
        answer = await call_next(request)
        seen.append(ours.root_path)
        return answer

    inner = Starlette(routes=[Route("/a/{id:int}", echo), Route("/", echo)])
    routes = [Mount("/one/{tenant}", routes=[Mount("/two", app=inner)]), Host("h", app=inner)]
    middleware = [Middleware(BaseHTTPMiddleware, dispatch=outside)]
    with TestClient(Starlette(routes=routes, middleware=middleware)) as client:
        facts = client.get("/one/caf%C3%A9/two/a/7?q=1").json()
        assert facts["path"] == "/one/café/two/a/7"
        # Whether the prefix is decoded is the framework's choice; it has changed.
        assert unquote(facts["root_path"]) == "/one/café/two"
        assert facts["path_params"] == {"tenant": "café", "id": 7}
        assert facts["raw_path"] == "/one/caf%C3%A9/two/a/7"
        # A view from outside sees the prefix once it is routed.
        assert (seen[0], unquote(seen[1])) == ("", "/one/café/two")
        facts = client.get("/a/7", headers={"Host": "h"}).json()
        assert (facts["path"], facts["root_path"], facts["host"]) == ("/a/7", "", "h")
    with TestClient(Starlette(routes=[Route("/a", echo)]), root_path="/proxied") as client:
        facts = client.get("/proxied/a").json()
    assert (facts["path"], facts["root_path"]) == ("/proxied/a", "/proxied")


def test_a_websocket_handshake() -> None:
    async def answer(websocket: WebSocket) -> None:
        request = unireq.from_native(websocket)
        assert type(request) is unireq_starlette.StarletteRequest
        assert request.native is websocket
        await websocket.accept()
        await websocket.send_json(read_everything(request))
        await websocket.close()

    app = Starlette(routes=[WebSocketRoute("/ws/{id:int}", answer)])
    with (
        TestClient(app) as client,
        client.websocket_connect("/ws/7?a=1", headers={"Cookie": "a=1"}) as session,
    ):
        facts = session.receive_json()
    assert (facts["scheme"], facts["method"]) == ("ws", "GET")
    assert (facts["path"], facts["path_params"]) == ("/ws/7", {"id": 7})
    assert facts["headers"]["sec-websocket-version"] == "13"
    assert facts["headers"]["cookie"] == "a=1"
    assert facts["host"] == "testserver"


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
    scope: Any = {"type": "http", "method": "POST", "path": "/", "headers": []}
    for read in (
        lambda request: request.receive,
        lambda request: request.read(),
        lambda request: asyncio.run(request.aread()),
    ):
        with pytest.raises(unireq.BodyNotRead):
            read(unireq.from_native(HTTPConnection(scope)))


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


def test_fastapi_endpoints_dependencies_and_sub_applications() -> None:
    def dependency(request: fastapi.Request) -> Facts:
        return read_everything(unireq.from_native(request))

    app, sub = fastapi.FastAPI(), fastapi.FastAPI()

    @sub.get("/items/{item_id}")
    async def read(item_id: int, request: fastapi.Request) -> Facts:
        assert item_id == 7
        assert type(unireq.from_native(request)) is unireq_starlette.StarletteRequest
        return read_everything(unireq.from_native(request))

    @app.get("/depends/{name}")
    def depends(facts: Facts = fastapi.Depends(dependency)) -> Facts:  # noqa: B008
        return facts

    app.mount("/sub", sub)
    with TestClient(app) as client:
        facts = client.get("/sub/items/7?a=1").json()
        # FastAPI converts for the endpoint; what its router found is text.
        assert facts["path_params"] == {"item_id": "7"}
        assert (facts["path"], facts["root_path"]) == ("/sub/items/7", "/sub")
        assert facts["query_string"] == "a=1"
        assert client.get("/depends/x").json()["path_params"] == {"name": "x"}


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
