"""What was put in place of the peer and the Host field, on behalf of a proxy.

Werkzeug's ProxyFix changes the environ, and keeps what it has found there; waitress and others
change REMOTE_ADDR, and leave the proxy's REMOTE_PORT beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import unireq

__all__ = ["BY_PROXY_FIX", "as_sent", "client_of", "found_by_proxy_fix"]

BY_PROXY_FIX = "werkzeug.proxy_fix.orig"
"""Where ProxyFix keeps what it found."""

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def client_of(environ: Mapping[str, Any]) -> unireq.Address | None:
    """REMOTE_ADDR and REMOTE_PORT, if they belong to each other."""
    host, port = environ.get("REMOTE_ADDR"), environ.get("REMOTE_PORT")
    if found_by_proxy_fix(environ).get("REMOTE_ADDR", host) != host:
        port = None
    return unireq.settle_address(host, port, map(environ.get, _FORWARDED))


def found_by_proxy_fix(environ: Mapping[str, Any]) -> Mapping[str, Any]:
    """What ProxyFix found, by the keys of the environ; nothing where it is not used."""
    return environ.get(BY_PROXY_FIX) or {}


def as_sent(environ: Mapping[str, Any]) -> Mapping[str, Any]:
    """`environ` with the Host field that was sent."""
    found = found_by_proxy_fix(environ)
    if "HTTP_HOST" not in found or found["HTTP_HOST"] == environ.get("HTTP_HOST"):
        return environ
    # Where there was none, there is none.
    sent = {key: value for key, value in environ.items() if key != "HTTP_HOST"}
    return sent if found["HTTP_HOST"] is None else {**environ, "HTTP_HOST": found["HTTP_HOST"]}
