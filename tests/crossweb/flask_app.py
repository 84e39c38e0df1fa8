"""A Flask app that reads requests through cross-web."""

from __future__ import annotations

from typing import Any

from cross_web import FlaskHTTPRequestAdapter
from flask import Flask, Response, request

from crossweb.answer import METHODS, TYPE, answer
from crossweb.bodies import perform


def _echo(*_: object, **__: object) -> Response:
    adapter: Any = FlaskHTTPRequestAdapter(request)
    return Response(answer(adapter, perform(adapter)), content_type=TYPE)


app = Flask(__name__, static_folder=None)
app.url_map.merge_slashes = False
for kind, converter in {"int": "int", "str": "string", "path": "path", "uuid": "uuid"}.items():
    app.add_url_rule(
        f"/params/{kind}/<{converter}:value>",
        endpoint=kind,
        view_func=_echo,
        methods=METHODS,
        provide_automatic_options=False,
    )
# What no rule matches ends here, whatever its path and method.
app.register_error_handler(404, _echo)
app.register_error_handler(405, _echo)
