"""A `unireq.Response` as Sanic answers, and the answer to a `RequestError` of a native view."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import unireq
from unireq.adapter import problem_response

if TYPE_CHECKING:
    from sanic.request import Request
    from sanic.response import HTTPResponse

__all__ = ["native_response", "on_request_error"]


@cache
def _response_class() -> type[HTTPResponse]:
    from sanic.response import HTTPResponse

    class Answer(HTTPResponse):
        """Says what a `unireq.Response` says: Sanic adds and removes no field but its own."""

        has_length: bool = True

        @property
        def processed_headers(self) -> Iterator[tuple[bytes, bytes]]:
            fields: Any = self.headers
            if self.has_length:
                # What changes the content later changes its length.
                fields["content-length"] = str(len(self.body or b""))
            return ((str(n).encode("ascii"), str(v).encode("ascii")) for n, v in fields.items())

    return Answer


def native_response(response: unireq.Response, method: str) -> HTTPResponse:
    """The Sanic response that says the same in answer to this method."""
    wire = response.for_method(method.upper())
    native: Any = _response_class()(wire.content, wire.status)
    for name, value in wire.fields:
        native.headers.add(name, value)
    native.has_length = method != "HEAD" and wire.status not in {204, 304}
    return native  # type: ignore[no-any-return]


async def on_request_error(request: Request, error: Exception) -> HTTPResponse:
    """An exception handler, which answers a `RequestError` of a native view by its status.

        app.error_handler.add(unireq.RequestError, unireq_sanic.on_request_error)

    Args:
        request: Sanic's request.
        error: What was raised; if it is no `RequestError`, it is raised again.
    """
    if not isinstance(error, unireq.RequestError):
        raise error
    return native_response(problem_response(error), request.method)
