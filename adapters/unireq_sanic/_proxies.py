"""Client, scheme and host by Sanic's configuration, with Sanic's own rules.

With FORWARDED_SECRET, REAL_IP_HEADER or PROXIES_COUNT Sanic trusts a proxy; SERVER_NAME overrides
everything. Sanic itself applies this policy and parses the fields. A result is used only if it is a
valid scheme, address or host.
"""

from __future__ import annotations

from typing import Any

import unireq
from unireq.adapter import normalize_address

__all__ = [
    "BELIEVED",
    "believes_proxies",
    "is_websocket",
    "proxy_sources",
    "said_client",
    "said_host",
    "said_secure",
]

BELIEVED = "unireq"
"""The key of the client in `request.parsed_forwarded`, if that is what `unireq.TrustedProxies` say.

Sanic has no place for the client's port, nor for a client that is unknown.
"""

_TRUSTING = ("FORWARDED_SECRET", "REAL_IP_HEADER", "PROXIES_COUNT")
_CONFIGURED = ("SERVER_NAME", "FORWARDED_SECRET", "REAL_IP_HEADER", "PROXIES_COUNT")
_SECURE = {"http": False, "ws": False, "https": True, "wss": True}


def said_secure(native: Any) -> bool | None:
    """Whether the client's connection to the proxy is encrypted; None if not configured."""
    scheme, separator, _ = _server_name(native).partition("://")
    if separator and scheme.lower() in _SECURE:
        return _SECURE[scheme.lower()]
    return _SECURE.get(str(_forwarded(native).get("proto", "")))


def said_client(native: Any, peer: unireq.Address | None) -> unireq.Address | None:
    """The client that a trusted proxy names (None if invalid); `peer` if it names none."""
    forwarded = _forwarded(native)
    if not forwarded:
        return peer
    if BELIEVED in forwarded:
        return forwarded[BELIEVED]  # type: ignore[no-any-return]
    node = forwarded.get("for")
    return normalize_address(node, None) if node else peer


def said_host(native: Any) -> str | None:
    """The host from SERVER_NAME, else from a trusted proxy; None if there is neither."""
    name = _server_name(native)
    if name:
        return name.split("//", 1)[-1].partition("/")[0]
    return _forwarded(native).get("host") or None


def is_websocket(native: Any) -> bool:
    """Whether the request opens a websocket: by its route; before routing, by RFC 6455 4.1."""
    if not native.app.websocket_enabled:
        return False
    if native.route is not None:
        return bool(getattr(native.route.extra, "websocket", False))
    upgrade = native.headers.get("upgrade", "").lower()
    return bool(upgrade == "websocket" and native.method == "GET" and native.version == "1.1")


def proxy_sources(native: Any) -> tuple[Any, ...]:
    """What the functions above read of the configuration, and of a trusted proxy's fields."""
    return (*map(native.app.config.get, _CONFIGURED), dict(_forwarded(native)))


def _server_name(native: Any) -> str:
    # Sanic's config is a dict; reading an attribute takes ten times as long as reading an item.
    return str(native.app.config.get("SERVER_NAME") or "")


def _forwarded(native: Any) -> Any:
    get = native.app.config.get
    if get("FORWARDED_SECRET") or get("REAL_IP_HEADER") or get("PROXIES_COUNT"):
        return native.forwarded
    said = native.parsed_forwarded
    return said if said is not None and BELIEVED in said else {}


def believes_proxies(app: Any) -> bool:
    """Whether Sanic is configured to believe proxies."""
    return any(map(app.config.get, _TRUSTING))
