"""A problem: the answer that an error of the client's deserves. Source: RFC 9457."""

from __future__ import annotations

from typing import Any

from unireq._errors import InvalidParameter, RequestError
from unireq._response import Response

__all__ = ["problem"]

# RFC 9110 15.5; the standard library has other names for some, depending on its version.
_TITLES = {400: "Bad Request", 413: "Content Too Large", 422: "Unprocessable Content"}


def problem(error: RequestError) -> Response:
    """The answer to `error`: its status, and a content of `application/problem+json`.

    The members are `type` (`about:blank`: the status says it), `title`, `status`, `detail` (the
    message), and for `InvalidParameter` the `parameter`.
    """
    members: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(error.status, "Client Error"),
        "status": error.status,
        "detail": str(error),
    }
    if isinstance(error, InvalidParameter):
        members["parameter"] = error.parameter
    return Response.json(members, status=error.status, media_type="application/problem+json")
