"""A Starlette app: bodies, handlers, and native views."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

import unireq
from bodies.apps.handlers import ROUTES, abort_if_told
from bodies.apps.steps import METHODS, TYPE, Native, arun, digest, run
from unireq_starlette import RequestMiddleware, as_view, inject, on_request_error


async def _body(request: Request) -> Any:
    return digest(await request.body())


async def _form(request: Request) -> Any:
    return (await request.form()).get("a")


OWN: Native = {"native-body": _body, "native-form": _form}


async def _async(request: Request) -> Response:
    return Response(await arun(request, OWN), media_type=TYPE)


def _sync(request: Request) -> Response:
    return Response(run(request, {}), media_type=TYPE)


@inject
class ByClass(HTTPEndpoint):
    def get(self, request: unireq.Request) -> Response:
        return PlainTextResponse(request.path)

    async def post(self, request: unireq.Request) -> Response:
        return JSONResponse(await request.ajson())


@inject
async def _streamed(native: Request, request: unireq.Request) -> Response:
    size = 0
    async for chunk in request.astream():
        size += len(chunk)
    gone = await native.is_disconnected()

    async def chunks() -> AsyncIterator[str]:
        for _ in range(2):
            await asyncio.sleep(0.01)
            yield f"{size} {gone};"

    return StreamingResponse(chunks())


class Aborting:
    """A middleware below ours."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            abort_if_told(scope)
        await self.app(scope, receive, send)


app = Starlette(
    routes=[
        *(
            Route(path, as_view(handler, limits=limits), methods=METHODS)
            for path, handler, limits in ROUTES
        ),
        *(Route(path, _async, methods=METHODS) for path in ("/", "/async")),
        Route("/sync", _sync, methods=METHODS),
        Route("/class", ByClass),
        Route("/streamed", _streamed, methods=["POST"]),
    ],
    exception_handlers={unireq.RequestError: on_request_error},
)
app.add_middleware(Aborting)
app.add_middleware(RequestMiddleware)
