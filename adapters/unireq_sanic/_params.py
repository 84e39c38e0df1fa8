"""Path parameters as Sanic's router finds them: in the path as sent, before it is decoded."""

from __future__ import annotations

from typing import Any

import unireq

__all__ = ["decode_params"]


def decode_params(found: dict[str, Any], path: str) -> dict[str, Any]:
    """`found` with text percent-decoded, once.

    Args:
        found: The router's match; its text may or may not be decoded already (a route can ask for
            it).
        path: The path as sent. A value that stands in it, from one `/` to the next, is not decoded.
    """
    return {
        name: _decode(value, path) if type(value) is str else value for name, value in found.items()
    }


def _decode(value: str, path: str) -> str:
    if "%" not in value:
        return value
    whole = f"{path}/"
    if f"/{value}/" not in whole:
        return value
    return unireq.percent_decode(value if value.isascii() else value.encode().decode("latin-1"))
