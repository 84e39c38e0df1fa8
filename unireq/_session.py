"""The session hash: a value that a page sends to tell its loads apart.

It is chosen by the client. Nothing may be granted on the strength of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unireq._request import Request

__all__ = ["session_hash"]

# RFC 3986 2.3: unreserved characters, which pass through headers and queries unchanged.
_PLAUSIBLE = re.compile(r"[0-9A-Za-z\-._~]{1,128}")


def session_hash(request: Request) -> str | None:
    """The session hash of `request`: from the field if it is there, else from the query."""
    value = request.get_header("x-session-hash") or request.query_params.get("session_hash")
    return value if value is not None and _PLAUSIBLE.fullmatch(value) else None
