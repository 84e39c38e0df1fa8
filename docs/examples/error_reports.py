"""Reports of errors, with the request that caused them and none of its secrets.

    app = install(app, report_errors(send))

It reports what nobody in the application has answered, and answers that broke off.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import unireq

_SECRET = {"authorization", "cookie", "proxy-authorization", "x-api-key"}


def report_errors(send: Callable[[dict[str, Any]], None]) -> unireq.Middleware:
    """A layer that calls `send` with each report; it must not take long."""

    @unireq.middleware
    def layer(request: unireq.Request) -> unireq.Steps:
        head = yield
        failed = head.error
        yield
        sent = head.sent
        error = failed or (sent.error if sent is not None else None)
        if error is not None:
            send(
                {
                    "error": type(error).__name__,
                    "traceback": "".join(traceback.format_exception(error)),
                    "status": head.status,
                    "method": request.method,
                    "route": request.route,
                    "view": request.view_name,
                    # Without its query, which may hold tokens.
                    "path": request.path,
                    "headers": {
                        name: "***" if name in _SECRET else value
                        for name, value in request.headers.items()
                    },
                }
            )
        return None

    return layer
