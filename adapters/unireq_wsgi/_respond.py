"""A `unireq.Response` as the result of a WSGI application. Source: PEP 3333."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

import unireq

__all__ = ["StartResponse", "WSGIApp", "respond", "status_line"]

StartResponse: TypeAlias = Callable[..., Any]
WSGIApp: TypeAlias = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def status_line(status: int) -> str:
    """The status line of WSGI: `"200 OK"`."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        # PEP 3333 requires a phrase; clients ignore it (RFC 9112 4).
        return f"{status} Unknown"


def respond(
    response: unireq.Response, environ: Mapping[str, Any], start_response: StartResponse
) -> Iterable[bytes]:
    """Start `response` to the request in `environ`; returns the application's result."""
    wire = response.for_method(environ["REQUEST_METHOD"].upper())
    start_response(status_line(wire.status), wire.fields)
    return [wire.content] if wire.content else []
