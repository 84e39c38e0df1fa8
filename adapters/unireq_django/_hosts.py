"""Host, scheme and mount prefix by Django's settings, with Django's own rules.

ALLOWED_HOSTS, USE_X_FORWARDED_HOST, USE_X_FORWARDED_PORT, SECURE_PROXY_SSL_HEADER,
FORCE_SCRIPT_NAME.
"""

from __future__ import annotations

import io
import sys
from typing import Any

__all__ = ["forced_prefix", "host_is_allowed", "script_prefix", "told_host", "told_scheme"]

# The hosts that Django allows if DEBUG is on and ALLOWED_HOSTS is empty.
_WHILE_DEBUGGING = [".localhost", "127.0.0.1", "[::1]"]


def host_is_allowed(native: Any, host: str) -> bool:
    """Whether Django allows both `host` (with or without a port) and the host of `native`.

    They differ if a target in absolute form names another host, which Django ignores.
    """
    from django.conf import settings
    from django.core.exceptions import DisallowedHost
    from django.http import request

    if not settings.configured:
        # No Django app is running: the request is made by hand.
        return True
    allowed = settings.ALLOWED_HOSTS
    if settings.DEBUG and not allowed:
        allowed = _WHILE_DEBUGGING
    domain = request.split_domain_port(host)[0]
    if not domain or not request.validate_host(domain, allowed):
        return False
    if native.META.get("HTTP_HOST") in (host, None):
        return True
    try:
        native.get_host()
    except DisallowedHost:
        return False
    return True


def told_host(native: Any) -> str | None:
    """The host that Django uses instead of the Host field; None if it uses that.

    It comes from a proxy's fields; or, in a request from RequestFactory, it is the server's name.
    """
    from django.conf import settings

    if not settings.configured:
        return None
    meta = native.META
    if settings.USE_X_FORWARDED_HOST and "HTTP_X_FORWARDED_HOST" in meta:
        return meta["HTTP_X_FORWARDED_HOST"]  # type: ignore[no-any-return]
    if "HTTP_HOST" in meta:
        return None
    forwarded_port = settings.USE_X_FORWARDED_PORT and "HTTP_X_FORWARDED_PORT" in meta
    # In these cases Django builds the host from the name and the port of the server.
    if forwarded_port or meta.get("SERVER_NAME") == "testserver" or _made_by_factory(native):
        return native._get_raw_host()  # type: ignore[no-any-return]
    return None


def _made_by_factory(native: Any) -> bool:
    """Whether django.test has made the request: it sets values that no server sets."""
    if "django.test.client" not in sys.modules:
        return False
    scope = getattr(native, "scope", None)
    if isinstance(scope, dict):
        # The factory sets a str, or nothing.
        return not isinstance(scope.get("query_string"), bytes)  # pyright: ignore[reportUnknownMemberType]
    # In a server, it is a text stream (PEP 3333).
    return isinstance(native.META.get("wsgi.errors"), io.BytesIO)


def told_scheme(native: Any) -> str | None:
    """The scheme by SECURE_PROXY_SSL_HEADER; None if that is not set."""
    from django.conf import settings

    if settings.configured and settings.SECURE_PROXY_SSL_HEADER:
        return native.scheme  # type: ignore[no-any-return]
    return None


def forced_prefix() -> str:
    """FORCE_SCRIPT_NAME; `""` if it is not set."""
    from django.conf import settings

    return (settings.configured and settings.FORCE_SCRIPT_NAME) or ""


def script_prefix(native: Any) -> str:
    """The mount prefix, decoded, without the trailing slash that Django adds.

    FORCE_SCRIPT_NAME, else the server's; or the one that the application has set for the current
    request, which counts only after routing.
    """
    prefix: str = (native.META.get("SCRIPT_NAME") or "").rstrip("/")
    if native.resolver_match is not None:
        from django.urls import get_script_prefix

        # Django's prefix ends with a slash; without a prefix it is a single slash.
        return get_script_prefix().rstrip("/") or prefix
    return prefix
