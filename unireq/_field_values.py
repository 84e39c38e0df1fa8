"""Field values: which fields are lists, and how a list is taken apart.

A field that is sent several times reaches an application joined by `,` (RFC 9110 5.3), by a server
or by unireq. The members of the list are the same however it was joined.
"""

from __future__ import annotations

import re

__all__ = ["SINGLE_VALUED", "members"]

# Fields with one value by definition (RFC 9110 and the specifications of the others), which may
# hold a comma that separates nothing: a date, a comment, the parameters of a credential.
SINGLE_VALUED = frozenset(
    """
    accept-datetime access-control-request-method age authorization content-disposition
    content-length content-location content-range content-type cookie date destination dnt
    early-data etag expires from host http2-settings if if-modified-since if-range
    if-schedule-tag-match if-unmodified-since last-event-id last-modified location lock-token
    max-forwards mime-version origin proxy-authorization range referer retry-after
    sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user sec-gpc sec-purpose
    sec-websocket-accept sec-websocket-key server set-cookie sunset traceparent
    upgrade-insecure-requests user-agent
    """.split()
)

# A quoted-string (RFC 9110 5.6.4) up to its closing quote, or to the end where it is never closed;
# or a comma. It can't backtrack, so its time is linear.
_DELIMITER = re.compile(r'"(?:[^"\\]|\\.)*(")?|,', re.DOTALL)


def members(value: str) -> list[str]:
    """The members of the list-valued field `value`, in order, stripped; empty ones are ignored.

    A comma inside a quoted string separates nothing. A quote that is never closed opens no quoted
    string: from there on every comma separates.

    Source: RFC 9110 5.6.1.
    """
    pieces: list[str] = []
    start = 0
    for delimiter in _DELIMITER.finditer(value) if '"' in value else ():
        if delimiter[0] == ",":
            pieces.append(value[start : delimiter.start()])
            start = delimiter.end()
        elif delimiter[1] is None:
            opened = delimiter.start()
            first, *rest = value[opened:].split(",")
            pieces += [value[start:opened] + first, *rest]
            break
    else:
        pieces += value[start:].split(",") if '"' not in value else [value[start:]]
    return [member for piece in pieces if (member := piece.strip(" \t"))]
