"""A `unireq.Response` as ASGI events. Source: ASGI HTTP specification 2.5."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

import unireq
from unireq.adapter import RawResponse

__all__ = ["Send", "field_pairs", "respond"]

Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def field_pairs(wire: RawResponse) -> list[tuple[bytes, bytes]]:
    """The header fields in ASGI's form: pairs of bytes."""
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in wire.fields]


async def respond(response: unireq.Response, method: str, send: Send) -> None:
    """Send `response`, to a request with this method."""
    wire = response.for_method(method)
    start = {"type": "http.response.start", "status": wire.status, "headers": field_pairs(wire)}
    await send(start)
    await send({"type": "http.response.body", "body": wire.content})
