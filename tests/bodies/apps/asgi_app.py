"""A bare ASGI app that reads bodies."""

from __future__ import annotations

from typing import Any

import unireq
from bodies.apps.steps import TYPE, Native, arun, digest


async def _body(request: Any) -> Any:
    """What an application below is given, as ASGI's own documentation reads it."""
    receive, data, more = request.receive, b"", True
    while more:
        event = await receive()
        assert event["type"] == "http.request", event
        data += event.get("body", b"")
        more = event.get("more_body", False)
    return digest(data)


OWN: Native = {"native-body": _body}


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    request: Any = unireq.from_asgi(scope, receive)
    answer = await arun(request, OWN, request)
    headers = [(b"content-type", TYPE.encode()), (b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
