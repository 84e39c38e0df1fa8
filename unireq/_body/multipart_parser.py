"""MultipartParser: parses multipart/form-data.

Rule: one reading or none. A filter in front of us, or the framework, must not see a different form
than we do; so everything on which parsers disagree is refused. Every line that begins with the
boundary is a boundary, anywhere; only a CRLF may come before the first one, and only white space
after the last. The meaning of a byte depends only on the bytes before it, never on the chunks in
which they arrive.

Theory of operation. A form is a beginning, headers, contents and an end. There is one method for
each; it reads what it can of the available bytes and returns how far it got. Text is kept in
memory, within the limits. The content of a file is only a slice of the body.

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
"""The new position, and whether more bytes are needed."""


class MultipartParser:
    """A parser that takes the bytes in chunks of any size.

    Args:
        content_type: The media type of the body.
        limits: How much is accepted.
        store: Holds the body from its beginning, at least the bytes that have been fed.
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
        # A function, because a bound method would keep the parser and the body in a cycle.
        self._read: Callable[[Any, bytes, int], _Step] = MultipartParser._beginning
        # The bytes that were fed and not read, and their position in the body.
        self._rest = b""
        self._offset = 0
        self._fields: list[tuple[bytes, bytes]] = []
        self._header_size = 0
        self._part: Part | None = None
        self._number = 0
        self._counts = {"fields": 0, "files": 0}
        # The position of the part's content in the body.
        self._start = 0
        self._content = bytearray()
        self._parts: list[tuple[str, str | UploadedFile]] = []

    def feed(self, chunk: bytes) -> None:
        """Take `chunk`.

        Raises:
            MalformedBody: It is not valid multipart/form-data.
            BodyTooLarge, TooManyFields: It is over a limit.
        """
        data = self._rest + chunk if self._rest else chunk
        at, more = 0, False
        while not more:
            at, more = self._read(self, data, at)
        self._rest = data[at:]
        self._offset += at

    def finish(self) -> FormData:
        """The form, after all bytes have been fed.

        Raises:
            MalformedBody: The closing boundary is missing.
        """
        if self._read is not MultipartParser._end:
            if self._read is MultipartParser._header:
                self._check_empty_line(self._rest)
            raise MalformedBody(
                f"{self._where}: expected the closing boundary (RFC 2046 5.1.1), got the end of the"
                " body; it was cut short"
            )
        return FormData(self._parts)

    # The steps of a form, in this order.

    def _beginning(self, data: bytes, at: int) -> _Step:
        opening = self._delimiter[2:]
        begin = 2 if data.startswith(_CRLF) else 0
        end = begin + len(opening)
        if not opening.startswith(data[begin:end]) and data != b"\r":
            raise MalformedBody(
                "multipart form: expected the body to begin with -- and the boundary from"
                " Content-Type (RFC 2046 5.1.1), got other bytes; use one boundary for both, and"
                " CRLF as line break"
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
                # Not after the empty line: its CRLF may belong to a boundary.
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
        # The CR may be that of the line end; that of the empty line is not counted.
        begun = len(data) - at - data.endswith(b"\r", at)
        if begun:
            self._check_header(self._header_size + begun)
        return at, True

    def _contents(self, data: bytes, at: int) -> _Step:
        delimiter = self._delimiter
        found = data.find(delimiter, at)
        if found < 0:
            # The delimiter may begin in the last bytes. Only its first character is a CR.
            end = data.rfind(b"\r", max(at, len(data) - len(delimiter) + 1))
            if end < 0 or not delimiter.startswith(data[end:]):
                end = len(data)
            self._add(data, at, end)
            return end, True
        if self._offset + found < self._start:
            raise MalformedBody(
                f"{self._where}: expected content after the empty line, got a boundary; parsers"
                " disagree on whether the part ends there: send two line breaks between the header"
                " and the boundary of a part without content"
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
                f"{self._where}: expected CRLF or -- right after each boundary (RFC 2046 5.1.1),"
                " got other bytes; parsers disagree on whether such a line is a boundary"
            )
        return at + 2, False

    def _end(self, data: bytes, at: int) -> _Step:
        if data[at:].strip(_WHITE):
            raise MalformedBody(
                f"{self._where}: expected nothing after the closing boundary, got more bytes;"
                " parsers disagree on whether they belong to the form"
            )
        return len(data), True

    # Parts.

    @property
    def _where(self) -> str:
        """The place of the next bytes in the form, for error messages."""
        if self._part is not None:
            return self._part.where
        if self._read is MultipartParser._header:
            return f"multipart form, part {self._number + 1}"
        return f"multipart form, after part {self._number}" if self._number else "multipart form"

    def _check_empty_line(self, line: bytes) -> None:
        """Refuse a boundary in place of a header line or the empty line."""
        if line.startswith(self._delimiter[2:]):
            raise MalformedBody(
                f"{self._where}: expected an empty line after its header (RFC 2046 5.1), got a"
                " boundary"
            )

    def _check_header(self, size: int) -> None:
        """Check the size of a header, without the end of the current line."""
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
        """Add the bytes of `data` from `start` to `end` to the content of the part."""
        part = self._part
        assert part is not None  # noqa: S101 (a part begins before its content)
        start = max(start, self._start - self._offset)
        if end <= start:
            return
        size = self._offset + end - self._start
        limit = "field_size" if part.filename is None else "file_size"
        most: int | None = getattr(self._limits, limit)
        # The order of these checks must not depend on how the body is split into chunks.
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
        # Else it is a file input without a chosen file (WHATWG HTML 4.10.21.4).


def _of_another_length(part: Part) -> MalformedBody:
    return MalformedBody(
        f"{part.where}: expected {part.length} bytes of content (its Content-Length), got another"
        " number; parsers disagree on which of the two ends the part"
    )
