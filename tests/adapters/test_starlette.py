"""Starlette and FastAPI: requests and websockets in real applications, middlewares and bodies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from importlib.util import find_spec
from typing import Annotated, Any

import anyio
import fastapi
import pytest
from fastapi import Depends, FastAPI, File, Form, UploadFile
from fastapi import Request as FastAPIRequest
from starlette.applications import Starlette
from starlette.authentication import AuthenticationBackend
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

import unireq
import unireq_starlette
from support import forms, natives
from support.clients import TestClient
from support.posting import LARGE, SMALL, expected, native_form
from support.requirements import need
from unireq import BodyConsumed, Limits, from_native
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


# Bodies.

need(find_spec("python_multipart"), "Starlette reads no form without it: install python-multipart")

bodies = pytest.mark.parametrize("body", [SMALL, LARGE], ids=["small", "large"])


async def reading(request: FastAPIRequest) -> unireq.Request:
    ours = from_native(request)
    await ours.aread()
    return ours


Text = Annotated[str, Form()]
Upload = Annotated[UploadFile, File()]
Ours = Annotated[Any, Depends(reading)]


def post(app: Any, body: bytes, content_type: str = forms.MULTIPART, path: str = "/") -> Any:
    with TestClient(app) as client:
        response = client.post(path, content=body, headers={"Content-Type": content_type})
        assert response.status_code == 200, response.text
        return response.json()


def app_of(endpoint: Any, *dispatches: Any) -> Starlette:
    """An app whose endpoint answers with JSON, below middleware of Starlette's own kind."""

    async def answer(request: Request) -> Response:
        found = await endpoint(request)
        return found if isinstance(found, Response) else JSONResponse(found)

    middleware = [Middleware(BaseHTTPMiddleware, dispatch=dispatch) for dispatch in dispatches]
    return Starlette(routes=[Route("/", answer, methods=["POST"])], middleware=middleware)


async def neutral_form(request: Request) -> list[Any]:
    form = await from_native(request).aform()
    return [form["a"], form.files["f"].size]


async def both_forms(request: Request) -> list[Any]:
    return [await native_form(request), await neutral_form(request)]


async def refused(request: Request) -> str:
    """The message of `BodyConsumed`, twice."""
    messages = set()
    for _ in range(2):
        # Who asks a connection for a body that is gone waits for ever.
        with anyio.fail_after(60), pytest.raises(BodyConsumed) as caught:
            await from_native(request).aread()
        messages.add(str(caught.value))
    (message,) = messages
    return message


@bodies
def test_a_middleware_that_reads_before_and_after_unireq(body: bytes) -> None:
    found: list[bytes] = []

    async def after(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        found.append(await from_native(request).aread())
        return response

    async def refusing(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        assert "middleware" in await refused(request)
        return response

    async def before(request: Request, call_next: Any) -> Any:
        assert await neutral_form(request) == expected(body)
        return await call_next(request)

    assert post(app_of(neutral_form, after), body) == expected(body)
    assert found == [body]
    # What Starlette alone has read below is told.
    assert post(app_of(native_form, refusing), body) == expected(body)
    assert post(app_of(both_forms, before, before), body) == [expected(body)] * 2
    above = [Middleware(BaseHTTPMiddleware, dispatch=before)]
    mounted = Starlette(routes=[Mount("/m", app_of(both_forms))], middleware=above)
    assert post(mounted, body, path="/m/") == [expected(body)] * 2


def test_another_request_of_the_same_scope() -> None:
    async def endpoint(request: Request) -> Any:
        await neutral_form(request)
        other = Request(request.scope, request.receive)
        # It takes what was handed back to the first, and has nothing after that.
        await native_form(other)
        return [await neutral_form(other), await other.body() == LARGE]

    assert post(app_of(endpoint), LARGE) == [expected(LARGE), True]


@pytest.mark.parametrize("by", ["form", "stream"])
def test_an_empty_body_that_a_middleware_above_has_left(by: str) -> None:
    async def dispatch(request: Request, call_next: Any) -> Any:
        if by == "form":
            await native_form(request)
        else:
            assert b"".join([chunk async for chunk in request.stream()]) == SMALL
        return await call_next(request)

    async def endpoint(request: Request) -> str:
        assert await request.body() == b""
        return await refused(request)

    assert "Starlette has read the body" in post(app_of(endpoint, dispatch), SMALL)


@pytest.mark.parametrize("whole", [True, False])
def test_an_answer_below_a_middleware_that_streams_is_not_cut(whole: bool) -> None:
    async def dispatch(request: Request, call_next: Any) -> Any:
        async for _ in from_native(request).astream():
            if not whole:
                break
        return await call_next(request)

    async def chunks() -> AsyncIterator[bytes]:
        for chunk in (b"[1,", b"2,", b"3]"):
            await anyio.sleep(0.02)
            yield chunk

    async def endpoint(_: Request) -> Response:
        return StreamingResponse(chunks())

    assert post(app_of(endpoint, dispatch), SMALL) == [1, 2, 3]


def test_fastapi_reads_first() -> None:
    app = FastAPI()

    @app.post("/form/")
    async def form(request: FastAPIRequest, a: Text, f: Upload) -> Any:
        return [a, await refused(request)]

    @app.post("/json/")
    async def json(request: FastAPIRequest, item: dict[str, int]) -> Any:
        return [item, await from_native(request).ajson()]

    @app.post("/dependency/")
    async def dependency(request: FastAPIRequest, ours: Ours) -> Any:
        return [ours.form()["a"], *await native_form(request)]

    a, message = post(app, SMALL, path="/form/")
    assert a == "x"
    assert "a Form(...) or File(...) parameter in FastAPI" in message
    assert post(app, b'{"a": 1}', "application/json", path="/json/") == [{"a": 1}] * 2
    assert post(app, SMALL, path="/dependency/") == ["x", *expected(SMALL)]


@bodies
def test_a_sync_endpoint_reads_in_its_thread(body: bytes) -> None:
    def endpoint(request: Request) -> Response:
        ours = from_native(request)
        # Errors come back from the loop.
        with pytest.raises(unireq.BodyTooLarge):
            ours.read(limits=Limits(body_size=5))
        with pytest.raises(unireq.MalformedBody):
            ours.json()
        form = ours.form()
        assert ours.read() == b"".join(ours.stream()) == body
        return JSONResponse([form["a"], form.files["f"].size])

    app = Starlette(routes=[Route("/", endpoint, methods=["POST"])])
    assert post(app, body) == expected(body)
