"""Handlers and native views on Sanic."""

from __future__ import annotations

import functools
import gc
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.response import json
from sanic.views import HTTPMethodView

import unireq
from handlers.apps.meeting import Meeting
from handlers.apps.natives import about, body_read, describe, raise_as_told
from handlers.handlers import ROUTES
from unireq_sanic import as_view, inject, install, on_request_error

app = Sanic("unireq-handlers", configure_logging=False)
app.config.ACCESS_LOG = False
install(app)
app.error_handler.add(unireq.RequestError, on_request_error)

for _path, _handler, _methods, _limits in ROUTES:
    app.add_route(
        as_view(_handler, limits=_limits),
        _path,
        methods=list(_methods),
        name=_path.strip("/") or "root",
    )


@app.get("/native/beside/<key:int>")
@inject
async def beside(native: Request, request: "unireq.Request", key: int) -> HTTPResponse:  # noqa: UP037
    assert isinstance(key, int)
    return json(about(request, same=request.native is native))


@inject
async def taking(native: Request, prefix: str, request: unireq.Request) -> HTTPResponse:
    return json(about(request, prefix=prefix))


app.add_route(functools.partial(taking, prefix="p"), "/native/partial", name="native_partial")


@inject
class ByClass(HTTPMethodView):
    async def get(self, request: unireq.Request) -> HTTPResponse:
        return json(about(request))

    async def post(self, request: unireq.Request) -> HTTPResponse:
        return json(about(request, size=len(await request.aread())))


app.add_route(ByClass.as_view(), "/native/class")


@app.post("/native/problem")
@inject
async def problem(request: unireq.Request) -> HTTPResponse:
    return json(await request.ajson())


@app.post("/native/form-first")
async def form_first(native: Request) -> HTTPResponse:
    fields = {name: values[-1] for name, values in (native.form or {}).items()}
    data = await unireq.current_request().aread()
    assert await unireq.from_native(native).aread() == data
    return json(body_read(fields, data, native.body))


@app.get("/native/current/<key>")
async def current(native: Request, key: str) -> HTTPResponse:
    return json({"here": describe(), "key": key})


@app.get("/native/breaks-off")
async def breaks_off(native: Request) -> Any:
    response = await native.respond(content_type="text/plain")
    await response.send("a part")
    raise RuntimeError("broken off")


@app.get("/native/alive")
async def alive(native: Request) -> HTTPResponse:
    gc.collect()
    return json(sum(isinstance(each, Request) for each in gc.get_objects()))


@app.on_response
async def append(native: Request, response: Any) -> None:
    if "x-append" in native.headers:
        response.body = response.body + b"!"


_MEETING = Meeting()


@app.get("/native/async-meeting")
async def async_meeting(native: Request) -> HTTPResponse:
    await _MEETING.wait()
    return json(describe())


@app.get("/native/streams")
async def streams(native: Request) -> Any:
    response = await native.respond(content_type="text/plain")
    for _ in range(3):
        await response.send(f"{unireq.current_request().query_params['n']};")
    await response.eof()
    return response


@app.on_request
async def raising(native: Request) -> None:
    raise_as_told(native, "middleware")


@app.get("/native/raises")
def raises(native: Request) -> None:
    raise_as_told(native, "view")


@app.get("/native/async-raises")
async def async_raises(native: Request) -> None:
    raise_as_told(native, "view")
