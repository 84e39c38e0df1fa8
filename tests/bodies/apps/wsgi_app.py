"""A bare WSGI app that reads bodies."""

from __future__ import annotations

from typing import Any

import unireq
from bodies.apps.steps import TYPE, Native, digest, run

OWN: Native = {
    "native-body": lambda environ: digest(environ["wsgi.input"].read(_length(environ))),
}


def _length(environ: Any) -> int:
    return int(environ["CONTENT_LENGTH"]) if environ.get("CONTENT_LENGTH") else -1


def app(environ: Any, start_response: Any) -> list[bytes]:
    answer = run(environ, OWN, unireq.from_wsgi(environ))
    start_response("200 OK", [("Content-Type", TYPE), ("Content-Length", str(len(answer)))])
    return [answer]
