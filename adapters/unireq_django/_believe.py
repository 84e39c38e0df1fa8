"""What trusted proxies say, where Django reads: META, the scope, the path and the script prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import unireq
from unireq_asgi import believe_in_scope
from unireq_wsgi import believe_in_environ

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["believe", "check_settings"]

_SETTINGS: Final = ("SECURE_PROXY_SSL_HEADER", "USE_X_FORWARDED_HOST", "USE_X_FORWARDED_PORT")


def believe(native: HttpRequest, proxies: unireq.TrustedProxies) -> None:
    """Change `native` to what `proxies` say; `Request.headers` stay as sent."""
    meta: Any = native.META
    scope: Any = getattr(native, "scope", None)
    if "wsgi.url_scheme" in meta or scope is None:
        found = believe_in_environ(meta, proxies)
    elif (found := believe_in_scope(scope, proxies)) is not None:
        meta["REMOTE_ADDR"] = meta["REMOTE_HOST"] = ""
        meta.pop("REMOTE_PORT", None)
        if found.client is not None:
            meta["REMOTE_ADDR"] = meta["REMOTE_HOST"] = found.client.host
            meta["REMOTE_PORT"] = found.client.port or 0
        if found.host is not None:
            meta["HTTP_HOST"] = found.host
        if found.prefix:
            meta["SCRIPT_NAME"] = native.script_name = scope["root_path"]  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    if found is not None and found.prefix:
        from django.urls import get_script_prefix, set_script_prefix

        if native.path.startswith("/"):
            native.path = found.prefix + native.path
        set_script_prefix(found.prefix + get_script_prefix())


def check_settings(*, proxies: bool, allowed_hosts: bool) -> None:
    """Check that Django does not do itself what the middleware is asked for.

    Args:
        proxies: Whether it is asked to believe proxies.
        allowed_hosts: Whether it is asked to check hosts.

    Raises:
        ImproperlyConfigured: It does.
    """
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    if allowed_hosts and "*" not in settings.ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "as_middleware: expected one list of hosts, got allowed_hosts and ALLOWED_HOSTS; remove"
            " the first, or let ALLOWED_HOSTS be ['*']"
        )
    found = [name for name in _SETTINGS if proxies and getattr(settings, name, None)]
    if found:
        raise ImproperlyConfigured(
            f"as_middleware: expected one policy for proxies, got TrustedProxies and {found[0]};"
            " remove one of them"
        )
