"""What a `repr` may show: names always, secret values never.

A repr ends up in logs, error pages and bug reports. Only the repr hides: the values themselves are
there for whoever asks for them.
"""

from __future__ import annotations

import re

__all__ = ["HIDDEN", "hide_query", "is_secret_field"]

HIDDEN = "***"

_SECRET_NAME = re.compile(
    r"auth|cookie|credential|csrf|dpop|jwt|(?<!websocket-)key|pass|private|secret|session|signature|token|xsrf"
)
_QUERY_VALUE = re.compile(r"=[^&]*")


def is_secret_field(name: str) -> bool:
    """Whether the header field `name` (lower-case) is likely to carry a secret."""
    return _SECRET_NAME.search(name) is not None


def hide_query(query: str) -> str:
    """`query` with every value hidden: `a=1&b=2` gives `a=***&b=***`."""
    return _QUERY_VALUE.sub("=" + HIDDEN, query)
