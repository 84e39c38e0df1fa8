"""Handlers and native views on Starlette."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.endpoints import HTTPEndpoint
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

import unireq
from handlers.apps.meeting import Meeting
from handlers.apps.natives import about, body_read, describe, meet, raise_as_told
from handlers.handlers import ROUTES
from unireq_starlette import RequestMiddleware, as_view, inject, on_request_error


@inject
async def beside(native: Request, request: "unireq.Request") -> Response:  # noqa: UP037
    return JSONResponse(about(request, same=request.native is native))


@inject
async def taking(prefix: str, request: unireq.Request) -> Response:
    return JSONResponse(about(request, prefix=prefix))


@inject
class ByClass(HTTPEndpoint):
    async def get(self, request: unireq.Request) -> Response:
        return JSONResponse(about(request))

    def post(self, request: unireq.Request) -> Response:
        return JSONResponse(about(request, size=len(request.read())))


@inject
async def problem(request: unireq.Request) -> Response:
    return JSONResponse(await request.ajson())


async def form_first(native: Request) -> Response:
    fields = await native.form()
    request = unireq.from_native(native)
    data = await unireq.current_request().aread()
    assert await request.aread() == data
    return JSONResponse(body_read(fields, data, await native.body()))


async def current(_: Request) -> Response:
    inner = await asyncio.create_task(_described())
    return JSONResponse({"here": describe(), "thread": await run_in_threadpool(describe), **inner})


async def _described() -> dict[str, Any]:
    return {"task": describe()}


def meeting(_: Request) -> Response:
    return JSONResponse(meet())


_MEETING = Meeting()


async def async_meeting(_: Request) -> Response:
    await _MEETING.wait()
    return JSONResponse(describe())


async def streams(_: Request) -> Response:
    async def chunks() -> Any:
        for _ in range(3):
            yield f"{unireq.current_request().query_params['n']};"

    return StreamingResponse(chunks(), media_type="text/plain")


@inject
async def streamed(native: Request, request: unireq.Request) -> Response:
    size = 0
    async for chunk in request.astream():
        size += len(chunk)
    gone = await native.is_disconnected()

    async def chunks() -> Any:
        for _ in range(2):
            await asyncio.sleep(0.01)
            yield f"{size} {gone};"

    return StreamingResponse(chunks(), media_type="text/plain")


_LATE: list[str | None] = []


async def goes_on(_: Request) -> Response:
    """Answer, and stay in this request for a second."""
    return JSONResponse({}, background=BackgroundTask(asyncio.sleep, 1))


async def leaves(_: Request) -> Response:
    """Leave a task behind, which looks who is current when this request is over."""

    async def look() -> None:
        await asyncio.sleep(0.3)
        try:
            _LATE.append(unireq.current_request().path)
        except unireq.NoCurrentRequest:
            _LATE.append(None)

    _TASKS.append(asyncio.create_task(look()))
    return JSONResponse({})


_TASKS: list[asyncio.Task[None]] = []


async def late(_: Request) -> Response:
    await asyncio.gather(*_TASKS)
    return JSONResponse(_LATE)


def raises(request: Request) -> None:
    raise_as_told(request, "view")


async def async_raises(request: Request) -> None:
    raise_as_told(request, "view")


class Raising(BaseHTTPMiddleware):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        asked = scope["type"] == "http" and "x-place" in Request(scope).headers
        # It makes a stream of the body, which is not what the other tests are about.
        await (super().__call__ if asked else self.app)(scope, receive, send)

    async def dispatch(self, request: Request, call_next: Any) -> Response:
        raise_as_told(request, "middleware")
        response: Response = await call_next(request)
        return response


app = Starlette(
    routes=[
        *(
            Route(path, as_view(handler, limits=limits), methods=list(methods))
            for path, handler, methods, limits in ROUTES
        ),
        Route("/native/beside/{key:int}", beside),
        Route("/native/partial", functools.partial(taking, "p")),
        Route("/native/class", ByClass),
        Route("/native/problem", problem, methods=["POST"]),
        Route("/native/form-first", form_first, methods=["POST"]),
        Route("/native/current/{key}", current),
        Route("/native/meeting", meeting),
        Route("/native/async-meeting", async_meeting),
        Route("/native/streams", streams),
        Route("/native/streamed", streamed, methods=["POST"]),
        Route("/native/goes-on", goes_on),
        Route("/native/leaves", leaves),
        Route("/native/late", late),
        Route("/native/raises", raises),
        Route("/native/async-raises", async_raises),
    ]
)
app.add_middleware(Raising)
app.add_exception_handler(unireq.RequestError, on_request_error)
app.add_middleware(RequestMiddleware)
