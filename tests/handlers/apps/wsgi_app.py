"""Handlers and native views on bare WSGI, with a router of a few lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import unireq
from handlers.apps.natives import body_read, describe, meet, raise_as_told
from handlers.handlers import ROUTES
from unireq_wsgi import ProblemMiddleware, RequestMiddleware, as_view, inject


def _answer(start_response: Any, document: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(document).encode()]


@inject
def problem(environ: Any, start_response: Any, request: unireq.Request) -> list[bytes]:
    return _answer(start_response, request.json())


@inject
def problem_generator(
    environ: Any, start_response: Any, request: unireq.Request
) -> Iterator[bytes]:
    document = json.dumps(request.json()).encode()
    start_response("200 OK", [("Content-Type", "application/json")])
    yield document[:1]
    yield document[1:]


def form_first(environ: Any, start_response: Any) -> list[bytes]:
    native = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    data = unireq.current_request().read()
    document = body_read({"a": "1"} if native == data else {}, data, data)
    return _answer(start_response, document)


def current(environ: Any, start_response: Any) -> list[bytes]:
    return _answer(start_response, {"here": describe()})


def meeting(environ: Any, start_response: Any) -> list[bytes]:
    return _answer(start_response, meet())


def streams(environ: Any, start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    for _ in range(3):
        yield f"{unireq.current_request().query_params['n']};".encode()


def raises(environ: Any, start_response: Any) -> list[bytes]:
    raise_as_told(environ, "view")
    return []


def streams_late(environ: Any, start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    raise_as_told(environ, "view")
    yield b""


_ROUTES = {
    **{path: as_view(handler, limits=limits) for path, handler, _, limits in ROUTES},
    "/native/problem": ProblemMiddleware(problem),
    "/native/problem-generator": ProblemMiddleware(problem_generator),
    "/native/form-first": form_first,
    "/native/current/k": current,
    "/native/meeting": meeting,
    "/native/streams": streams,
    "/native/raises": raises,
    "/native/streamed-raises": streams_late,
}


def _routed(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/native/current/k":
        environ["wsgiorg.routing_args"] = ((), {"key": "k"})
    return _ROUTES[environ["PATH_INFO"]](environ, start_response)


app = RequestMiddleware(_routed)
