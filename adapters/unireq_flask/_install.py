"""install: the current request, in a Flask app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unireq_flask._request import FlaskRequest
from unireq_wsgi import RequestMiddleware, make_current, note_whole_answer

if TYPE_CHECKING:
    from flask import Flask, Response

__all__ = ["install"]


def install(app: Flask) -> None:
    """Make `unireq.current_request()` work in `app`, and keep bodies readable.

    Whatever reads a body (`request.form`, an extension), unireq and Flask can read it, within
    `unireq.Limits`. Call it once for an app, after all other WSGI middleware has been added.

    Args:
        app: The app.
    """
    # Assigning the method is the way that Flask documents.
    app.wsgi_app = RequestMiddleware(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    # The first one is called last.
    app.after_request_funcs.setdefault(None, []).insert(0, _note)


def _begin() -> None:
    """Within Flask, the request is Flask's."""
    from flask import request

    make_current(request.environ, FlaskRequest(request))


def _note(response: Response) -> Response:
    """Flask's own answers are never lists, and test clients close none."""
    from flask import request

    if not response.is_streamed:
        note_whole_answer(request.environ)
    return response
