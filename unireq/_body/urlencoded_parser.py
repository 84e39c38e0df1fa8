"""UrlencodedParser: a form as application/x-www-form-urlencoded.

Rule: it is read as a query is, by the same parser; what is counted and measured is counted before
it is taken apart, so that ten million `&` cost nothing.

Source: WHATWG URL 5.1.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from unireq._body.charsets import charset_of
from unireq._body.content_type import ContentType
from unireq._body.form_data import FormData
from unireq._body.limits import Limits
from unireq._body.refusals import limited_by
from unireq._errors import BodyTooLarge, TooManyFields
from unireq._query import parse_query

__all__ = ["UrlencodedParser"]

BLOCK = 65536

_LATIN1 = re.compile(r"%([89A-Fa-f][0-9A-Fa-f])|[\x80-\xff]")


class UrlencodedParser:
    """A parser that is given octets, in pieces of any size."""

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
        """The form, when all octets have been taken."""
        self._take(bytes(self._rest))
        self._rest.clear()
        return FormData(self._pairs)

    def _take(self, octets: bytes) -> None:
        """Read whole fields, separated by `&`."""
        count = len(self._pairs)
        for piece in octets.split(b"&"):
            if piece:
                count += 1
                self._check_count(count)
                name, _, value = piece.partition(b"=")
                self._check_size(name, count)
                self._check_size(value, count)
        text = octets.decode("iso-8859-1")
        if self._codec != "utf-8":
            text = _LATIN1.sub(_as_utf8, text)
        self._pairs += parse_query(text).multi_items()

    def _check_begun(self) -> None:
        """Check the field whose end has not come: it may never come."""
        self._check_count(len(self._pairs) + 1)
        size = self._limits.field_size
        # An escape makes three octets of one, and there is a name and a value.
        if size is not None and len(self._rest) > 6 * size + 1:
            raise self._too_large(len(self._pairs) + 1, size)

    def _check_count(self, count: int) -> None:
        fields = self._limits.fields
        if fields is not None and count > fields:
            raise TooManyFields(
                f"urlencoded form: expected at most {fields} fields, got more",
                limited_by("fields"),
            )

    def _check_size(self, octets: bytes, field: int) -> None:
        size = self._limits.field_size
        if size is not None and len(octets) > size and len(unquote_to_bytes(octets)) > size:
            raise self._too_large(field, size)

    def _too_large(self, field: int, size: int) -> BodyTooLarge:
        return BodyTooLarge(
            f"urlencoded form, field {field}: expected a name and a value of at most {size} bytes"
            " each, got more",
            limited_by("field_size"),
        )


def _as_utf8(match: re.Match[str]) -> str:
    """An octet of ISO-8859-1, escaped or not, as escaped UTF-8."""
    octet = int(match[1], 16) if match[1] else ord(match[0])
    return "".join(f"%{unit:02X}" for unit in chr(octet).encode())
