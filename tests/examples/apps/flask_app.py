"""Flask with an example around it."""

from __future__ import annotations

from flask import Flask, Response

from examples.apps.example import HANDLERS, LAYERS, PROXIES, chunks
from unireq_flask import as_view, install

app = Flask(__name__)


@app.get("/items/<int:number>")
def item(number: int) -> Response:
    return Response(f"item {number}", mimetype="text/plain")


@app.get("/stream")
def stream() -> Response:
    return Response(chunks(), mimetype="text/plain")


@app.get("/fail")
def fail() -> None:
    raise LookupError("as asked")


for _path, _handler in HANDLERS.items():
    app.add_url_rule(_path, view_func=as_view(_handler), endpoint=_path, methods=["GET", "POST"])
install(app, *LAYERS, proxies=PROXIES)
