"""A `unireq.Response` as a Starlette response, and the answers to errors of native views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import unireq
from unireq import adapter
from unireq_asgi import field_pairs

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

__all__ = ["native_response", "on_request_error"]


def native_response(response: unireq.Response, method: str) -> Response:
    """The Starlette response for `response`, to a request with this method."""
    from starlette.responses import Response

    wire = response.for_method(method.upper())
    native = Response(wire.content, wire.status)
    # Replaces the fields that Starlette adds; middleware can still change them.
    native.raw_headers = field_pairs(wire)
    return native


async def on_request_error(request: HTTPConnection, error: Exception) -> Response:
    """An exception handler that answers an `Abort` or a `RequestError` of a native view.

        app.add_exception_handler(unireq.RequestError, unireq_starlette.on_request_error)

    Args:
        request: Starlette's request.
        error: The exception; raised again if it is neither.
    """
    if not isinstance(error, (unireq.Abort, unireq.RequestError)):
        raise error
    return native_response(adapter.error_response(error), request.scope.get("method", "GET"))
