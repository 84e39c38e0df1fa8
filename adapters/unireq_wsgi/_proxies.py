"""The client's address and the Host field, if middleware has replaced them with a proxy's values.

Werkzeug's ProxyFix changes the environ and keeps the original values there. waitress and others
change REMOTE_ADDR, but leave the proxy's REMOTE_PORT, or put a part of the address into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import unireq
from unireq.adapter import CLIENT_FIELDS, normalize_address

__all__ = ["BY_PROXY_FIX", "TOLD_HOST", "as_sent", "client_of", "found_by_proxy_fix"]

BY_PROXY_FIX = "werkzeug.proxy_fix.orig"
"""The key under which ProxyFix keeps the original values."""

TOLD_HOST = "unireq.told_host"
"""The key beside them of the host that `unireq.TrustedProxies` have said.

It may equal the Host field, and counts also where the target names another.
"""

_FORWARDED = tuple("HTTP_" + name.upper().replace("-", "_") for name in CLIENT_FIELDS)
_COMMON, *_RARE = _FORWARDED


def client_of(environ: Mapping[str, Any]) -> unireq.Address | None:
    """REMOTE_ADDR, with REMOTE_PORT if it belongs to it.

    Raises:
        unireq.UnknownNative: The environ is hand-written, and does not follow PEP 3333.
    """
    host, port = environ.get("REMOTE_ADDR"), environ.get("REMOTE_PORT")
    if BY_PROXY_FIX in environ and found_by_proxy_fix(environ).get("REMOTE_ADDR", host) != host:
        port = None
    # Most requests have none of the rare fields; this check is faster than looking up each.
    common = environ.get(_COMMON)
    if (common is None or type(common) is str) and environ.keys().isdisjoint(_RARE):
        named = [common] if common else []
    else:
        named = _named_by_proxies(environ)
    client = normalize_address(host, port, named)
    ipv6 = isinstance(host, str) and ":" in host
    if ipv6 and isinstance(port, str) and (client is None or not port.isdecimal()):
        # Without brackets, waitress takes the text after the last colon for a port.
        return normalize_address(f"{host}:{port}", None) or client
    return client


def _named_by_proxies(environ: Mapping[str, Any]) -> list[str]:
    named: list[str] = []
    for key in [key for key in _FORWARDED if key in environ]:
        value = environ[key]
        if isinstance(value, str):
            named.append(value)
        elif value is not None:
            raise _wrong(key, "a str", value)
    return named


def _wrong(key: str, expected: str, got: object) -> unireq.UnknownNative:
    return unireq.UnknownNative(
        f"WSGI environ[{key!r}]: expected {expected}, got {type(got).__name__}"
    )


def found_by_proxy_fix(environ: Mapping[str, Any]) -> Mapping[str, Any]:
    """The original values that ProxyFix keeps, by environ key; empty if it is not used.

    Raises:
        unireq.UnknownNative: They are not a mapping, in a hand-written environ.
    """
    found: Any = environ.get(BY_PROXY_FIX) or {}
    if not isinstance(found, Mapping):
        raise _wrong(BY_PROXY_FIX, "a mapping", found)
    return found  # pyright: ignore[reportUnknownVariableType]


def as_sent(environ: Mapping[str, Any]) -> Mapping[str, Any]:
    """`environ` with the Host field that the client sent."""
    found = found_by_proxy_fix(environ)
    if "HTTP_HOST" not in found or found["HTTP_HOST"] == environ.get("HTTP_HOST"):
        return environ
    # If the client sent none, there is none.
    sent = {key: value for key, value in environ.items() if key != "HTTP_HOST"}
    return sent if found["HTTP_HOST"] is None else {**environ, "HTTP_HOST": found["HTTP_HOST"]}
