"""Host, scheme and mount prefix by Django's settings, with Django's own rules.

ALLOWED_HOSTS, USE_X_FORWARDED_HOST, USE_X_FORWARDED_PORT, SECURE_PROXY_SSL_HEADER,
FORCE_SCRIPT_NAME.
"""

from __future__ import annotations

import io
import sys
from functools import cache, lru_cache
from typing import Any

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
_LONGEST_REMEMBERED = 100
_BY_PROXY = ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")


class _Django:
    """What is used of Django, which is imported if there is a request of it.

    An import statement in a function, and `settings.configured`, cost as much as reading a field.
    """

    def __init__(self) -> None:
        from django.conf import settings
        from django.core.exceptions import DisallowedHost
        from django.http.request import split_domain_port, validate_host
        from django.urls import get_script_prefix

        self.DisallowedHost = DisallowedHost
        self.validate_host = validate_host
        self.get_script_prefix = get_script_prefix
        self._split = split_domain_port
        self._split_again = lru_cache(256)(split_domain_port)
        self._settings = settings
        self._configured = False

    def domain(self, host: str) -> str:
        """`host` without its port, by Django's rules; `""` if it is invalid."""
        # An app is asked for by few names; but a client may send any, and long ones.
        split = self._split_again if len(host) <= _LONGEST_REMEMBERED else self._split
        domain: str = split(host)[0]
        return domain

    def settings(self) -> Any:
        """The settings; None if no Django app is running: the request is made by hand."""
        if self._configured or self._settings.configured:
            self._configured = True
            return self._settings
        return None


_django = cache(_Django)


def location_sources(native: Any) -> tuple[Any, ...]:
    """What the functions below read of `native` and of the settings."""
    settings = _django().settings()
    if settings is None:
        return ()
    meta = native.META
    forwarded_host, forwarded_port = map(meta.get, _BY_PROXY)
    return (
        meta.get("HTTP_HOST"),
        forwarded_host,
        forwarded_port,
        forwarded_host is not None and settings.USE_X_FORWARDED_HOST,
        forwarded_port is not None and settings.USE_X_FORWARDED_PORT,
        meta.get("SERVER_NAME"),
        meta.get("SERVER_PORT"),
        tuple(settings.ALLOWED_HOSTS) or settings.DEBUG,
        settings.SECURE_PROXY_SSL_HEADER and native.scheme,
    )


def host_is_allowed(native: Any, host: str) -> bool:
    """Whether Django allows both `host` (with or without a port) and the host of `native`.

    They differ if a target in absolute form names another host, which Django ignores.
    """
    django = _django()
    settings = django.settings()
    if settings is None:
        return True
    allowed = settings.ALLOWED_HOSTS
    if not allowed and settings.DEBUG:
        allowed = _WHILE_DEBUGGING
    domain = django.domain(host)
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
    settings = _django().settings()
    if settings is None:
        return None
    meta = native.META
    # Reading a setting is slow, so it comes last.
    if "HTTP_X_FORWARDED_HOST" in meta and settings.USE_X_FORWARDED_HOST:
        return meta["HTTP_X_FORWARDED_HOST"]  # type: ignore[no-any-return]
    if "HTTP_HOST" in meta:
        return None
    forwarded_port = "HTTP_X_FORWARDED_PORT" in meta and settings.USE_X_FORWARDED_PORT
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
    settings = _django().settings()
    if settings is not None and settings.SECURE_PROXY_SSL_HEADER:
        return native.scheme  # type: ignore[no-any-return]
    return None


def forced_prefix() -> str:
    """FORCE_SCRIPT_NAME; `""` if it is not set."""
    settings = _django().settings()
    return (settings is not None and settings.FORCE_SCRIPT_NAME) or ""


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
