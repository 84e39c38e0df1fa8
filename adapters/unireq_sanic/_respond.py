"""A `unireq.Response` as a Sanic response, and the answers to errors of native views."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import unireq
from unireq import adapter

if TYPE_CHECKING:
    from sanic.request import Request
    from sanic.response import HTTPResponse

__all__ = ["native_from_raw", "native_response", "on_request_error"]


@cache
def _response_class() -> type[HTTPResponse]:
    from sanic.response import HTTPResponse

    class Answer(HTTPResponse):
        """A response in which Sanic changes no field except its own."""

        has_length: bool = True

        @property
        def processed_headers(self) -> Iterator[tuple[bytes, bytes]]:
            fields: Any = self.headers
            if self.has_length:
                # If later code changes the content, the length is updated.
                fields["content-length"] = str(len(self.body or b""))
            return ((str(n).encode("ascii"), str(v).encode("ascii")) for n, v in fields.items())

    return Answer


def native_response(response: unireq.Response, method: str) -> HTTPResponse:
    """The Sanic response for `response`, to a request with this method."""
    return native_from_raw(response.for_method(method.upper()), method.upper())


def native_from_raw(wire: adapter.RawResponse, method: str) -> HTTPResponse:
    """The Sanic response for `wire`, to a request with this method."""
    native: Any = _response_class()(wire.content, wire.status)
    for name, value in wire.fields:
        native.headers.add(name, value)
    native.has_length = method != "HEAD" and wire.status not in {204, 304}
    return native  # type: ignore[no-any-return]


async def on_request_error(request: Request, error: Exception) -> HTTPResponse:
    """An exception handler that answers an `Abort` or a `RequestError` of a native view.

        app.error_handler.add(unireq.RequestError, unireq_sanic.on_request_error)

    Args:
        request: Sanic's request.
        error: The exception; raised again if it is neither.
    """
    if not isinstance(error, (unireq.Abort, unireq.RequestError)):
        raise error
    return native_response(adapter.error_response(error), request.method)
