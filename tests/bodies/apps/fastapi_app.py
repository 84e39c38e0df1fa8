"""A FastAPI app: bodies and handlers."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from bodies.apps.handlers import ROUTES
from bodies.apps.starlette_app import OWN, Aborting
from bodies.apps.steps import METHODS, TYPE, arun, run
from unireq_starlette import RequestMiddleware, as_view

app = FastAPI()
app.add_middleware(Aborting)
app.add_middleware(RequestMiddleware)

for _path, _handler, _limits in ROUTES:
    app.add_api_route(_path, as_view(_handler, limits=_limits), methods=list(METHODS))


@app.api_route("/", methods=METHODS)
@app.api_route("/async", methods=METHODS)
async def _async(request: Request) -> Response:
    return Response(await arun(request, OWN), media_type=TYPE)


@app.api_route("/sync", methods=METHODS)
def _sync(request: Request) -> Response:
    return Response(run(request, {}), media_type=TYPE)
