"""A FastAPI app that reads bodies."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from bodies.apps.starlette_app import OWN
from bodies.apps.steps import METHODS, TYPE, arun, run

app = FastAPI()


@app.api_route("/", methods=METHODS)
@app.api_route("/async", methods=METHODS)
async def _async(request: Request) -> Response:
    return Response(await arun(request, OWN), media_type=TYPE)


@app.api_route("/sync", methods=METHODS)
def _sync(request: Request) -> Response:
    return Response(run(request, {}), media_type=TYPE)
