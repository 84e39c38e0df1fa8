"""MultipartParser: a form as multipart/form-data.

Rule: one reading or none. Whoever reads a form in another way than we do, a filter before us or a
framework beside us, would see another form; so what parsers differ in is refused. Every line that
begins with the boundary is one, wherever it stands; nothing but a CRLF stands before the first one,
and nothing but white space after the last. What a byte means depends on the bytes before it alone,
never on the pieces that they came in.

Theory of operation. A form is a beginning, headers, contents and an end: one method for each, which
reads what it can of the bytes at hand and says how far it came. Text is held in memory, within the
limits. The content of a file is nowhere but in the body, of which it is a slice.

Sources: RFC 7578, RFC 2046 5.1.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from unireq._body.content import ContentType, boundary_of, charset_of
from unireq._body.form_data import FormData
from unireq._body.limits import Limits, limited_by
from unireq._body.part import Part, parse_line, parse_part
from unireq._body.spooled_body import SpooledBody
from unireq._body.uploads import UploadedFile, uploaded_file
from unireq._errors import BodyTooLarge, MalformedBody, TooManyFields
from unireq._headers import headers_from_asgi

__all__ = ["MultipartParser"]

_CRLF = b"\r\n"
_WHITE = b" \t\r\n"

_Step: TypeAlias = tuple[int, bool]
"""How far it came, and whether more bytes are needed."""


class MultipartParser:
    """A parser that is given bytes, in pieces of any size.

    Args:
        content_type: Of the body.
        limits: How much is accepted.
        store: Holds the body, at the least what has been fed, from its beginning.
    """

    __slots__ = (
        "_codec",
        "_content",
        "_counts",
        "_delimiter",
        "_fields",
        "_header_size",
        "_limits",
        "_number",
        "_offset",
        "_part",
        "_parts",
        "_read",
        "_rest",
        "_start",
        "_store",
    )

    def __init__(self, content_type: ContentType, limits: Limits, store: SpooledBody) -> None:
        self._delimiter = b"\r\n--" + boundary_of(content_type)
        self._codec = charset_of(content_type)
        self._limits = limits
        self._store = store
        # A function, no bound method: that would keep the parser, and the body, in a cycle.
        self._read: Callable[[Any, bytes, int], _Step] = MultipartParser._beginning
        # What was fed and not read, and where in the body it begins.
        self._rest = b""
        self._offset = 0
        self._fields: list[tuple[bytes, bytes]] = []
        self._header_size = 0
        self._part: Part | None = None
        self._number = 0
        self._counts = {"fields": 0, "files": 0}
        # Where in the body the content of the part begins.
        self._start = 0
        self._content = bytearray()
        self._parts: list[tuple[str, str | UploadedFile]] = []

    def feed(self, chunk: bytes) -> None:
        """Take `chunk`.

        Raises:
            MalformedBody: It is no multipart/form-data.
            BodyTooLarge, TooManyFields: It is over a limit.
        """
        data = self._rest + chunk if self._rest else chunk
        at, more = 0, False
        while not more:
            at, more = self._read(self, data, at)
        self._rest = data[at:]
        self._offset += at

    def finish(self) -> FormData:
        """The form, when all bytes have been taken.

        Raises:
            MalformedBody: It has no end.
        """
        if self._read is not MultipartParser._end:
            if self._read is MultipartParser._header:
                self._check_empty_line(self._rest)
            raise MalformedBody(
                f"{self._where}: expected the closing boundary (RFC 2046 5.1.1), got the end of the"
                " body; it was cut short"
            )
        return FormData(self._parts)

    # What the form is made of, in this order.

    def _beginning(self, data: bytes, at: int) -> _Step:
        opening = self._delimiter[2:]
        begin = 2 if data.startswith(_CRLF) else 0
        end = begin + len(opening)
        if not opening.startswith(data[begin:end]) and data != b"\r":
            raise MalformedBody(
                "multipart form: expected the body to begin with -- and the boundary that"
                " Content-Type names (RFC 2046 5.1.1), got other bytes; use one boundary for both,"
                " and CRLF as line break"
            )
        if len(data) < end:
            return at, True
        behind, more = self._behind_boundary(data, end)
        return (at if more else behind), more

    def _header(self, data: bytes, at: int) -> _Step:
        while (end := data.find(_CRLF, at)) >= 0:
            if end == at:
                self._begin_part()
                self._read = MultipartParser._contents
                self._start = self._offset + end + len(_CRLF)
                # Not behind the empty line: its CRLF may be that of a boundary.
                return at, False
            line = data[at:end]
            self._check_header(self._header_size + len(line))
            self._check_empty_line(line)
            self._fields.append(parse_line(line, self._where))
            self._header_size += len(line) + len(_CRLF)
            most = self._limits.part_headers
            if most is not None and len(self._fields) > most:
                raise TooManyFields(
                    f"{self._where}: expected at most {most} header fields, got more",
                    limited_by("part_headers"),
                )
            at = end + len(_CRLF)
        # The CR may be that of the line end; and that of the empty line is not counted.
        begun = len(data) - at - data.endswith(b"\r", at)
        if begun:
            self._check_header(self._header_size + begun)
        return at, True

    def _contents(self, data: bytes, at: int) -> _Step:
        delimiter = self._delimiter
        found = data.find(delimiter, at)
        if found < 0:
            # It may begin at the end of what is here. Only its first character is a CR.
            end = data.rfind(b"\r", max(at, len(data) - len(delimiter) + 1))
            if end < 0 or not delimiter.startswith(data[end:]):
                end = len(data)
            self._add(data, at, end)
            return end, True
        if self._offset + found < self._start:
            raise MalformedBody(
                f"{self._where}: expected content behind the empty line, got a boundary; parsers"
                " differ in whether the part ends there: a part without content has two line breaks"
                " between its header and the boundary"
            )
        self._add(data, at, found)
        at, more = self._behind_boundary(data, found + len(delimiter))
        if more:
            return found, True
        self._end_part(self._offset + found - self._start)
        return at, False

    def _behind_boundary(self, data: bytes, at: int) -> _Step:
        tail = data[at : at + 2]
        if tail == _CRLF:
            self._read = MultipartParser._header
            self._fields = []
            self._header_size = 0
        elif tail == b"--":
            self._read = MultipartParser._end
        elif tail in (b"", b"\r", b"-"):
            return at, True
        else:
            raise MalformedBody(
                f"{self._where}: expected CRLF or -- right behind each boundary (RFC 2046 5.1.1),"
                " got other bytes; parsers differ in whether such a line is a boundary"
            )
        return at + 2, False

    def _end(self, data: bytes, at: int) -> _Step:
        if data[at:].strip(_WHITE):
            raise MalformedBody(
                f"{self._where}: expected nothing after the closing boundary, got more bytes;"
                " parsers differ in whether they belong to the form"
            )
        return len(data), True

    # Parts.

    @property
    def _where(self) -> str:
        """Where in the form the next bytes are, for the message of an error."""
        if self._part is not None:
            return self._part.where
        if self._read is MultipartParser._header:
            return f"multipart form, part {self._number + 1}"
        return f"multipart form, after part {self._number}" if self._number else "multipart form"

    def _check_empty_line(self, line: bytes) -> None:
        """Refuse a boundary where a line of a header was expected, or its end."""
        if line.startswith(self._delimiter[2:]):
            raise MalformedBody(
                f"{self._where}: expected an empty line after its header (RFC 2046 5.1), got a"
                " boundary"
            )

    def _check_header(self, size: int) -> None:
        """Check the size of a header; a line that may not be complete has no line end yet."""
        most = self._limits.part_header_size
        if most is not None and size + len(_CRLF) > most:
            raise BodyTooLarge(
                f"{self._where}: expected a header of at most {most} bytes, got more",
                limited_by("part_header_size"),
            )

    def _begin_part(self) -> None:
        part = parse_part(self._fields, self._codec, self._where)
        self._number += 1
        self._part = part
        kind = "fields" if part.filename is None else "files"
        self._counts[kind] += 1
        most: int | None = getattr(self._limits, kind)
        if most is not None and self._counts[kind] > most:
            raise TooManyFields(
                f"{part.where}: expected at most {most} {kind}, got more", limited_by(kind)
            )

    def _add(self, data: bytes, start: int, end: int) -> None:
        """Take what stands in `data` from `start` to `end` for content of the part."""
        part = self._part
        assert part is not None  # noqa: S101 (a part begins before its content)
        start = max(start, self._start - self._offset)
        if end <= start:
            return
        size = self._offset + end - self._start
        limit = "field_size" if part.filename is None else "file_size"
        most: int | None = getattr(self._limits, limit)
        # Which of the two is crossed first does not depend on how the body comes.
        if part.length is not None and size > part.length and (most is None or part.length <= most):
            raise _of_another_length(part)
        if most is not None and size > most:
            raise BodyTooLarge(
                f"{part.where}: expected at most {most} bytes, got more", limited_by(limit)
            )
        if part.filename is None:
            self._content += data[start:end]

    def _end_part(self, size: int) -> None:
        part, self._part = self._part, None
        assert part is not None  # noqa: S101 (a part begins before it ends)
        if part.length is not None and size != part.length:
            raise _of_another_length(part)
        if part.filename is None:
            self._parts.append((part.name, self._content.decode(part.codec, "replace")))
            self._content.clear()
        elif part.filename or size:
            headers = headers_from_asgi(part.fields)
            file = uploaded_file(self._store, self._start, size, part.filename, headers)
            self._parts.append((part.name, file))
        # Else it is a file input in which nothing was chosen (WHATWG HTML 4.10.21.4).


def _of_another_length(part: Part) -> MalformedBody:
    return MalformedBody(
        f"{part.where}: expected {part.length} bytes of content (its Content-Length), got another"
        " number; parsers differ in which of the two ends the part"
    )
