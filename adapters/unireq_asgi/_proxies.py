"""What trusted proxies say, where ASGI applications read: client, scheme, Host, prefix."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import unireq
from unireq import adapter
from unireq_asgi._request import SENT_HOST, TOLD_HOST, ASGIRequest, is_host, with_host

__all__ = ["believe_in_scope"]


def believe_in_scope(
    scope: MutableMapping[str, Any], proxies: unireq.TrustedProxies
) -> unireq.Forwarded | None:
    """Change `scope` to what `proxies` say; `Request.headers` stay as sent.

    Args:
        scope: A scope of type `http` or `websocket`.
        proxies: Whom to believe.

    Returns:
        What they say; None if nothing has changed.
    """
    request = ASGIRequest(scope)
    host = request.host
    found = adapter.believe_proxies(request, proxies)
    if found is None:
        return None
    # As servers write it: a tuple, which uvicorn formats, and 0 for a port that is unknown.
    scope["client"] = None if found.client is None else (found.client.host, found.client.port or 0)
    scope["scheme"] = found.scheme
    if found.host is not None and found.host != host:
        scope[TOLD_HOST] = found.host
        fields = list(scope.get("headers", ()))
        scope[SENT_HOST] = [(name, value) for name, value in fields if is_host(name)]
        scope["headers"] = with_host(fields, [(b"host", found.host.encode("latin-1"))])
    if found.prefix:
        scope["root_path"] = found.prefix + (scope.get("root_path") or "")
        # A target in absolute form, or `*`, is no path (RFC 9112 3.2).
        if scope["path"][:1] in {"", "/"}:
            scope["path"] = found.prefix + scope["path"]
        raw_path: bytes | None = scope.get("raw_path")
        if raw_path is not None and raw_path[:1] in {b"", b"/"}:
            scope["raw_path"] = found.prefix.encode() + raw_path
    return found
