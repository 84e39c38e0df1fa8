"""Sanic with an example around it."""

from __future__ import annotations

from sanic import HTTPResponse, Request, Sanic
from sanic.response import text

from examples.apps.example import HANDLERS, LAYERS, PROXIES, chunks
from unireq_sanic import as_view, install

app = Sanic("unireq-example", configure_logging=False)


@app.get("/items/<number:int>")
async def item(_: Request, number: int) -> HTTPResponse:
    return text(f"item {number}")


@app.get("/stream")
async def stream(request: Request) -> HTTPResponse:
    response = await request.respond(content_type="text/plain")
    for chunk in chunks():
        await response.send(chunk)
    await response.eof()
    return response


@app.get("/fail")
async def fail(_: Request) -> HTTPResponse:
    raise LookupError("as asked")


for _number, (_path, _handler) in enumerate(HANDLERS.items()):
    app.add_route(as_view(_handler), _path, methods=["GET", "POST"], name=f"example{_number}")
install(app, *LAYERS, proxies=PROXIES)
