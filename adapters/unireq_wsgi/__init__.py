"""unireq for plain WSGI: `WSGIRequest` looks at an environ.

What is lost before the environ: how a repeated field was separated, so that several Cookie fields
come joined by a comma; the spelling of names, and with it the difference between `X_Foo` and
`X-Foo` where the server does not drop the former; the raw target where the server gives neither
RAW_URI nor REQUEST_URI; forwarded fields on waitress, which deletes them; Transfer-Encoding on
waitress, which puts a Content-Length in its place.
"""

from unireq_wsgi._async import run_async
from unireq_wsgi._body import begun, body_from, content_length, may_have_body, rewind
from unireq_wsgi._middleware import (
    ProblemMiddleware,
    RequestMiddleware,
    make_current,
    note_whole_answer,
)
from unireq_wsgi._request import WSGIRequest
from unireq_wsgi._respond import StartResponse, WSGIApp, respond, status_line
from unireq_wsgi._tee import TeeInput
from unireq_wsgi._view import answer, as_view, inject

__all__ = [
    "ProblemMiddleware",
    "RequestMiddleware",
    "StartResponse",
    "TeeInput",
    "WSGIApp",
    "WSGIRequest",
    "answer",
    "as_view",
    "begun",
    "body_from",
    "content_length",
    "inject",
    "make_current",
    "may_have_body",
    "note_whole_answer",
    "respond",
    "rewind",
    "run_async",
    "status_line",
]
