"""A FastAPI app that reads bodies."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, Request, Response

import unireq
from bodies.apps.starlette_app import OWN
from bodies.apps.steps import METHODS, TYPE, arun, fields, run

api = FastAPI()


async def _async(request: Request) -> Response:
    return Response(await arun(request, OWN), media_type=TYPE)


def _sync(request: Request) -> Response:
    return Response(run(request, {}), media_type=TYPE)


for path in ("/", "/async"):
    api.api_route(path, methods=METHODS)(_async)
api.api_route("/sync", methods=METHODS)(_sync)


async def _dependency(request: Request) -> str:
    try:
        return str(len(await unireq.from_native(request).aread()))
    except unireq.UnireqError as error:
        return type(error).__name__


async def _form_parameter(
    request: Request, early: Annotated[str, Depends(_dependency)], a: Annotated[str, Form()]
) -> Response:
    """FastAPI reads the form for its parameters before it calls anything of the app."""
    steps = json.loads(await arun(request, OWN))
    steps["steps"].insert(0, {"step": "parameter", "value": fields([("a", a)]), "early": early})
    return Response(json.dumps(steps), media_type=TYPE)


if find_spec("python_multipart") is not None:
    api.post("/form-parameter")(_form_parameter)


@api.post("/json-parameter")
async def _json_parameter(request: Request, value: dict[str, Any]) -> Response:
    steps = json.loads(await arun(request, OWN))
    steps["steps"].insert(0, {"step": "parameter", "value": value})
    return Response(json.dumps(steps), media_type=TYPE)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Below `/below` a middleware reads the body first."""
    if scope["type"] == "http" and scope["path"].startswith("/below"):
        scope = {**scope, "path": scope["path"].removeprefix("/below")}
        request: Any = unireq.from_asgi(scope, receive)
        await request.aread()
        await api(scope, request.receive, send)
    else:
        await api(scope, receive, send)
