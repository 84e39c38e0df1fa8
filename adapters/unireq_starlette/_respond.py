"""A `unireq.Response` as Starlette answers, and the answer to a `RequestError` of a native view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import unireq
from unireq.adapter import problem_response
from unireq_asgi import field_pairs

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

__all__ = ["native_response", "on_request_error"]


def native_response(response: unireq.Response, method: str) -> Response:
    """The Starlette response that says the same in answer to this method."""
    from starlette.responses import Response

    wire = response.for_method(method.upper())
    native = Response(wire.content, wire.status)
    # In place of those that Starlette adds; what comes later finds and changes these.
    native.raw_headers = field_pairs(wire)
    return native


async def on_request_error(request: HTTPConnection, error: Exception) -> Response:
    """An exception handler, which answers a `RequestError` of a native view by its status.

        app.add_exception_handler(unireq.RequestError, unireq_starlette.on_request_error)

    Args:
        request: Starlette's request.
        error: What was raised; if it is no `RequestError`, it is raised again.
    """
    if not isinstance(error, unireq.RequestError):
        raise error
    return native_response(problem_response(error), request.scope.get("method", "GET"))
