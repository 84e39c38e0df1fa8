"""unireq for Sanic, on its own server and on ASGI servers.

Sanic has no user of its own: `SanicRequest.set_username_getter(lambda native: ...)` reads the name
from where the app stores it, for example `native.ctx`.

Sanic lacks: with HTTP/3 the head of the message, so the fields come from `request.headers`, where
names that are not ASCII are lower-cased as Unicode; trailers.
"""

from unireq_sanic._install import install
from unireq_sanic._request import SanicASGIRequest, SanicHTTPRequest, SanicRequest
from unireq_sanic._respond import on_request_error
from unireq_sanic._view import as_view, inject

__all__ = [
    "SanicASGIRequest",
    "SanicHTTPRequest",
    "SanicRequest",
    "as_view",
    "inject",
    "install",
    "on_request_error",
]
