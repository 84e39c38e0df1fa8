"""What a proxy says, where FORWARDED_SECRET, REAL_IP_HEADER or PROXIES_COUNT has Sanic trust one.

That policy is Sanic's, and so is the reading of the fields that it names. What comes of them is
taken only if it is a scheme or an address.
"""

from __future__ import annotations

import re
from typing import Any

import unireq

__all__ = ["said_client", "said_secure"]

# RFC 7239 6: an IPv6 address stands in brackets; a port may follow.
_NODE = re.compile(r"\[([^\[\]]+)\](?::([0-9]{1,5}))?|([0-9.]+):([0-9]{1,5})")
_SECURE = {"http": False, "ws": False, "https": True, "wss": True}


def said_secure(native: Any) -> bool | None:
    """Whether the client's connection to the proxy is encrypted; None if no trusted proxy says."""
    return _SECURE.get(_forwarded(native, "proto"))


def said_client(native: Any) -> unireq.Address | None:
    """The client that a trusted proxy names; None if none does."""
    node = _forwarded(native, "for")
    if not node:
        return None
    match = _NODE.fullmatch(node)
    if match is None:
        return unireq.settle_address(node, None)
    return unireq.settle_address(match[1] or match[3], match[2] or match[4])


def _forwarded(native: Any, name: str) -> str:
    # Sanic's config is a dict whose attributes take a call each, ten times as long as an item.
    get = native.app.config.get
    if not (get("FORWARDED_SECRET") or get("REAL_IP_HEADER") or get("PROXIES_COUNT")):
        return ""
    return str(native.forwarded.get(name, ""))
