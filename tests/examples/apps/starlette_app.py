"""Starlette and FastAPI with an example around each."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse

from examples.apps.example import HANDLERS, LAYERS, PROXIES, chunks
from unireq_starlette import as_view, install


async def item(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"item {request.path_params['number']}")


async def stream(_: Request) -> StreamingResponse:
    return StreamingResponse(chunks(), media_type="text/plain")


async def fail(_: Request) -> None:
    raise LookupError("as asked")


app: Any = Starlette()
fastapi: Any = FastAPI()
for _app, _add in ((app, app.add_route), (fastapi, fastapi.add_api_route)):
    for _path, _view in {"/items/{number:int}": item, "/stream": stream, "/fail": fail}.items():
        _add(_path, _view)
    for _path, _handler in HANDLERS.items():
        _app.add_route(_path, as_view(_handler), methods=["GET", "POST"])
    install(_app, *LAYERS, proxies=PROXIES)
