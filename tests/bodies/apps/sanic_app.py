"""A Sanic app that reads bodies."""

from __future__ import annotations

from typing import Any

from sanic import HTTPResponse, Request, Sanic

import unireq
from bodies.apps.steps import METHODS, TYPE, Native, arun, digest, fields, run


def _form(native: Any) -> Any:
    pairs = [(n, v) for n, values in (native.form or {}).items() for v in values]
    files = [(n, (f.name, f.body)) for n, several in (native.files or {}).items() for f in several]
    return fields([*pairs, *files])


async def _stream(native: Any) -> Any:
    return digest(b"".join([chunk async for chunk in native.stream]))


OWN: Native = {
    "native-body": lambda native: digest(native.body),
    "native-form": _form,
    "native-json": lambda native: native.json,
    "native-stream": _stream,
}

app: Any = Sanic("bodies", configure_logging=False)
app.config.ACCESS_LOG = False


async def _async(request: Request) -> HTTPResponse:
    return HTTPResponse(await arun(request, OWN), content_type=TYPE)


def _sync(request: Request) -> HTTPResponse:
    return HTTPResponse(run(request, OWN), content_type=TYPE)


async def _streaming(request: Request) -> HTTPResponse:
    return HTTPResponse(await arun(request, OWN), content_type=TYPE)


async def _thread(request: Request) -> HTTPResponse:
    """A sync function in a thread of asyncio's, as libraries call one."""
    import asyncio

    return HTTPResponse(await asyncio.to_thread(run, request, OWN), content_type=TYPE)


app.add_route(_async, "/", methods=METHODS, name="root")
app.add_route(_async, "/async", methods=METHODS, name="async")
app.add_route(_sync, "/sync", methods=METHODS, name="sync")
app.add_route(_thread, "/thread", methods=METHODS, name="thread")
# For a route made by `get` Sanic fetches no body.
for handler in (_async, _sync, _thread):
    app.get(f"/get{handler.__name__.replace('_', '/')}", name=f"get{handler.__name__}")(handler)
app.add_route(_streaming, "/streaming", methods=METHODS, name="streaming", stream=True)
app.add_route(_async, "/below/async", methods=METHODS, name="below")


@app.on_request
async def _read_below(request: Request) -> None:
    """Reads the body of what is below `/below` first."""
    if request.path.startswith("/below"):
        await unireq.from_native(request).aread()
