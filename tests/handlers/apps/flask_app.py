"""Handlers and native views on Flask."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import flask
from flask.views import MethodView

import unireq
from handlers.apps.natives import about, body_read, describe, meet, raise_as_told
from handlers.handlers import ROUTES
from unireq_flask import as_view, inject, install, on_request_error

app = flask.Flask(__name__, static_folder=None)
install(app)
app.register_error_handler(unireq.RequestError, on_request_error)

for _path, _handler, _methods, _limits in ROUTES:
    app.add_url_rule(
        _path,
        endpoint=_path,
        view_func=as_view(_handler, limits=_limits),
        methods=_methods,
    )


@app.before_request
def raising() -> None:
    raise_as_told(flask.request, "middleware")


@app.after_request
def raising_late(response: flask.Response) -> flask.Response:
    raise_as_told(flask.request, "late")
    return response


@app.get("/native/raises")
def raises() -> dict[str, Any]:
    raise_as_told(flask.request, "view")
    return {}


@app.after_request
def append(response: flask.Response) -> flask.Response:
    if "x-append" in flask.request.headers:
        response.set_data(response.get_data() + b"!")
    return response


@app.get("/native/beside/<int:key>")
@inject
def beside(key: int, request: "unireq.Request") -> dict[str, Any]:  # noqa: UP037
    assert isinstance(key, int)
    native = flask.request._get_current_object()  # type: ignore[attr-defined]
    return about(request, same=request.native is native)


@inject
def taking(prefix: str, request: unireq.Request) -> dict[str, Any]:
    return about(request, prefix=prefix)


app.add_url_rule("/native/partial", "partial", functools.partial(taking, "p"))


@inject
class ByClass(MethodView):
    def get(self, request: unireq.Request) -> dict[str, Any]:
        return about(request)

    def post(self, request: unireq.Request) -> dict[str, Any]:
        return about(request, size=len(request.read()))


app.add_url_rule("/native/class", view_func=ByClass.as_view("by_class"))


@app.post("/native/problem")
@inject
def problem(request: unireq.Request) -> Any:
    return flask.jsonify(request.json())


@app.post("/native/form-first")
def form_first() -> dict[str, Any]:
    fields = flask.request.form.to_dict()
    data = unireq.current_request().read()
    assert unireq.from_native(flask.request).read() == data
    return body_read(fields, data, flask.request.get_data())


@app.get("/native/current/<key>")
def current(key: str) -> dict[str, Any]:
    return {"here": describe(), "key": key}


@app.get("/native/meeting")
def meeting() -> dict[str, Any]:
    return meet()


@app.get("/native/streams")
def streams() -> flask.Response:
    def chunks() -> Iterator[str]:
        for _ in range(3):
            request = unireq.current_request()
            assert request.native is native
            yield f"{request.query_params['n']};"

    native = flask.request._get_current_object()  # type: ignore[attr-defined]
    return flask.Response(chunks(), mimetype="text/plain")
