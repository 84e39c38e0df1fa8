"""Which hosts Django allows: ALLOWED_HOSTS, by Django's own rule."""

from __future__ import annotations

__all__ = ["host_is_allowed"]

# What Django allows while DEBUG is on and ALLOWED_HOSTS is empty.
_WHILE_DEBUGGING = [".localhost", "127.0.0.1", "[::1]"]


def host_is_allowed(host: str) -> bool:
    """Whether ALLOWED_HOSTS allows `host` (with or without a port, its syntax being right)."""
    from django.conf import settings
    from django.http.request import validate_host

    if not settings.configured:
        # No Django app is running: the request was made by hand.
        return True
    allowed = settings.ALLOWED_HOSTS
    if settings.DEBUG and not allowed:
        allowed = _WHILE_DEBUGGING
    name = host.lower()
    bare, colon, port = name.rpartition(":")
    if (
        colon
        and (port == "" or port.isdecimal())
        and not (bare.startswith("[") and "]" not in bare)
    ):
        name = bare
    return bool(validate_host(name.removesuffix("."), allowed))
