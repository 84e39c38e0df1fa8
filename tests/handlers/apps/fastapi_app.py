"""Handlers and native views on FastAPI."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Form, Path, Query
from fastapi import Request as NativeRequest

import unireq
from handlers.apps.natives import about, body_read, describe, meet, raise_as_told
from handlers.apps.starlette_app import Raising
from handlers.handlers import ROUTES
from unireq_starlette import (
    RequestMiddleware,
    as_view,
    inject,
    on_request_error,
)

app = FastAPI()
app.add_middleware(Raising)
app.add_middleware(RequestMiddleware)
app.add_exception_handler(unireq.RequestError, on_request_error)

for _path, _handler, _methods, _limits in ROUTES:
    app.add_api_route(_path, as_view(_handler, limits=_limits), methods=list(_methods))


@app.get("/native/beside/{key}")
@inject
async def beside(
    key: Annotated[int, Path(gt=0)],
    native: NativeRequest,
    request: unireq.Request,
    extra: Annotated[str, Query(min_length=1)] = "none",
) -> dict[str, Any]:
    return about(request, same=request.native is native)


@app.post("/native/problem")
@inject
async def problem(request: unireq.Request) -> Any:
    return await request.ajson()


@app.post("/native/form-first")
async def form_first(a: Annotated[str, Form()], native: NativeRequest) -> dict[str, Any]:
    request = unireq.from_native(native)
    data = await unireq.current_request().aread()
    assert await request.aread() == data
    return body_read({"a": a}, data, await native.body())


@app.get("/native/current/{key}")
def current(key: str) -> dict[str, Any]:
    return {"here": describe(), "key": key}


@app.get("/native/meeting")
def meeting() -> dict[str, Any]:
    return meet()


@app.get("/native/raises")
def raises(request: NativeRequest) -> None:
    raise_as_told(request, "view")


@app.get("/native/async-raises")
async def async_raises(request: NativeRequest) -> None:
    raise_as_told(request, "view")
