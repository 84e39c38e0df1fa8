"""A Flask app that reads bodies."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request

from bodies.apps.steps import METHODS, TYPE, Native, arun, digest, fields, run


def _form(native: Any) -> Any:
    files = [(n, (f.filename, f.read())) for n, f in native.files.items(multi=True)]
    return fields([*native.form.items(multi=True), *files])


OWN: Native = {
    "native-body": lambda native: digest(native.get_data()),
    "native-form": _form,
}

app = Flask(__name__, static_folder=None)


@app.before_request
def _limit() -> None:
    """Flask's own limit is lower for `/small`."""
    if request.path == "/small":
        request.max_content_length = 3_000_000


def _sync(**_: str) -> Response:
    return Response(run(request, OWN), content_type=TYPE)


async def _async() -> Response:
    return Response(await arun(request, OWN), content_type=TYPE)


app.add_url_rule("/async", "async", _async, methods=METHODS)
app.add_url_rule("/", "root", _sync, methods=METHODS)
app.add_url_rule("/<path:path>", "sync", _sync, methods=METHODS)
