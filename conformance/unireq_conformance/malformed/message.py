"""One malformed message and its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

__all__ = ["Message", "Reading", "get", "message"]

Reading = Mapping[str, Any]
"""Values of the normal form by field; `headers.x-foo` is one header field, None if absent."""

H11 = Literal["refuses", "reads so"]


@dataclass(frozen=True)
class Message:
    """A malformed message.

    Attributes:
        id: Unique.
        octets: All its bytes.
        readings: How a server that accepts it may read it, even if it must refuse it. Empty: every
            reading is wrong.
        h11: What h11 does: it refuses the message, or reads it in one of these ways.
        source: Why: the section of RFC 9112, or of another standard.
        must: Whether the server must refuse it.
        tolerated: What else is not a failure of the server: `500`, if the app is already running
            when the message turns out to be malformed.
    """

    id: str
    octets: bytes
    readings: tuple[Reading, ...]
    h11: H11
    source: str
    must: bool = False
    tolerated: tuple[str, ...] = ()


_LINE_END: Final = b"\r\n"


def get(target: bytes = b"/", *lines: bytes, host: bytes | None = b"h") -> bytes:
    """The bytes of a GET request for `target` with the lines `lines` after Host."""
    return message(b"GET " + target + b" HTTP/1.1", *lines, host=host)


def message(start: bytes, *lines: bytes, host: bytes | None = b"h", body: bytes = b"") -> bytes:
    """The bytes of a request with any first line."""
    first = [start] if host is None else [start, b"Host: " + host]
    return _LINE_END.join([*first, *lines, b"", body])
