"""Middleware for Starlette and FastAPI: the current request."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import unireq_asgi
from unireq_asgi import ASGIRequest, Receive
from unireq_starlette._request import StarletteRequest

__all__ = ["RequestMiddleware"]


class RequestMiddleware(unireq_asgi.RequestMiddleware):
    """Makes `unireq.current_request()` work below, and keeps the body readable.

        app.add_middleware(unireq_starlette.RequestMiddleware)

    Add it last, so it is outermost: then unireq and the application (a `Form(...)` parameter,
    another middleware) can both read the body, whichever reads it first, within `unireq.Limits`.

    Args:
        app: The application below.
    """

    def open(self, scope: MutableMapping[str, Any], receive: Receive) -> ASGIRequest:
        """Create a `StarletteRequest`."""
        from starlette.requests import HTTPConnection, Request

        if scope["type"] == "http":
            return StarletteRequest(Request(scope, receive))
        return StarletteRequest(HTTPConnection(scope), receive)
