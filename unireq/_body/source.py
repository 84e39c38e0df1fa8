"""Source: what the octets of a body come from; an adapter opens it.

What it may be is said at `NativeRequest._open_body`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from unireq._body.reading import BodyReader as Source

__all__ = ["AsyncPull", "Pull", "declared_length"]

Pull: TypeAlias = Callable[[int], bytes]
"""Gives the next octets, at most as many as asked for; `b""` is the end."""

AsyncPull: TypeAlias = Callable[[], Awaitable["bytes | None"]]
"""Gives the next octets; None is the end. A cancelled call loses none."""


def declared_length(source: Source) -> int | None:
    """What Content-Length says; None without one that says anything (RFC 9110 8.6)."""
    field = source.get_header("content-length")
    return int(field) if field and field.isascii() and field.isdigit() and len(field) < 20 else None
