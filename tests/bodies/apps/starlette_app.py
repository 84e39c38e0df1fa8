"""A Starlette app that reads bodies."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bodies.apps.steps import METHODS, TYPE, Native, arun, digest, fields, run


async def _body(request: Request) -> Any:
    return digest(await request.body())


async def _form(request: Request) -> Any:
    pairs: list[Any] = []
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            await value.seek(0)
            pairs.append((name, (value.filename or "", await value.read())))
        else:
            pairs.append((name, value))
    return fields(pairs)


OWN: Native = {
    "native-body": _body,
    "native-form": _form,
}


async def _async(request: Request) -> Response:
    return Response(await arun(request, OWN), media_type=TYPE)


def _sync(request: Request) -> Response:
    return Response(run(request, {}), media_type=TYPE)


app = Starlette(
    routes=[Route(path, _async, methods=METHODS) for path in ("/", "/async")]
    + [Route("/sync", _sync, methods=METHODS)]
)
