"""unireq for plain ASGI: `ASGIRequest` looks at a scope.

What is lost before the scope: the order of fields across names on some servers (granian, daphne);
the spelling of names; trailers, which uvicorn with httptools adds to the fields; the raw path on
servers that leave the optional `raw_path` out.
"""

from unireq_asgi._body import BodyReceive, Receive, body_from
from unireq_asgi._middleware import ProblemMiddleware, RequestMiddleware
from unireq_asgi._request import ASGIRequest, name_of_user
from unireq_asgi._respond import Send, field_pairs, respond
from unireq_asgi._view import ASGIApp, as_view, inject

__all__ = [
    "ASGIApp",
    "ASGIRequest",
    "BodyReceive",
    "ProblemMiddleware",
    "Receive",
    "RequestMiddleware",
    "Send",
    "as_view",
    "body_from",
    "field_pairs",
    "inject",
    "name_of_user",
    "respond",
]
