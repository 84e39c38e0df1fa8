"""A `unireq.Response` as a Flask response, and the answers to errors of native views."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import unireq
from unireq import adapter

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.datastructures import Headers

__all__ = ["native_response", "on_request_error"]


@cache
def _response_class() -> type[Response]:
    from flask import Response

    class Answer(Response):
        """A response to which Werkzeug adds, and from which it removes, nothing."""

        default_mimetype = None
        automatically_set_content_length = False

        def get_wsgi_headers(self, environ: Any) -> Headers:
            return self.headers

    return Answer


def native_response(response: unireq.Response, method: str) -> Response:
    """The Flask response for `response`, to a request with this method."""
    wire = response.for_method(method.upper())
    native = _response_class()(wire.content, status=wire.status, headers=wire.fields)
    # If later code changes the content, the length is updated.
    native.automatically_set_content_length = method != "HEAD" and wire.status not in {204, 304}
    return native


def on_request_error(error: unireq.Abort | unireq.RequestError) -> Response:
    """An error handler that answers an `Abort` or a `RequestError` of a native view.

        app.register_error_handler(unireq.RequestError, unireq_flask.on_request_error)

    Args:
        error: The exception.
    """
    from flask import request

    return native_response(adapter.error_response(error), request.method)
