"""Finds out whether Starlette has already read the body in a middleware above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["consumed_above", "may_have_body"]

_DEPTH = 20
"""How many layers of middleware to search."""


def may_have_body(scope: Mapping[str, Any]) -> bool:
    """Whether the request may have a body; in HTTP/1 the head tells (RFC 9112 6.3)."""
    if not str(scope.get("http_version", "")).startswith("1"):
        return True
    fields: dict[bytes, bytes] = dict(scope.get("headers", ()))
    return fields.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in fields


def consumed_above(native: Any) -> bool:
    """Whether a `BaseHTTPMiddleware` above has read the body and has not kept it.

    Then it passes an empty body to the layers below. Only its `receive`, a nested function, refers
    to its request: nothing else distinguishes this from a body that was sent empty.
    """
    receive = native.receive
    for _ in range(_DEPTH):
        above: Any = getattr(receive, "__self__", None)
        if above is not None and hasattr(above, "wrapped_receive"):
            if above._stream_consumed:
                return not hasattr(above, "_body")
            receive = above.receive
        else:
            names = getattr(getattr(receive, "__code__", None), "co_freevars", ())
            cells = getattr(receive, "__closure__", None) or ()
            found: dict[str, Any] = dict(zip(names, cells, strict=False))
            cell = found.get("wrapped_receive") or found.get("receive")
            try:
                receive = None if cell is None else cell.cell_contents
            except ValueError:
                return False
        if receive is None:
            return False
    return False
