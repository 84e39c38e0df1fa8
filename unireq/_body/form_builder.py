"""FormBuilder: the parts of a multipart form, as they come, become a form.

Rule: text is held in memory, each one and their number within the limits. The content of all files
goes to one store, so that there is at most one temporary file for a form.

Source: RFC 7578 4.
"""

from __future__ import annotations

from unireq._body.form_data import FormData
from unireq._body.limits import Limits
from unireq._body.part import Part, parse_part
from unireq._body.refusals import limited_by
from unireq._body.store import Store
from unireq._body.uploads import UploadedFile, uploaded_file
from unireq._errors import BodyTooLarge, TooManyFields

__all__ = ["FormBuilder"]


class FormBuilder:
    """Takes the events of a parser: a part begins, octets are added to it, it ends."""

    __slots__ = (
        "_codec",
        "_content",
        "_counts",
        "_limits",
        "_number",
        "_part",
        "_parts",
        "_size",
        "_store",
    )

    def __init__(self, codec: str, limits: Limits) -> None:
        self._codec = codec
        self._limits = limits
        self._number = 0
        self._counts = {"fields": 0, "files": 0}
        self._part: Part | None = None
        self._content = bytearray()
        self._size = 0
        self._store = Store()
        self._parts: list[tuple[str, str | UploadedFile]] = []

    @property
    def where(self) -> str:
        """Where in the form the octets are that come next, for the message of an error."""
        if self._part is not None:
            return self._part.where
        return f"multipart form, after part {self._number}" if self._number else "multipart form"

    @property
    def next_where(self) -> str:
        """The part that comes next, for the message of an error."""
        return f"multipart form, part {self._number + 1}"

    def begin(self, fields: list[tuple[str, str]]) -> None:
        """Begin a part whose header has `fields`, ISO-8859-1 text.

        Raises:
            MalformedBody: The header can't be read, or not in one way only.
            BodyTooLarge, TooManyFields: It is over a limit, or there is one part too many.
        """
        part = parse_part(fields, self._codec, self._limits, self.next_where)
        self._number += 1
        self._part = part
        self._size = 0
        kind = "fields" if part.filename is None else "files"
        self._counts[kind] += 1
        most: int | None = getattr(self._limits, kind)
        if most is not None and self._counts[kind] > most:
            raise TooManyFields(
                f"{part.where}: expected at most {most} {kind}, got more", limited_by(kind)
            )

    def add(self, octets: bytes) -> None:
        """Add `octets` to the content of the part.

        Raises:
            BodyTooLarge: The content is over the limit.
        """
        part = self._part
        assert part is not None  # noqa: S101 (a part begins before its content)
        self._size += len(octets)
        limit = "field_size" if part.filename is None else "file_size"
        most: int | None = getattr(self._limits, limit)
        if most is not None and self._size > most:
            raise BodyTooLarge(
                f"{part.where}: expected at most {most} bytes, got more", limited_by(limit)
            )
        if part.filename is None:
            self._content += octets
        else:
            self._store.append(octets, self._limits.spool_size)

    def end(self) -> None:
        """End the part."""
        part, self._part = self._part, None
        assert part is not None  # noqa: S101 (a part begins before it ends)
        if part.filename is None:
            self._parts.append((part.name, self._content.decode(part.codec, "replace")))
            self._content.clear()
        elif part.filename or self._size:
            start = self._store.size - self._size
            file = uploaded_file(self._store, start, self._size, part.filename, part.headers)
            self._parts.append((part.name, file))
        # Else it is a file input in which nothing was chosen (WHATWG HTML 4.10.21.4).

    def finish(self) -> FormData:
        """The form, when every part has ended."""
        return FormData(self._parts)
