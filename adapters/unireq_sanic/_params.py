"""Path parameters of Sanic's router, which it takes from the path as sent, without decoding it.

A route may ask for decoded text, but whether Sanic decodes it depends on other routes. So a value
is decoded here only if it occurs unchanged in the path as sent.
"""

from __future__ import annotations

from typing import Any

from unireq.adapter import percent_decode

__all__ = ["decode_params"]


def decode_params(native: Any) -> dict[str, Any]:
    """The router's match for `native`, with text percent-decoded, once."""
    found: dict[str, Any] = dict(native.match_info)
    for name, value in found.items():
        if type(value) is str and "%" in value:
            found[name] = _decode(name, value, native)
    return found


def _decode(name: str, value: str, native: Any) -> str:
    if not _stands_as_sent(name, value, native.path, native.route):
        return value
    return percent_decode(value if value.isascii() else value.encode().decode("latin-1"))


def _stands_as_sent(name: str, value: str, path: str, route: Any) -> bool:
    if route is not None and not route.regex:
        # The router's own index of the segment.
        places: dict[str, int] = {param.name: at for at, param in route.params.items()}
        segments = path[1:].split("/")
        if (at := places.get(name, len(segments))) < len(segments):
            # The value of an `ext` parameter is the beginning of a segment.
            return segments[at] == value or segments[at].startswith(f"{value}.")
    # A regular expression may match several segments, so the index is unknown.
    return f"/{value}/" in f"{path}/"
