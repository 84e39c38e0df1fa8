"""A `receive` that lets an application read a body, and keeps it for unireq."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import unireq
from unireq_asgi._body import Receive

__all__ = ["recorded"]


def recorded(request: unireq.NativeRequest, receive: Receive) -> Receive:
    """A `receive` for the application below, in place of the connection's.

    Args:
        request: The request whose body it is.
        receive: The `receive` of the connection.
    """
    recording = request.record()
    if recording is None:
        return receive
    ended = False

    async def read() -> MutableMapping[str, Any]:
        nonlocal ended
        if ended:
            # The next event is not about the body.
            return await receive()
        try:
            chunk = await recording.atake()
        except unireq.IncompleteBody:
            ended = True
            return {"type": "http.disconnect"}
        except unireq.BodyConsumed:
            # Frameworks also listen here for the client's going, while they answer.
            await recording.stream_has_ended()
            ended = True
            return await receive()
        ended = not chunk
        return {"type": "http.request", "body": chunk, "more_body": not ended}

    return read
