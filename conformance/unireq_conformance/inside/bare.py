"""How an application of a bare protocol reads a body by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any


async def read_asgi(_: object, receive: Callable[[], Awaitable[Mapping[str, Any]]]) -> bytes:
    """What `receive` gives. Source: ASGI HTTP specification 2.5."""
    chunks: list[bytes] = []
    more = True
    while more:
        event = await receive()
        if event["type"] != "http.request":
            raise ConnectionError(f"expected http.request, got {event['type']}")
        chunks.append(event.get("body", b""))
        more = event.get("more_body", False)
    return b"".join(chunks)


def read_wsgi(environ: Mapping[str, Any]) -> bytes:
    """What `wsgi.input` gives, never more than it may be asked for. Source: PEP 3333."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        body: bytes = stream.read()
        return body
    chunks: list[bytes] = []
    left = int(environ.get("CONTENT_LENGTH") or 0)
    while left and (chunk := stream.read(left)):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)
