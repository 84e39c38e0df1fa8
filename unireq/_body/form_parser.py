"""FormParser: turns the bytes of a body into a form, for every media type.

Rule: no input or output; the same bytes give the same form, however they are split into chunks. A
body of another media type is an empty form, as in every framework; so is an empty body of any media
type. If parsers disagree on whether a media type is that of a form, it is an error.

A urlencoded form is read like a query: split at `&`, then at the first `=`; `+` is a space;
percent-escapes are decoded. Fields are counted and measured first, so ten million `&` cost nothing;
and no Python code runs per escape.

Sources: RFC 9110 8.3, WHATWG URL 5.1.
"""

from __future__ import annotations

import re

from unireq._body.content import ContentType, charset_of, parse_content_type
from unireq._body.form_data import FormData
from unireq._body.limits import Limits, limited_by
from unireq._body.multipart_parser import MultipartParser
from unireq._body.spooled_body import SpooledBody
from unireq._errors import BodyTooLarge, MalformedBody, RequestError, TooManyFields
from unireq._urlencoded import unescape

__all__ = ["FormAhead", "FormParser", "UrlencodedParser"]

BLOCK = 65536

_SMALL = 4096
"""Below so many bytes, many short fields are more likely than a few long ones."""

_NEVER_OF_A_TYPE = re.compile(r"[^!#$%&'*+\-.^_`|~0-9A-Za-z/]+")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class UrlencodedParser:
    """A parser that takes the bytes in chunks of any size."""

    __slots__ = ("_codec", "_limits", "_pairs", "_rest")

    def __init__(self, content_type: ContentType, limits: Limits) -> None:
        self._codec = charset_of(content_type)
        self._limits = limits
        self._pairs: list[tuple[str, str]] = []
        self._rest = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Take `chunk`.

        Raises:
            BodyTooLarge: A name or a value is over the limit.
            TooManyFields: The number of fields is over the limit.
        """
        for start in range(0, len(chunk), BLOCK):
            block = chunk[start : start + BLOCK]
            end = block.rfind(b"&")
            if end >= 0:
                self._take(bytes(self._rest) + block[:end])
                self._rest.clear()
            self._rest += block[end + 1 :]
            if self._rest:
                self._check_begun()

    def finish(self) -> FormData:
        """The form, after all bytes have been fed."""
        self._take(bytes(self._rest))
        self._rest.clear()
        return FormData(self._pairs)

    def _take(self, data: bytes) -> None:
        """Read whole fields, separated by `&`."""
        if b"+" in data:
            data = data.replace(b"+", b" ")
        escaped = b"%" in data
        if escaped and len(data) < _SMALL:
            plain = unescape(data)
            # Decoding all at once is faster; the result is the same if it adds no separator.
            if all(plain.count(mark) == data.count(mark) for mark in (b"&", b"=")):
                data, escaped = plain, False
        for piece in data.split(b"&"):
            if piece:
                self._check_count(len(self._pairs) + 1)
                name, _, value = piece.partition(b"=")
                if escaped:
                    name, value = unescape(name), unescape(value)
                self._pairs.append((self._text(name), self._text(value)))

    def _text(self, octets: bytes) -> str:
        """The text of a name or a value."""
        size = self._limits.field_size
        if size is not None and len(octets) > size:
            raise self._too_large(size)
        return octets.decode(self._codec, "replace")

    def _check_begun(self) -> None:
        """Check the field that is still incomplete: its end may never come."""
        self._check_count(len(self._pairs) + 1)
        size = self._limits.field_size
        # A name and a value, in which each byte may be an escape of three.
        if size is not None and len(self._rest) > 6 * size + 1:
            raise self._too_large(size)

    def _check_count(self, count: int) -> None:
        fields = self._limits.fields
        if fields is not None and count > fields:
            raise TooManyFields(
                f"urlencoded form: expected at most {fields} fields, got more",
                limited_by("fields"),
            )

    def _too_large(self, size: int) -> BodyTooLarge:
        return BodyTooLarge(
            f"urlencoded form, field {len(self._pairs) + 1}: expected a name and a value of at most"
            f" {size} bytes each, got more",
            limited_by("field_size"),
        )


class FormParser:
    """A parser of a form that takes the bytes in chunks of any size.

    Args:
        content_type: The value of the Content-Type field; None if there is none.
        limits: How much is accepted.
        store: Holds the body from its beginning, at least the bytes that have been fed: the files
            of the form are slices of it.
    """

    __slots__ = ("_begun", "_content_type", "_limits", "_parser", "_store")

    def __init__(self, content_type: str | None, limits: Limits, store: SpooledBody) -> None:
        self._content_type = content_type
        self._limits = limits
        self._store = store
        self._begun = False
        self._parser: MultipartParser | UrlencodedParser | None = None

    def feed(self, chunk: bytes) -> None:
        """Take `chunk`, the next bytes of the body. Don't call it again after an error.

        Raises:
            MalformedBody: The body is not a form of its media type, or the type is ambiguous.
            BodyTooLarge, TooManyFields: It is over a limit.
        """
        if not chunk:
            return
        if not self._begun:
            self._begun = True
            self._parser = self._open()
        if self._parser is not None:
            self._parser.feed(chunk)

    def finish(self) -> FormData:
        """The form, after the whole body has been fed.

        Raises:
            MalformedBody, BodyTooLarge, TooManyFields: As `feed` does.
        """
        return FormData() if self._parser is None else self._parser.finish()

    def _open(self) -> MultipartParser | UrlencodedParser | None:
        content_type = parse_content_type(self._content_type)
        if content_type.odd:
            bare = _NEVER_OF_A_TYPE.sub("", self._content_type or "").lower()
            if any(form in bare for form in _FORMS):
                raise MalformedBody(
                    "Content-Type: expected a media type and its parameters (RFC 9110 8.3.1), got"
                    " something else; parsers disagree on whether this is a form: let the client's"
                    " library write the field"
                )
            return None
        if content_type.essence == _FORMS[0]:
            return UrlencodedParser(content_type, self._limits)
        if content_type.essence == _FORMS[1]:
            return MultipartParser(content_type, self._limits, self._store)
        return None


class FormAhead:
    """Parses a form while the body is read, so the body needn't be read again for it.

    Args:
        parser: The parser.
    """

    __slots__ = ("_fed", "_parser")

    def __init__(self, parser: FormParser) -> None:
        self._parser: FormParser | None = parser
        self._fed = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes. Errors are ignored here: `finish` parses the whole body again."""
        if self._parser is None:
            return
        self._fed += len(chunk)
        try:
            self._parser.feed(chunk)
        except RequestError:
            self._parser = None

    def finish(self, store: SpooledBody) -> FormData | None:
        """The form, if all bytes of `store` were fed without an error; None to parse it again.

        Raises:
            MalformedBody, BodyTooLarge, TooManyFields: As `FormParser.finish` does.
        """
        whole = self._parser is not None and self._fed == store.size
        return self._parser.finish() if whole and self._parser is not None else None
