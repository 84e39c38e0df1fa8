"""A `unireq.Response` as ASGI events. Source: ASGI HTTP specification 2.5."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias

import unireq
from unireq.adapter import RawResponse

__all__ = ["Send", "field_pairs", "respond"]

Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def field_pairs(wire: RawResponse) -> list[tuple[bytes, bytes]]:
    """The header fields in ASGI's form: pairs of bytes."""
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in wire.fields]


async def respond(response: unireq.Response, scope: Mapping[str, Any], send: Send) -> None:
    """Answer the request of `scope` with `response`.

        await respond(unireq.Response.json({"id": 5}), scope, send)

    A websocket is refused with it, before it is accepted; servers without the extension
    `websocket.http.response` send 403 instead.

    Args:
        response: The response.
        scope: The scope of the connection, of type `http` or `websocket`.
        send: The connection's `send`.
    """
    prefix = ""
    if scope["type"] == "websocket":
        prefix = "websocket."
        if "websocket.http.response" not in (scope.get("extensions") or ()):
            await send({"type": "websocket.close"})
            return
    # A handshake is a GET (RFC 6455 4.1), or a CONNECT (RFC 8441 5): it has no method here.
    wire = response.for_method(scope.get("method", "GET").upper())
    start = f"{prefix}http.response.start"
    await send({"type": start, "status": wire.status, "headers": field_pairs(wire)})
    await send({"type": f"{prefix}http.response.body", "body": wire.content})
