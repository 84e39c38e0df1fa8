"""Requests with bodies, as bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

__all__ = [
    "CHUNKED",
    "LENGTH",
    "MULTIPART",
    "URLENCODED",
    "chunked",
    "head",
    "multipart",
    "request",
]

LENGTH, CHUNKED = "content-length", "chunked"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=bOuNd"


def head(
    do: str = "read",
    *,
    path: str = "/",
    method: str = "POST",
    version: str = "1.1",
    content_type: str | None = None,
    fields: Mapping[str, str] | None = None,
    limits: Mapping[str, int | None] | None = None,
    note: str | None = None,
) -> bytes:
    """The head of a request for the steps `do`, without the empty line at its end."""
    target = f"{path}?do={do}"
    if limits:
        target += f"&limits={quote(json.dumps(limits))}"
    if note:
        target += f"&note={note}"
    lines = [f"{method} {target} HTTP/{version}", "Host: localhost"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name}: {value}" for name, value in (fields or {}).items()]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


def chunked(body: bytes, size: int = 65536) -> bytes:
    """`body` in the chunked coding (RFC 9112 7.1), in chunks of `size` bytes."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


def request(body: bytes, framing: str = LENGTH, *, size: int = 65536, **options: Any) -> bytes:
    """A whole request; `options` are those of `head`."""
    if framing == CHUNKED:
        return head(**options) + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body, size)
    return head(**options) + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def multipart(*parts: tuple[str, str | None, bytes]) -> bytes:
    """A multipart form of (name, file name or None, content); its type is `MULTIPART`."""
    body = b""
    for name, filename, content in parts:
        file = "" if filename is None else f'; filename="{filename}"'
        body += f'--bOuNd\r\nContent-Disposition: form-data; name="{name}"{file}\r\n'.encode()
        body += b"\r\n" + content + b"\r\n"
    return body + b"--bOuNd--\r\n"
