"""A `unireq.Response` as Flask answers, and the answer to a `RequestError` of a native view."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import unireq
from unireq.adapter import problem_response

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.datastructures import Headers

__all__ = ["native_response", "on_request_error"]


@cache
def _response_class() -> type[Response]:
    from flask import Response

    class Answer(Response):
        """Says what a `unireq.Response` says: Werkzeug adds and removes nothing."""

        default_mimetype = None
        automatically_set_content_length = False

        def get_wsgi_headers(self, environ: Any) -> Headers:
            return self.headers

    return Answer


def native_response(response: unireq.Response, method: str) -> Response:
    """The Flask response that says the same in answer to this method."""
    wire = response.for_method(method.upper())
    native = _response_class()(wire.content, status=wire.status, headers=wire.fields)
    # What changes the content later changes its length.
    native.automatically_set_content_length = method != "HEAD" and wire.status not in {204, 304}
    return native


def on_request_error(error: unireq.RequestError) -> Response:
    """An error handler, which answers a `RequestError` of a native view by its status.

        app.register_error_handler(unireq.RequestError, unireq_flask.on_request_error)

    Args:
        error: What was raised.
    """
    from flask import request

    return native_response(problem_response(error), request.method)
