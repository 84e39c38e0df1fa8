"""Abstract forms: the parts of multipart/form-data, each as it is sent and as it is meant.

Rule: as in `model`, nothing here parses, and neither unireq nor a framework is imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from unireq_conformance.content import octets
from unireq_conformance.model import Piece, octets_of, text_of

Lines = tuple[tuple[str, bytes], ...]


Sent: TypeAlias = Piece


@dataclass(frozen=True)
class Part:
    """One part of a form.

    Attributes:
        header: The bytes of its header, without the empty line.
        data: The bytes of its content.
        meaning: Its name, and its text or the facts of its file; None if it is left out.
    """

    header: bytes
    data: bytes
    meaning: tuple[str, Any] | None

    @property
    def octets(self) -> bytes:
        """What stands between two boundaries."""
        return self.header + b"\r\n\r\n" + self.data


@dataclass(frozen=True)
class Form:
    """A whole form.

    Attributes:
        boundary: Between its parts.
        parts: In order.
        before, after: What is sent before the first boundary and behind the last one.
    """

    boundary: bytes
    parts: tuple[Part, ...]
    before: bytes = b""
    after: bytes = b"\r\n"

    @property
    def octets(self) -> bytes:
        """The bytes of the form."""
        edge = b"--" + self.boundary
        parts = b"".join(edge + b"\r\n" + part.octets + b"\r\n" for part in self.parts)
        return self.before + parts + edge + b"--" + self.after

    @property
    def media_type(self) -> bytes:
        """The value of its Content-Type."""
        return b'multipart/form-data; boundary="' + self.boundary + b'"'

    @property
    def meaning(self) -> list[tuple[str, Any]]:
        """Its parts, by name, in order."""
        return [part.meaning for part in self.parts if part.meaning is not None]


def form_of(
    parts: Iterable[Part], boundary: bytes = b"edge", before: bytes = b"", after: bytes = b"\r\n"
) -> Form:
    """A form of `parts`, whose content may begin to say the boundary, and never says it."""
    return Form(boundary, tuple(parts), before, after)


def raw_part(header: bytes, data: bytes = b"x", meaning: tuple[str, Any] | None = None) -> Part:
    """A part of this header."""
    return Part(header, data, meaning)


def _head(lines: Lines) -> bytes:
    return b"\r\n".join(name.encode("ascii") + b": " + value for name, value in lines)


def _quoted(pieces: Iterable[Sent]) -> bytes:
    return b'"' + octets_of(tuple(pieces)) + b'"'


def text_part(name: tuple[Sent, ...], value: Sent, *, more: Lines = ()) -> Part:
    """A part that is text, with more lines in its header."""
    disposition = b"form-data; name=" + _quoted(name)
    return Part(
        _head((("Content-Disposition", disposition), *more)),
        value.octets,
        (text_of(name), value.text),
    )


def file_part(
    name: tuple[Sent, ...],
    filename: Sent,
    safe_filename: str,
    data: bytes,
    *,
    media_type: bytes | None = None,
) -> Part:
    """A part that is a file."""
    disposition = b"form-data; name=" + _quoted(name) + b"; filename=" + _quoted([filename])
    lines: Lines = (("Content-Disposition", disposition),)
    if media_type is not None:
        lines = (*lines, ("Content-Type", media_type))
    facts = {
        "filename": filename.text,
        "safe_filename": safe_filename,
        "content_type": None if media_type is None else media_type.decode("latin-1"),
        "headers": {key.lower(): value.decode("latin-1") for key, value in lines},
        "size": len(data),
        **octets(data),
    }
    return Part(_head(lines), data, (text_of(name), facts))
