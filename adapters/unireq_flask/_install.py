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

    Then unireq and Flask (`request.form`, an extension) can both read a body, whichever reads it
    first, within `unireq.Limits`. Call it once per app, after adding all other WSGI middleware.

    Args:
        app: The app.
    """
    # Flask documents that middleware is added like this.
    app.wsgi_app = RequestMiddleware(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    # Flask calls the first one last.
    app.after_request_funcs.setdefault(None, []).insert(0, _note)


def _begin() -> None:
    """Inside Flask, make the `FlaskRequest` current."""
    from flask import request

    make_current(request.environ, FlaskRequest(request))


def _note(response: Response) -> Response:
    """Needed because Flask's responses are never lists, and its test client doesn't close them."""
    from flask import request

    if not response.is_streamed:
        note_whole_answer(request.environ)
    return response
