"""The user that is logged in by Flask-Login, if the app uses it."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["flask_login_name"]


def flask_login_name(native: Any) -> str | None:
    """The name of Flask-Login's user for `native`; None if there is none, or the app has no login.

    Flask-Login knows only the user of the current request, so another request has none. The name is
    the user's `username`, else the result of `get_id()`.
    """
    login, flask = sys.modules.get("flask_login"), sys.modules.get("flask")
    if login is None or flask is None or not flask.has_request_context():
        return None
    # Unwrapped, because the proxy itself is never identical to the request.
    if flask.request._get_current_object() is not native:
        return None
    if not hasattr(flask.current_app, "login_manager"):
        return None
    user = login.current_user
    if not getattr(user, "is_authenticated", False):
        return None
    name = getattr(user, "username", None)
    found = name if isinstance(name, str) and name else user.get_id()
    return None if found is None else str(found)
