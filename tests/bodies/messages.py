"""Requests with bodies, as bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

__all__ = ["CHUNKED", "LENGTH", "head", "request"]

LENGTH, CHUNKED = "content-length", "chunked"


def head(
    do: str = "read",
    *,
    path: str = "/",
    content_type: str | None = None,
    limits: Mapping[str, int | None] | None = None,
    note: str | None = None,
) -> bytes:
    """The head of a request for the steps `do`, without the empty line at its end."""
    target = f"{path}?do={do}"
    if limits:
        target += f"&limits={quote(json.dumps(limits))}"
    if note:
        target += f"&note={note}"
    lines = [f"POST {target} HTTP/1.1", "Host: localhost", "Connection: close"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


def request(body: bytes, framing: str = LENGTH, *, size: int = 65536, **options: Any) -> bytes:
    """A whole request; `options` are those of `head`.

    Chunks (RFC 9112 7.1) are of `size` bytes.
    """
    if framing == LENGTH:
        return head(**options) + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    pieces = [*(body[start : start + size] for start in range(0, len(body), size)), b""]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return head(**options) + b"Transfer-Encoding: chunked\r\n\r\n" + chunks
