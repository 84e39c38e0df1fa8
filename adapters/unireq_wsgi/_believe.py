"""What trusted proxies say, where WSGI applications read: client, scheme, Host, prefix."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Final

import unireq
from unireq import adapter
from unireq_wsgi._proxies import BY_PROXY_FIX, TOLD_HOST
from unireq_wsgi._request import WSGIRequest

__all__ = ["believe_in_environ"]

_CHANGED: Final = ("REMOTE_ADDR", "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME")
_TARGETS: Final = ("RAW_URI", "REQUEST_URI")


def believe_in_environ(
    environ: MutableMapping[str, Any], proxies: unireq.TrustedProxies
) -> unireq.Forwarded | None:
    """Change `environ` to what `proxies` say; `Request.headers` stay as sent.

    The original values are kept where Werkzeug's ProxyFix keeps them.

    Args:
        environ: The environ.
        proxies: Whom to believe.

    Returns:
        What they say; None if nothing has changed.
    """
    if BY_PROXY_FIX in environ:
        # ProxyFix is further out: it has been configured for this app, and wins.
        return None
    request = WSGIRequest(environ)
    host = request.host
    found = adapter.believe_proxies(request, proxies)
    if found is None:
        return None
    kept = environ[BY_PROXY_FIX] = {key: environ.get(key) for key in _CHANGED}
    environ["REMOTE_ADDR"] = "" if found.client is None else found.client.host
    environ.pop("REMOTE_PORT", None)
    if found.client is not None and found.client.port is not None:
        environ["REMOTE_PORT"] = str(found.client.port)
    environ["wsgi.url_scheme"] = found.scheme
    if found.host is not None and found.host != host:
        kept[TOLD_HOST] = environ["HTTP_HOST"] = found.host
    if found.prefix:
        environ["SCRIPT_NAME"] = found.prefix + environ.get("SCRIPT_NAME", "")
        for key in _TARGETS:
            if str(environ.get(key, "")).startswith("/"):
                environ[key] = found.prefix + environ[key]
    return found
