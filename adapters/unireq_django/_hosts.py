"""Host, scheme and mount prefix by Django's settings, with Django's own rules.

ALLOWED_HOSTS, USE_X_FORWARDED_HOST, USE_X_FORWARDED_PORT, SECURE_PROXY_SSL_HEADER,
FORCE_SCRIPT_NAME.
"""

from __future__ import annotations

import io
import sys
from functools import cache
from typing import Any, NamedTuple

__all__ = [
    "forced_prefix",
    "host_is_allowed",
    "location_sources",
    "script_prefix",
    "told_host",
    "told_scheme",
]

# The hosts that Django allows if DEBUG is on and ALLOWED_HOSTS is empty.
_WHILE_DEBUGGING = [".localhost", "127.0.0.1", "[::1]"]
_FIELDS = (
    "HTTP_HOST",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "SERVER_NAME",
    "SERVER_PORT",
)


class _Django(NamedTuple):
    """What is used of Django, which is imported if there is a request of it."""

    settings: Any
    split_domain_port: Any
    validate_host: Any
    DisallowedHost: type[Exception]
    get_script_prefix: Any


@cache
def _django() -> _Django:
    # A statement of this kind in a function costs as much as reading a header field.
    from django.conf import settings
    from django.core.exceptions import DisallowedHost
    from django.http.request import split_domain_port, validate_host
    from django.urls import get_script_prefix

    return _Django(settings, split_domain_port, validate_host, DisallowedHost, get_script_prefix)


def location_sources(native: Any) -> tuple[Any, ...]:
    """What the functions below read of `native` and of the settings."""
    settings = _django().settings
    if not settings.configured:
        return ()
    secure = settings.SECURE_PROXY_SSL_HEADER
    return (
        *map(native.META.get, _FIELDS),
        tuple(settings.ALLOWED_HOSTS),
        settings.DEBUG,
        settings.USE_X_FORWARDED_HOST,
        settings.USE_X_FORWARDED_PORT,
        settings.FORCE_SCRIPT_NAME,
        secure and native.scheme,
    )


def host_is_allowed(native: Any, host: str) -> bool:
    """Whether Django allows both `host` (with or without a port) and the host of `native`.

    They differ if a target in absolute form names another host, which Django ignores.
    """
    django = _django()
    settings = django.settings
    if not settings.configured:
        # No Django app is running: the request is made by hand.
        return True
    allowed = settings.ALLOWED_HOSTS
    if settings.DEBUG and not allowed:
        allowed = _WHILE_DEBUGGING
    domain = django.split_domain_port(host)[0]
    if not domain or not django.validate_host(domain, allowed):
        return False
    if native.META.get("HTTP_HOST") in (host, None):
        return True
    try:
        native.get_host()
    except django.DisallowedHost:
        return False
    return True


def told_host(native: Any) -> str | None:
    """The host that Django uses instead of the Host field; None if it uses that.

    It comes from a proxy's fields; or, in a request from RequestFactory, it is the server's name.
    """
    settings = _django().settings
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
    settings = _django().settings
    if settings.configured and settings.SECURE_PROXY_SSL_HEADER:
        return native.scheme  # type: ignore[no-any-return]
    return None


def forced_prefix() -> str:
    """FORCE_SCRIPT_NAME; `""` if it is not set."""
    settings = _django().settings
    return (settings.configured and settings.FORCE_SCRIPT_NAME) or ""


def script_prefix(native: Any) -> str:
    """The mount prefix, decoded, without the trailing slash that Django adds.

    FORCE_SCRIPT_NAME, else the server's; or the one that the application has set for the current
    request, which counts only after routing.
    """
    prefix: str = (native.META.get("SCRIPT_NAME") or "").rstrip("/")
    if native.resolver_match is not None:
        # Django's prefix ends with a slash; without a prefix it is a single slash.
        own: str = _django().get_script_prefix()
        return own.rstrip("/") or prefix
    return prefix
