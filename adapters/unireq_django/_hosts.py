"""Hosts, schemes and prefixes as Django is configured: by Django's own rules.

ALLOWED_HOSTS, USE_X_FORWARDED_HOST, USE_X_FORWARDED_PORT, SECURE_PROXY_SSL_HEADER.
"""

from __future__ import annotations

import io
import sys
from typing import Any

__all__ = ["forced_prefix", "host_is_allowed", "script_prefix", "told_host", "told_scheme"]

# What Django allows while DEBUG is on and ALLOWED_HOSTS is empty.
_WHILE_DEBUGGING = [".localhost", "127.0.0.1", "[::1]"]


def host_is_allowed(native: Any, host: str) -> bool:
    """Whether Django allows `host` (with or without a port), and does not refuse `native`'s own.

    The two differ where a target in absolute form names one, which Django does not look at.
    """
    from django.conf import settings
    from django.core.exceptions import DisallowedHost
    from django.http import request

    if not settings.configured:
        # No Django app is running: the request was made by hand.
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
    """The host that Django takes from elsewhere than Host; None where it takes none.

    From a proxy's fields; and the name of the server, where RequestFactory has made the request.
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
    # Django asks for both where it has to name the server itself.
    if forwarded_port or meta.get("SERVER_NAME") == "testserver" or _made_by_factory(native):
        return native._get_raw_host()  # type: ignore[no-any-return]
    return None


def _made_by_factory(native: Any) -> bool:
    """Whether django.test has made it, by what no server does; the body may be another's by now."""
    if "django.test.client" not in sys.modules:
        return False
    scope = getattr(native, "scope", None)
    if isinstance(scope, dict):
        # Text, or none.
        return not isinstance(scope.get("query_string"), bytes)  # pyright: ignore[reportUnknownMemberType]
    # PEP 3333: a stream of text.
    return isinstance(native.META.get("wsgi.errors"), io.BytesIO)


def told_scheme(native: Any) -> str | None:
    """The scheme by SECURE_PROXY_SSL_HEADER; None where that is not set."""
    from django.conf import settings

    if settings.configured and settings.SECURE_PROXY_SSL_HEADER:
        return native.scheme  # type: ignore[no-any-return]
    return None


def forced_prefix() -> str:
    """FORCE_SCRIPT_NAME; `""` where it is not set."""
    from django.conf import settings

    return (settings.configured and settings.FORCE_SCRIPT_NAME) or ""


def script_prefix(native: Any) -> str:
    """The mount prefix, decoded, without a slash at its end: Django puts one behind it.

    FORCE_SCRIPT_NAME, else what the server says; or what the application has put in its place for
    the request that is being handled: only then has the request been routed.
    """
    prefix: str = (native.META.get("SCRIPT_NAME") or "").rstrip("/")
    if native.resolver_match is not None:
        from django.urls import get_script_prefix

        # Django's own has a slash at its end, and is one where there is none.
        return get_script_prefix().rstrip("/") or prefix
    return prefix
