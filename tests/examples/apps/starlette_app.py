"""Starlette with an example around it."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from examples.apps.example import HANDLERS, LAYERS, PROXIES, chunks
from unireq_starlette import as_view, install


async def item(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"item {request.path_params['number']}")


async def stream(_: Request) -> StreamingResponse:
    return StreamingResponse(chunks(), media_type="text/plain")


async def fail(_: Request) -> None:
    raise LookupError("as asked")


app = Starlette(
    routes=[
        Route("/items/{number:int}", item),
        Route("/stream", stream),
        Route("/fail", fail),
        *(
            Route(path, as_view(handler), methods=["GET", "POST"])
            for path, handler in HANDLERS.items()
        ),
    ]
)
install(app, *LAYERS, proxies=PROXIES)
