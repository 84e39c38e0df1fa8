"""Finds out whether Starlette has already read the body in a middleware above."""

from __future__ import annotations

from typing import Any

__all__ = ["consumed_above"]

_DEPTH = 20
"""How many layers of middleware to search."""


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
