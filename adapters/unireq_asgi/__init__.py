"""unireq for plain ASGI: `ASGIRequest` reads from a scope.

The scope lacks: the order of fields with different names on some servers (granian, daphne); the
case of names; the distinction of trailers, which uvicorn with httptools adds to the fields; the raw
path on servers that omit the optional `raw_path`.
"""

from unireq_asgi._body import BodyReceive, Receive, body_from
from unireq_asgi._exchange import EXCHANGE, Exchange
from unireq_asgi._middleware import (
    ProblemMiddleware,
    RequestMiddleware,
    as_middleware,
    install,
)
from unireq_asgi._proxies import believe_in_scope
from unireq_asgi._request import NO_BODY, ASGIRequest, may_have_body, name_of_user
from unireq_asgi._respond import Send, field_pairs, respond
from unireq_asgi._view import ASGIApp, as_view, inject

__all__ = [
    "EXCHANGE",
    "NO_BODY",
    "ASGIApp",
    "ASGIRequest",
    "BodyReceive",
    "Exchange",
    "ProblemMiddleware",
    "Receive",
    "RequestMiddleware",
    "Send",
    "as_middleware",
    "as_view",
    "believe_in_scope",
    "body_from",
    "field_pairs",
    "inject",
    "install",
    "may_have_body",
    "name_of_user",
    "respond",
]
