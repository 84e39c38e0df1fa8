"""A Sanic app that reads bodies."""

from __future__ import annotations

from typing import Any

from sanic import HTTPResponse, Request, Sanic

from bodies.apps.steps import METHODS, TYPE, Native, arun, digest, fields, run


def _form(native: Any) -> Any:
    pairs = [(n, v) for n, values in (native.form or {}).items() for v in values]
    files = [(n, (f.name, f.body)) for n, several in (native.files or {}).items() for f in several]
    return fields([*pairs, *files])


OWN: Native = {
    "native-body": lambda native: digest(native.body),
    "native-form": _form,
}

app: Any = Sanic("bodies", configure_logging=False)
app.config.ACCESS_LOG = False


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
