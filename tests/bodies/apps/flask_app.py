"""A Flask app: bodies, handlers, and native views."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from flask.views import MethodView

import unireq
from bodies.apps.handlers import LAYERS, PROXIES, ROUTES, abort_if_told, chunks
from bodies.apps.steps import METHODS, TYPE, Native, arun, digest, run
from unireq_flask import as_view, inject, install, on_request_error

OWN: Native = {
    "native-body": lambda native: digest(native.get_data()),
    "native-form": lambda native: native.form.get("a"),
}

app = Flask(__name__, static_folder=None)
install(app, *LAYERS, proxies=PROXIES)
app.register_error_handler(unireq.RequestError, on_request_error)

for _path, _handler, _limits in ROUTES:
    app.add_url_rule(_path, _path, as_view(_handler, limits=_limits), methods=METHODS)


@app.get("/items/<int:number>")
def item(number: int) -> Response:
    return Response(f"item {number}", mimetype="text/plain")


@app.get("/stream")
def stream() -> Response:
    return Response(chunks(), mimetype="text/plain")


@app.get("/fail")
def fail() -> Response:
    raise LookupError("as asked")


@app.before_request
def _before() -> None:
    """Flask's own limit is lower for `/small`."""
    abort_if_told(request)
    if request.path == "/small":
        request.max_content_length = 3_000_000


@app.after_request
def _append(response: Response) -> Response:
    if "x-append" in request.headers:
        response.set_data(response.get_data() + b"!")
    return response


@inject
class ByClass(MethodView):
    def get(self, request: unireq.Request) -> str:
        return request.path

    def post(self, request: unireq.Request) -> Any:
        return request.json()


app.add_url_rule("/class", view_func=ByClass.as_view("by_class"))


def _sync() -> Response:
    return Response(run(request, OWN), content_type=TYPE)


async def _async() -> Response:
    return Response(await arun(request, OWN), content_type=TYPE)


app.add_url_rule("/async", "async", _async, methods=METHODS)
for _path in ("/", "/sync", "/small"):
    app.add_url_rule(_path, _path, _sync, methods=METHODS)
