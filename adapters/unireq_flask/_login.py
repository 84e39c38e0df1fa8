"""Who is logged in by Flask-Login, where the app uses it."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["flask_login_name"]


def flask_login_name(native: Any) -> str | None:
    """The name of the user whom Flask-Login has for `native`; None if the app does not use it.

    Its `current_user` belongs to the request that is being handled, so another request has none.
    The name is the user's `username`, else what `get_id()` gives.
    """
    login, flask = sys.modules.get("flask_login"), sys.modules.get("flask")
    if login is None or flask is None or not flask.has_request_context():
        return None
    # Through the proxy's function: the proxy itself is never identical to the request.
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
