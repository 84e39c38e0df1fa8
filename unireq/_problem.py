"""A problem: the answer that an error of the client's deserves. Source: RFC 9457.

Rule: the client is told what it can mend (RFC 9457 3.1.4). What else there is to say, to whom wrote
or runs the program, goes to the logger `unireq`.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, Final

from unireq._errors import IncompleteBody, InvalidParameter, RequestError
from unireq._response import Response

__all__ = ["problem"]

_LOGGER: Final = logging.getLogger("unireq")

# RFC 9110 15.5; the standard library has other phrases for these, depending on its version.
_PHRASES = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}


def problem(error: RequestError) -> Response:
    """The answer to `error`: its status, and a content of `application/problem+json`.

    The members are `type` (`about:blank`: the status says it), `title` (the phrase of the status),
    `status`, `detail`, and for `InvalidParameter` the `parameter`. The `advice` of the error is
    logged as a warning. What a server or a framework said of a body that ended early is logged as
    an information: each says something else, and it is none of the client's business.
    """
    early = isinstance(error, IncompleteBody)
    if early or error.advice:
        level = logging.INFO if early else logging.WARNING
        # Not `%s`: a message may have a line break that a client sent.
        _LOGGER.log(level, "refused by status %d: %r", error.status, str(error))
    members: dict[str, Any] = {
        "type": "about:blank",
        "title": _phrase(error.status),
        "status": error.status,
        "detail": "the body ended before its framing says so" if early else error.detail,
    }
    if isinstance(error, InvalidParameter):
        members["parameter"] = error.parameter
    return Response.json(members, status=error.status, media_type="application/problem+json")


def _phrase(status: int) -> str:
    try:
        return _PHRASES.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return "Client Error" if status < 500 else "Server Error"
