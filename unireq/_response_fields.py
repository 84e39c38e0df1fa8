"""Which header fields a response may have. Source: RFC 9110 5.1, 5.5, 5.6.2.

Rule: nothing that is given as a name or a value can begin another field, and nothing that a server
writes itself can be given.
"""

from __future__ import annotations

import re

from unireq._redact import shown_name

__all__ = ["checked_field"]

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# RFC 9110 5.5: a sender should limit values to US-ASCII; control characters but for TAB are never
# right.
_WRONG_IN_VALUE = re.compile(r"[^\t -~]")
_SERVERS_OWN = frozenset(
    """
    connection content-length date keep-alive proxy-authenticate proxy-authorization
    proxy-connection server te trailer trailers transfer-encoding upgrade
    """.split()
)


def checked_field(name: object, value: object) -> tuple[str, str] | None:
    """The field as it is sent: its name in lower case, its value without white space at the ends.

    None for an empty `Server`, by which presets of security fields ask for none: there is nothing
    to send, and the server's own is the server's to switch off.

    Raises:
        TypeError: The name or the value is not a str.
        ValueError: One of them has the wrong form, or the field is the server's own.
    """
    if not isinstance(name, str) or not isinstance(value, str):
        raise TypeError(
            "header field: expected a name and a value that are str, got"
            f" {type(name).__name__} and {type(value).__name__}"
        )
    if _TOKEN.fullmatch(name) is None:
        raise ValueError(f"header field: expected a name that is a token, got {shown_name(name)}")
    lower = name.lower()
    if lower == "server" and not value.strip(" \t"):
        return None
    if lower in _SERVERS_OWN:
        raise ValueError(
            f"header field {name!r}: expected none that the server writes itself (framing,"
            " connection, Date, Server); leave it out"
        )
    if (wrong := _WRONG_IN_VALUE.search(value)) is not None:
        raise ValueError(
            f"header field {name!r}: expected printable ASCII (RFC 9110 5.5), got {wrong[0]!r} at"
            f" position {wrong.start()}; a parameter that is not ASCII is encoded by RFC 8187, a"
            " URL by percent-encoding"
        )
    return lower, value.strip(" \t")
