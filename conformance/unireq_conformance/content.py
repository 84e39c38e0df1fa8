"""The content of an abstract request: its bytes, how they are framed, and what is asked of it.

Rule: as in `model`, nothing here parses. Bytes and what they mean are put side by side when they
are drawn; a step says what is done with the body, and what must come of it. This module imports
neither unireq nor a framework.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

PROBE_FIELD: Final = "Unireq-Probe"
"""The header field that tells the probe what to do with the body: names of steps, with commas."""

SHOWN: Final = 4096
"""Octets of more than so many are reported by their digest."""

NO_READER: Final = "the driver was given no `read_body`"
"""What comes of a step that wants the framework's own reader, where nobody has said how."""


# What comes of a step, as a report has it.


def octets(data: bytes) -> dict[str, Any]:
    """The outcome that is these bytes."""
    if len(data) <= SHOWN:
        return {"octets": data.decode("latin-1")}
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def text(value: str) -> dict[str, Any]:
    """The outcome that is this text."""
    return {"text": value}


def json_value(value: object) -> dict[str, Any]:
    """The outcome that is this value."""
    return {"value": value}


def form(parts: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The outcome that is a form of these parts, each a name and a text or the facts of a file."""
    return {"parts": [list(part) for part in parts]}


def error(name: str, status: int | None = None) -> dict[str, Any]:
    """The outcome that is an error of unireq."""
    return {"error": name, "status": status}


@dataclass(frozen=True)
class Step:
    """One thing that is done with a body.

    Attributes:
        operation: What: `read`, `form(fields=2)`, `sync.read`; see `inside.bodies`.
        expected: What must come of it, as JSON text, so that a request can be looked up.
    """

    operation: str
    expected: str

    @property
    def outcome(self) -> Any:
        """What must come of it."""
        return json.loads(self.expected)


def step(operation: str, outcome: dict[str, Any]) -> Step:
    """That `outcome` must come of `operation`."""
    return Step(operation, json.dumps(outcome))


def steps(*pairs: tuple[str, dict[str, Any]]) -> tuple[Step, ...]:
    """Several, one after the other."""
    return tuple(step(operation, outcome) for operation, outcome in pairs)


@dataclass(frozen=True)
class Framing:
    """How content is put on the wire.

    Attributes:
        chunks: Sizes of the chunks, the last for all that follow; None for Content-Length.
        extension: What follows the size of each chunk.
        writes: Sizes of what is sent at once, the last for all that follow; none is all at once.
        pause: Seconds to wait after each write.
        missing: How many bytes at the end are never sent; then the connection is half closed.
        extra: What is sent behind the end.
    """

    chunks: tuple[int, ...] | None = None
    extension: bytes = b""
    writes: tuple[int, ...] = ()
    pause: float = 0.0
    missing: int = 0
    extra: bytes = b""


@dataclass(frozen=True)
class Content:
    """The content of a request.

    Attributes:
        data: Its bytes.
        media_type: The value of Content-Type; None for no such field.
        framing: How it is sent; None for no content and no field that says so.
        steps: What is done with it, in this order.
    """

    data: bytes = b""
    media_type: bytes | None = None
    framing: Framing | None = field(default_factory=Framing)
    steps: tuple[Step, ...] = ()

    @property
    def lines(self) -> list[bytes]:
        """The field lines that it needs."""
        found: list[bytes] = []
        if self.media_type is not None:
            found.append(b"Content-Type: " + self.media_type)
        if self.framing is not None and self.framing.chunks is not None:
            found.append(b"Transfer-Encoding: chunked")
        elif self.framing is not None:
            found.append(b"Content-Length: %d" % len(self.data))
        if self.steps:
            asked = ", ".join(each.operation for each in self.steps)
            found.append(f"{PROBE_FIELD}: {asked}".encode("ascii"))
        return found

    @property
    def framed(self) -> bytes:
        """The bytes that follow the head."""
        framing = self.framing
        if framing is None:
            return b""
        sent = self.data
        if framing.chunks is not None:
            end = b"0" + framing.extension + b"\r\n\r\n"
            sent = b"".join(
                b"%x" % len(piece) + framing.extension + b"\r\n" + piece + b"\r\n"
                for piece in pieces(self.data, framing.chunks)
            )
            sent += end
        return sent[: len(sent) - framing.missing] + framing.extra


def pieces(data: bytes, sizes: tuple[int, ...]) -> Iterator[bytes]:
    """`data` cut into pieces of these sizes, the last for all that follow; of one for no sizes."""
    start, index = 0, 0
    while start < len(data):
        size = sizes[min(index, len(sizes) - 1)] if sizes else len(data)
        yield data[start : start + size]
        start += size
        index += 1
