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
    response: unireq.Response,
    environ: Mapping[str, Any],
    start_response: StartResponse,
    exc_info: Any = None,
) -> Iterable[bytes]:
    """Answer the request of `environ` with `response`.

        return respond(unireq.Response.json({"id": 5}), environ, start_response)

    Args:
        response: The response.
        environ: The environ of the request.
        start_response: The server's.
        exc_info: What `sys.exc_info()` returns, if an error is answered after the application has
            called `start_response`; the server raises it if part of a response has been sent.

    Returns:
        The result for the application to return.
    """
    wire = response.for_method(environ["REQUEST_METHOD"].upper())
    more = () if exc_info is None else (exc_info,)
    start_response(status_line(wire.status), wire.fields, *more)
    return [wire.content] if wire.content else []
