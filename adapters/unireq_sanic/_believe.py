"""What trusted proxies say, where Sanic reads: `request.parsed_forwarded`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import unireq
from unireq import adapter
from unireq_sanic._proxies import BELIEVED, believes_proxies

if TYPE_CHECKING:
    from sanic import Sanic
    from sanic.request import Request

__all__ = ["believe", "checked_proxies"]


def believe(native: Request, proxies: unireq.TrustedProxies) -> None:
    """Let `native` say what `proxies` say; the connection, which is kept alive, stays as it is."""
    request: Any = unireq.from_native(native)
    found = adapter.believe_proxies(request, proxies)
    if found is None:
        return
    said: dict[str, Any] = {BELIEVED: found.client, "proto": found.scheme}
    if found.client is not None:
        host = found.client.host
        said["for"] = f"[{host}]" if ":" in host else host
    if found.host is not None:
        said["host"] = found.host
    native.parsed_forwarded = said


def checked_proxies(
    app: Sanic[Any, Any],
    new: unireq.TrustedProxies | None,
    installed: unireq.TrustedProxies | None,
) -> unireq.TrustedProxies | None:
    """The policy of an app after another `install`.

    Raises:
        TypeError: `new` is something else.
        ValueError: Sanic is configured to believe proxies itself, the app has another policy, or
            the policy names a prefix, which Sanic has no place for.
    """
    proxies = adapter.merged_proxies(new, installed, "install")
    if proxies is not None and believes_proxies(app):
        raise ValueError(
            "install: expected one policy for proxies, got TrustedProxies and Sanic's own"
            " (FORWARDED_SECRET, REAL_IP_HEADER or PROXIES_COUNT); remove one of them"
        )
    if proxies is not None and "prefix" in proxies.sets:
        raise ValueError(
            'install: expected proxies without "prefix" in sets, got it: Sanic has no mount prefix;'
            " let the proxy pass on the whole path, and mount by url_prefix"
        )
    return proxies
