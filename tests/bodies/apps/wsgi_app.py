"""A bare WSGI app: bodies and handlers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import unireq
from bodies.apps.handlers import ROUTES
from bodies.apps.steps import TYPE, Native, digest, run
from unireq_wsgi import ProblemMiddleware, RequestMiddleware, as_view

OWN: Native = {"native-body": lambda environ: digest(environ["wsgi.input"].read(_length(environ)))}


def _length(environ: Any) -> int:
    return int(environ["CONTENT_LENGTH"]) if environ.get("CONTENT_LENGTH") else -1


def _steps(environ: Any, start_response: Any) -> list[bytes]:
    answer = run(environ, OWN, unireq.from_wsgi(environ))
    start_response("200 OK", [("Content-Type", TYPE), ("Content-Length", str(len(answer)))])
    return [answer]


def _refuses(environ: Any, start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    raise unireq.RequestError("refused")
    yield b""


_VIEWS: dict[str, Any] = {
    **{path: as_view(handler, limits=limits) for path, handler, limits in ROUTES},
    "/class": ProblemMiddleware(_refuses),
}


def _routed(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    return _VIEWS.get(environ["PATH_INFO"], _steps)(environ, start_response)


app = RequestMiddleware(_routed)
