"""A Starlette app, and one of FastAPI: bodies, handlers, and native views."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

import unireq
from bodies.apps.handlers import LAYERS, PROXIES, ROUTES, abort_if_told, chunks
from bodies.apps.steps import METHODS, TYPE, Native, arun, digest, run
from unireq_starlette import RequestMiddleware, as_view, inject, install, on_request_error


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

    async def answer() -> AsyncIterator[str]:
        for _ in range(2):
            await asyncio.sleep(0.01)
            yield f"{size} {gone};"

    return StreamingResponse(answer())


async def item(request: Request) -> Response:
    return PlainTextResponse(f"item {request.path_params['number']}")


async def stream(_: Request) -> Response:
    return StreamingResponse(chunks(), media_type="text/plain")


async def fail(_: Request) -> Response:
    raise LookupError("as asked")


def aborting(app: Any) -> Any:
    """A middleware below ours."""

    async def called(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            abort_if_told(scope)
        await app(scope, receive, send)

    return called


app: Any = Starlette(exception_handlers={unireq.RequestError: on_request_error})
app.add_route("/class", ByClass)
app.add_route("/streamed", _streamed, methods=["POST"])
fastapi: Any = FastAPI()

for _app, _add in ((app, app.add_route), (fastapi, fastapi.add_api_route)):
    for _path, _handler, _limits in ROUTES:
        _add(_path, as_view(_handler, limits=_limits), methods=METHODS)
    for _path, _view in {"/": _async, "/async": _async, "/sync": _sync}.items():
        _add(_path, _view, methods=METHODS)
    for _path, _view in {"/items/{number:int}": item, "/stream": stream, "/fail": fail}.items():
        _add(_path, _view)
    _app.add_middleware(aborting)
    _app.add_middleware(RequestMiddleware)
    if LAYERS or PROXIES:
        # Around the error pages too.
        install(_app, *LAYERS, proxies=PROXIES)
