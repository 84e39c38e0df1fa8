"""Bodies on Starlette and FastAPI: middlewares, forms of the framework's own, worker threads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.util import find_spec
from typing import Annotated, Any

import anyio
import pytest
from fastapi import Depends, FastAPI, File, Form, UploadFile
from fastapi import Request as FastAPIRequest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

import unireq
from support import forms
from support.clients import TestClient
from support.requirements import need
from unireq import BodyConsumed, Limits

need(find_spec("python_multipart"), "Starlette reads no form without it: install python-multipart")

SMALL = forms.body(forms.field(), forms.file(content=b"y" * 100))
# Over the default spool_size.
LARGE = forms.body(forms.field(), forms.file(content=b"z" * (2 * 2**20)))
bodies = pytest.mark.parametrize("body", [SMALL, LARGE], ids=["small", "large"])

Endpoint = Callable[[Request], Awaitable[Any]]


async def reading(request: FastAPIRequest) -> unireq.Request:
    ours = unireq.from_native(request)
    await ours.aread()
    return ours


Text = Annotated[str, Form()]
Upload = Annotated[UploadFile, File()]
Ours = Annotated[Any, Depends(reading)]


def post(app: Any, body: bytes, content_type: str = forms.MULTIPART) -> Any:
    with TestClient(app) as client:
        response = client.post("/", content=body, headers={"Content-Type": content_type})
        assert response.status_code == 200, response.text
        return response.json()


def app_of(endpoint: Any, *dispatches: Any) -> Starlette:
    middleware = [Middleware(BaseHTTPMiddleware, dispatch=dispatch) for dispatch in dispatches]
    return Starlette(routes=[Route("/", endpoint, methods=["POST"])], middleware=middleware)


async def native_form(request: Request) -> list[Any]:
    async with request.form() as form:
        upload: Any = form["f"]
        return [form["a"], len(await upload.read())]


async def neutral_form(request: Request) -> list[Any]:
    form = await unireq.from_native(request).aform()
    return [form["a"], form.files["f"].size]


def expected(body: bytes) -> list[Any]:
    return ["x", 100 if body is SMALL else 2 * 2**20]


async def refused(request: Request) -> str:
    """The message of `BodyConsumed`, twice."""
    messages = set()
    for _ in range(2):
        # Who asks a connection for a body that is gone waits for ever.
        with anyio.fail_after(60), pytest.raises(BodyConsumed) as caught:
            await unireq.from_native(request).aread()
        messages.add(str(caught.value))
    (message,) = messages
    return message


@bodies
def test_starlette_goes_on(body: bytes) -> None:
    async def endpoint(request: Request) -> Response:
        ours = await neutral_form(request)
        chunks = [chunk async for chunk in request.stream()] if body is SMALL else [body]
        theirs = await native_form(request)
        again = await neutral_form(request)
        return JSONResponse([ours, theirs, again, b"".join(chunks) == body])

    assert post(app_of(endpoint), body) == [*[expected(body)] * 3, True]


@bodies
def test_the_body_too(body: bytes) -> None:
    async def endpoint(request: Request) -> Response:
        form = await neutral_form(request)
        return JSONResponse([form, await request.body() == body, await native_form(request)])

    assert post(app_of(endpoint), body) == [expected(body), True, expected(body)]


def test_json() -> None:
    async def endpoint(request: Request) -> Response:
        return JSONResponse([await unireq.from_native(request).ajson(), await request.json()])

    assert post(app_of(endpoint), b"[1]", "application/json") == [[1], [1]]


def test_a_large_form_is_not_read_into_memory() -> None:
    async def endpoint(request: Request) -> Response:
        await neutral_form(request)
        store = request.scope["unireq.body"].store
        await native_form(request)
        return JSONResponse([store.in_memory, hasattr(request, "_body")])

    assert post(app_of(endpoint), LARGE) == [False, False]


async def by_body(request: Request) -> object:
    return await request.body()


async def by_json(request: Request) -> object:
    try:
        return await request.json()
    except ValueError:
        return None


@pytest.mark.parametrize("first", [by_body, by_json])
def test_what_starlette_has_kept(first: Endpoint) -> None:
    async def endpoint(request: Request) -> Response:
        await first(request)
        return JSONResponse([await neutral_form(request), await native_form(request)])

    assert post(app_of(endpoint), SMALL) == [expected(SMALL)] * 2


async def by_form(request: Request) -> object:
    return await native_form(request)


async def by_stream(request: Request) -> object:
    return [chunk async for chunk in request.stream()]


def test_of_no_body_nothing_is_lost() -> None:
    async def endpoint(request: Request) -> Response:
        await by_stream(request)
        return JSONResponse(len(await unireq.from_native(request).aread()))

    assert post(app_of(endpoint), b"") == 0


@pytest.mark.parametrize("first", [by_form, by_stream])
def test_what_starlette_has_not_kept_is_told(first: Endpoint) -> None:
    async def endpoint(request: Request) -> Response:
        await first(request)
        return JSONResponse(await refused(request))

    message = post(app_of(endpoint), SMALL)
    assert "Starlette has read the body and has not kept it" in message
    assert "`await aread()` before them in a middleware" in message


# Middlewares.


@bodies
def test_a_middleware_that_reads_before(body: bytes) -> None:
    async def dispatch(request: Request, call_next: Any) -> Any:
        assert await neutral_form(request) == expected(body)
        return await call_next(request)

    async def endpoint(request: Request) -> Response:
        assert await native_form(request) == expected(body)
        return JSONResponse(await neutral_form(request))

    assert post(app_of(endpoint, dispatch), body) == expected(body)
    assert post(app_of(endpoint, dispatch, dispatch), body) == expected(body)


def test_a_middleware_that_reads_before_fastapis_form() -> None:
    app = FastAPI()

    @app.middleware("http")
    async def before(request: FastAPIRequest, call_next: Any) -> Any:
        await unireq.from_native(request).aread()
        return await call_next(request)

    @app.post("/")
    async def endpoint(request: FastAPIRequest, a: Text, f: Upload) -> Any:
        form = unireq.from_native(request).form()
        return [a, len(await f.read()), form["a"], form.files["f"].size]

    assert post(app, SMALL) == expected(SMALL) * 2
    assert post(app, LARGE) == expected(LARGE) * 2


def test_a_middleware_that_reads_after() -> None:
    found: list[str] = []

    async def dispatch(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        found.append(await refused(request))
        return response

    async def endpoint(request: Request) -> Response:
        return JSONResponse(await native_form(request))

    assert post(app_of(endpoint, dispatch), SMALL) == expected(SMALL)
    assert "middleware" in found[0]


def test_a_middleware_that_reads_what_unireq_read_below() -> None:
    found: list[bytes] = []

    async def dispatch(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        found.append(await unireq.from_native(request).aread())
        return response

    async def endpoint(request: Request) -> Response:
        return JSONResponse(await neutral_form(request))

    assert post(app_of(endpoint, dispatch), SMALL) == expected(SMALL)
    assert found == [SMALL]


@bodies
def test_a_plain_middleware(body: bytes) -> None:
    async def endpoint(request: Request) -> Response:
        assert await native_form(request) == expected(body)
        return JSONResponse(await neutral_form(request))

    inner = app_of(endpoint)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            ours = unireq.from_asgi(scope, receive)
            await ours.aform()
            receive = ours.receive  # type: ignore[attr-defined]
        await inner(scope, receive, send)

    assert post(app, body) == expected(body)


def test_below_a_mount() -> None:
    async def endpoint(request: Request) -> Response:
        return JSONResponse([await native_form(request), await neutral_form(request)])

    async def dispatch(request: Request, call_next: Any) -> Any:
        await unireq.from_native(request).aread()
        return await call_next(request)

    mounted = Starlette(
        routes=[Mount("/m", app_of(endpoint))],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=dispatch)],
    )
    with TestClient(mounted) as client:
        response = client.post("/m/", content=SMALL, headers={"Content-Type": forms.MULTIPART})
    assert response.json() == [expected(SMALL)] * 2


def test_another_request_of_the_same_scope() -> None:
    async def endpoint(request: Request) -> Response:
        await neutral_form(request)
        other = Request(request.scope, request.receive)
        # It takes what was handed back to the first, and has nothing after that.
        await native_form(other)
        form = await neutral_form(other)
        return JSONResponse([form, await other.body() == LARGE])

    assert post(app_of(endpoint), LARGE) == [expected(LARGE), True]


@pytest.mark.parametrize("first", [Request.form, Request.stream])
def test_an_empty_body_that_a_middleware_above_has_left(first: Callable[[Request], Any]) -> None:
    async def dispatch(request: Request, call_next: Any) -> Response:
        if first is Request.form:
            await native_form(request)
        else:
            assert b"".join([chunk async for chunk in request.stream()]) == SMALL
        response: Response = await call_next(request)
        return response

    async def endpoint(request: Request) -> Response:
        assert await request.body() == b""
        return JSONResponse(await refused(request))

    assert "Starlette has read the body" in post(app_of(endpoint, dispatch), SMALL)


@pytest.mark.parametrize("whole", [True, False])
def test_an_answer_below_a_middleware_that_streams_is_not_cut(whole: bool) -> None:
    async def dispatch(request: Request, call_next: Any) -> Response:
        async for _ in unireq.from_native(request).astream():
            if not whole:
                break
        response: Response = await call_next(request)
        return response

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            await anyio.sleep(0.02)
            yield b"chunk"

    async def endpoint(_: Request) -> Response:
        return StreamingResponse(chunks())

    with TestClient(app_of(endpoint, dispatch)) as client:
        answer = client.post("/", content=SMALL, headers={"Content-Type": forms.MULTIPART})
    assert (answer.status_code, answer.content) == (200, b"chunk" * 3)


# FastAPI.


def test_fastapi_has_taken_the_form() -> None:
    app = FastAPI()

    @app.post("/")
    async def endpoint(request: FastAPIRequest, a: Text, f: Upload) -> Any:
        return [a, await refused(request)]

    a, message = post(app, SMALL)
    assert a == "x"
    assert "a Form(...) or File(...) parameter in FastAPI" in message


def test_fastapi_keeps_json() -> None:
    app = FastAPI()

    @app.post("/")
    async def endpoint(request: FastAPIRequest, item: dict[str, int]) -> Any:
        return [item, await unireq.from_native(request).ajson()]

    assert post(app, b'{"a": 1}', "application/json") == [{"a": 1}, {"a": 1}]


def test_a_dependency_of_fastapi_reads() -> None:
    app = FastAPI()

    @app.post("/")
    async def endpoint(request: FastAPIRequest, ours: Ours) -> Any:
        return [ours.form()["a"], await native_form(request)]

    assert post(app, SMALL) == ["x", expected(SMALL)]


# Threads.


@bodies
def test_a_sync_endpoint_reads_in_its_thread(body: bytes) -> None:
    def endpoint(request: Request) -> Response:
        ours = unireq.from_native(request)
        form = ours.form()
        assert ours.read() == body
        return JSONResponse([form["a"], form.files["f"].size])

    assert post(app_of(endpoint), body) == expected(body)


def test_a_sync_endpoint_of_fastapi() -> None:
    app = FastAPI()

    @app.post("/")
    def endpoint(request: FastAPIRequest) -> Any:
        ours = unireq.from_native(request)
        return [b"".join(ours.stream()) == SMALL]

    assert post(app, SMALL) == [True]


def test_errors_come_back_from_the_loop() -> None:
    def endpoint(request: Request) -> Response:
        ours = unireq.from_native(request)
        with pytest.raises(unireq.BodyTooLarge):
            ours.read(limits=Limits(body_size=5))
        with pytest.raises(unireq.MalformedBody):
            ours.json()
        return JSONResponse(ours.form()["a"])

    assert post(app_of(endpoint), SMALL) == "x"


def test_sync_accessors_on_the_loop() -> None:
    async def endpoint(request: Request) -> Response:
        ours = unireq.from_native(request)
        for use in (ours.read, ours.form, lambda: next(ours.stream())):
            with pytest.raises(unireq.BodyNotRead, match="in async code"):
                use()
        await ours.aread()
        return JSONResponse(ours.form()["a"])

    assert post(app_of(endpoint), SMALL) == "x"
