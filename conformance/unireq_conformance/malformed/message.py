"""One malformed message, and what is decided of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

__all__ = ["Message", "Reading", "get", "message"]

Reading = Mapping[str, Any]
"""Values of the normal form by field; `headers.x-foo` is one header field, None where it is not."""

H11 = Literal["refuses", "reads so"]


@dataclass(frozen=True)
class Message:
    """A malformed message.

    Attributes:
        id: Unique.
        bytes: All its bytes.
        must: Whether it must be refused.
        readings: How it may be read by whoever takes it: by whoever should have refused it, too.
            None: whatever is read of it is wrong.
        h11: What h11 does: it refuses it, or reads it in one of these ways.
        source: Of the decision: the section of RFC 9112, or another.
        tolerated: What else is no failure of a server: `500` where the app is at work when it
            shows that the message is malformed.
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
