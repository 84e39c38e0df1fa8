"""The session hash: a value that a page sends to tell its loads apart.

It is chosen by the client. Nothing may be granted on the strength of it.
"""

from __future__ import annotations

import re

from unireq._query import QueryParams

__all__ = ["find_session_hash", "is_session_hash", "new_session_hash"]

# RFC 3986 2.3: unreserved characters, which pass through headers and queries unchanged.
_PLAUSIBLE = re.compile(r"[0-9A-Za-z\-._~]{1,128}")


def is_session_hash(value: str) -> bool:
    """Whether `value` may be one: 1 to 128 unreserved characters."""
    return _PLAUSIBLE.fullmatch(value) is not None


def find_session_hash(field: str | None, query: QueryParams) -> str | None:
    """The session hash: from the field `x-session-hash` if it is there, else from the query."""
    value = field or query.get("session_hash")
    return value if value is not None and is_session_hash(value) else None


def new_session_hash() -> str:
    """A new session hash for a page that is about to be sent: 128 random bits, 22 characters.

    It tells page loads apart, and nothing more: whoever sees it can send it too.
    Source: RFC 4648 5, base64url without padding.
    """
    import secrets

    return secrets.token_urlsafe(16)
