"""FormParser: the bytes of a body become a form, whatever its media type.

Rule: no input, no output, and the same form for the same bytes, in whatever pieces they come. A
body of another media type is an empty form, as in every framework; so is an empty body, whatever
its media type. Where it depends on the parser whether a media type is that of a form, none is read.

An urlencoded form is read as a query is: split at `&` and then at the first `=`, `+` is a space,
escapes are undone. It is counted and measured before it is taken apart, so that ten million `&`
cost nothing; and no Python code runs for each escape.

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
"""In so many bytes many fields are likelier than long ones."""

_NEVER_OF_A_TYPE = re.compile(r"[^!#$%&'*+\-.^_`|~0-9A-Za-z/]+")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class UrlencodedParser:
    """A parser that is given bytes, in pieces of any size."""

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
            TooManyFields: The fields are.
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
        """The form, when all bytes have been taken."""
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
            # Undone at once it takes less time, and is the same if no separator comes of it.
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
        """Check the field whose end has not come: it may never come."""
        self._check_count(len(self._pairs) + 1)
        size = self._limits.field_size
        # An escape makes three bytes of one, and there is a name and a value.
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
    """A parser of a form, which is given bytes in pieces of any size.

    Args:
        content_type: The value of the Content-Type field; None without one.
        limits: How much is accepted.
        store: Holds the body, at the least what has been fed, from its beginning: the files of the
            form are slices of it.
    """

    __slots__ = ("_begun", "_content_type", "_limits", "_parser", "_store")

    def __init__(self, content_type: str | None, limits: Limits, store: SpooledBody) -> None:
        self._content_type = content_type
        self._limits = limits
        self._store = store
        self._begun = False
        self._parser: MultipartParser | UrlencodedParser | None = None

    def feed(self, chunk: bytes) -> None:
        """Take `chunk`, the next bytes of the body. After an error it takes no more.

        Raises:
            MalformedBody: The body is no form of its media type, or that is not clear.
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
        """The form, when the whole body has been taken.

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
                    " something else; parsers differ in whether that is the type of a form: let the"
                    " client's library write the field"
                )
            return None
        if content_type.essence == _FORMS[0]:
            return UrlencodedParser(content_type, self._limits)
        if content_type.essence == _FORMS[1]:
            return MultipartParser(content_type, self._limits, self._store)
        return None


class FormAhead:
    """A form that is parsed while its bytes come, which needn't be read again for it then.

    Args:
        parser: What parses it.
    """

    __slots__ = ("_fed", "_parser")

    def __init__(self, parser: FormParser) -> None:
        self._parser: FormParser | None = parser
        self._fed = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes. That they are no form is nobody's business before all have come."""
        if self._parser is None:
            return
        self._fed += len(chunk)
        try:
            self._parser.feed(chunk)
        except RequestError:
            self._parser = None

    def finish(self, store: SpooledBody) -> FormData | None:
        """The form, if this was given all bytes of `store`; None if they are to be parsed.

        Raises:
            MalformedBody, BodyTooLarge, TooManyFields: As `FormParser.finish` does.
        """
        whole = self._parser is not None and self._fed == store.size
        return self._parser.finish() if whole and self._parser is not None else None
