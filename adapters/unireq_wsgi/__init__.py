"""unireq for plain WSGI: `WSGIRequest` reads from an environ.

The environ lacks: the separation of repeated fields, so several Cookie fields are joined with a
comma; the spelling of names, and with it the difference between `X_Foo` and `X-Foo`, unless the
server drops the former; the raw target, if the server sets neither RAW_URI nor REQUEST_URI;
forwarded fields on waitress, which deletes them; Transfer-Encoding on waitress, which replaces it
with a Content-Length.
"""

from unireq_wsgi._async import run_async
from unireq_wsgi._background import waits_in_background
from unireq_wsgi._believe import believe_in_environ
from unireq_wsgi._body import begun, body_from, content_length, may_have_body, rewind
from unireq_wsgi._exchange import EXCHANGE, CountedChunks, Exchange
from unireq_wsgi._middleware import (
    ProblemMiddleware,
    RequestMiddleware,
    as_middleware,
    install,
    note_whole_answer,
)
from unireq_wsgi._request import WSGIRequest
from unireq_wsgi._respond import StartResponse, WSGIApp, respond, status_line
from unireq_wsgi._tee import TeeInput
from unireq_wsgi._view import answer, as_view, inject

__all__ = [
    "EXCHANGE",
    "CountedChunks",
    "Exchange",
    "ProblemMiddleware",
    "RequestMiddleware",
    "StartResponse",
    "TeeInput",
    "WSGIApp",
    "WSGIRequest",
    "answer",
    "as_middleware",
    "as_view",
    "begun",
    "believe_in_environ",
    "body_from",
    "content_length",
    "inject",
    "install",
    "may_have_body",
    "note_whole_answer",
    "respond",
    "rewind",
    "run_async",
    "status_line",
    "waits_in_background",
]
