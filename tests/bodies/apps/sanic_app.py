"""A Sanic app: bodies, handlers, and native views."""

from __future__ import annotations

import gc
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.response import json, text
from sanic.views import HTTPMethodView

import unireq
from bodies.apps.handlers import LAYERS, PROXIES, ROUTES, abort_if_told, chunks
from bodies.apps.steps import METHODS, TYPE, Native, arun, digest, run
from unireq_sanic import as_view, inject, install, on_request_error

OWN: Native = {
    "native-body": lambda native: digest(native.body),
    "native-form": lambda native: native.form.get("a"),
}

app: Any = Sanic("bodies", configure_logging=False)
app.config.ACCESS_LOG = False
install(app, *LAYERS, proxies=PROXIES)
app.error_handler.add(unireq.RequestError, on_request_error)

for _path, _handler, _limits in ROUTES:
    app.add_route(as_view(_handler, limits=_limits), _path, methods=METHODS, name=_path[1:])


@app.on_request
async def _before(native: Request) -> None:
    abort_if_told(native)


@app.on_response
async def _append(native: Request, response: Any) -> None:
    if "x-append" in native.headers:
        response.body = response.body + b"!"


@inject
class ByClass(HTTPMethodView):
    async def get(self, request: unireq.Request) -> HTTPResponse:
        return text(request.path)

    async def post(self, request: unireq.Request) -> HTTPResponse:
        return json(await request.ajson())


app.add_route(ByClass.as_view(), "/class")


@app.get("/items/<number:int>")
async def item(_: Request, number: int) -> HTTPResponse:
    return text(f"item {number}")


@app.get("/stream")
async def stream(native: Request) -> HTTPResponse:
    response = await native.respond(content_type="text/plain")
    for chunk in chunks():
        await response.send(chunk)
    await response.eof()
    return response


@app.get("/fail")
async def fail(_: Request) -> HTTPResponse:
    raise LookupError("as asked")


@app.get("/breaks-off")
async def _breaks_off(native: Request) -> None:
    response = await native.respond(content_type="text/plain")
    await response.send("a part")
    raise RuntimeError("broken off")


@app.get("/alive")
async def _alive(native: Request) -> HTTPResponse:
    gc.collect()
    return json(sum(isinstance(each, Request) for each in gc.get_objects()))


async def _async(request: Request) -> HTTPResponse:
    return HTTPResponse(await arun(request, OWN), content_type=TYPE)


def _sync(request: Request) -> HTTPResponse:
    return HTTPResponse(run(request, OWN), content_type=TYPE)


async def _streaming(request: Request) -> HTTPResponse:
    # A function of its own: Sanic marks it.
    return HTTPResponse(await arun(request, OWN), content_type=TYPE)


app.add_route(_async, "/", methods=METHODS, name="root")
app.add_route(_async, "/async", methods=METHODS, name="async")
app.add_route(_sync, "/sync", methods=METHODS, name="sync")
app.add_route(_streaming, "/streaming", methods=METHODS, name="streaming", stream=True)
