"""The body of an ASGI request: what its `receive` gives. Source: ASGI HTTP specification 2.5."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any, TypeAlias

import unireq

__all__ = ["Receive", "body_from", "replaying"]

Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]


def body_from(receive: Receive) -> unireq.AsyncPull:
    """What gives the octets of the body that `receive` gives, and None at its end."""
    more = True

    async def pull() -> bytes | None:
        nonlocal more
        while more:
            # Whoever cancels this cancels waiting: an event is taken whole, or not at all.
            event = await receive()
            if event["type"] == "http.disconnect":
                raise unireq.IncompleteBody("body: expected more octets, but the client has gone")
            more = event.get("more_body", False)
            if chunk := event.get("body", b""):
                return bytes(chunk)
        return None

    return pull


def replaying(receive: Receive, body: Callable[[], unireq.Store | None]) -> Receive:
    """A `receive` that gives the octets of a body again, and then what is next.

    Args:
        receive: The `receive` of the connection.
        body: Gives the body, or None while it has not been read.
    """
    chunks: Iterator[bytes] | None = None
    ended = False

    async def replay() -> MutableMapping[str, Any]:
        nonlocal chunks, ended
        if ended:
            return await receive()
        if chunks is None:
            store = body()
            if store is None:
                return await receive()
            chunks = store.chunks()
        chunk = next(chunks, b"")
        ended = not chunk
        return {"type": "http.request", "body": chunk, "more_body": not ended}

    return replay
