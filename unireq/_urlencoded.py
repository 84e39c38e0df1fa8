"""Percent-encoding and the query; conversion between bytes and text.

HTTP carries bytes. Headers, the query string and a WSGI environ have them as ISO-8859-1 text, one
character per byte; paths, cookies and query parameters are UTF-8 inside. Invalid UTF-8 becomes
U+FFFD, one per maximal subpart (WHATWG Encoding).

The query is parsed as application/x-www-form-urlencoded: `&` separates pieces, and empty ones are
ignored; a name ends at the first `=`; `+` is a space; escapes are decoded, and the bytes read as
UTF-8. The last value of a repeated name counts.

Sources: WHATWG URL 1.3 (percent-encoded bytes) and 5.1 (the parser), RFC 3986 2.1.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, ClassVar

from unireq._mapping import ReadOnlyDict, fill, string_pairs
from unireq._redact import HIDDEN

__all__ = [
    "QueryParams",
    "latin1_to_bytes",
    "latin1_to_utf8",
    "parse_query",
    "percent_decode",
    "percent_encode",
    "unescape",
]

_SIGNS = bytes(octet == ord("%") for octet in range(256))
_DIGITS = bytes(octet in b"0123456789ABCDEFabcdef" for octet in range(256))
_CLASSES = bytes(ord("0") if digit else octet for octet, digit in enumerate(_DIGITS))
_ENCODED = [
    chr(octet) if 0x21 <= octet <= 0x7E and octet != 0x23 else f"%{octet:02X}"
    for octet in range(256)
]


def latin1_to_bytes(text: str) -> bytes:
    """The bytes that ISO-8859-1 `text` stands for.

    If it has characters beyond U+00FF, which only a test client passes, it is encoded as UTF-8.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape" if _escaped(text) else "replace")


def _escaped(text: str) -> bool:
    return all(not 0xD800 <= ord(c) <= 0xDFFF or 0xDC80 <= ord(c) <= 0xDCFF for c in text)


def latin1_to_utf8(text: str) -> str:
    """The bytes that ISO-8859-1 `text` stands for, decoded as UTF-8."""
    return text if text.isascii() else latin1_to_bytes(text).decode("utf-8", "replace")


def percent_decode(text: str, errors: str = "replace") -> str:
    """ISO-8859-1 `text`, percent-decoded and read as UTF-8; a broken escape stays unchanged.

    Args:
        text: One character per byte.
        errors: How to handle invalid UTF-8, as in `bytes.decode`.

    Source: WHATWG URL, percent-decode.
    """
    if "%" in text or not text.isascii():
        return unescape(latin1_to_bytes(text)).decode("utf-8", errors)
    return text


def unescape(data: bytes) -> bytes:
    """`data`, percent-decoded; a broken escape stays unchanged.

    A client chooses how many escapes there are, and how many are broken, so no Python code runs per
    escape. A decoder of `=41` (quoted-printable, in C) decodes `%41` too, if the two signs are
    swapped before.

    Source: WHATWG URL, percent-decode.
    """
    first = data.find(b"%")
    if first < 0:
        return data
    # If the first is broken, all of them may be.
    if data[first : first + 3].translate(_CLASSES) != b"%00" and (
        b"%00" not in data.translate(_CLASSES)
    ):
        return data
    if data[::3].count(b"%") * 3 == len(data):
        # Nothing but escapes: the largest possible number of them.
        digits_alone = data.translate(None, b"%")
        if len(digits_alone) * 3 == len(data) * 2:
            with suppress(binascii.Error):
                return binascii.unhexlify(digits_alone)
    # If no sign is left, all escapes are valid. The decoder drops a broken one only at the end or
    # before a line break.
    if not (b"=" in data or b"\n" in data or b"\r" in data or data.endswith(b"%")):
        decoded = binascii.a2b_qp(data.replace(b"%", b"="))
        if b"=" not in decoded:
            return decoded
    data = data.replace(b"=", b"%3D")
    # The lowest bit of each byte is a flag: an escape is a sign before two digits.
    signs = int.from_bytes(data.translate(_SIGNS), "little")
    digits = int.from_bytes(data.translate(_DIGITS), "little")
    escapes = signs & (digits >> 8) & (digits >> 16)
    changed = int.from_bytes(data, "little") ^ escapes * (ord("%") ^ ord("="))
    return binascii.a2b_qp(changed.to_bytes(len(data), "little"))


def percent_encode(text: str) -> str:
    """`text` with every byte escaped that a URL can't contain, or that would begin its fragment.

    Existing escapes stay. Source: RFC 3986 2.1.
    """
    if text.isascii() and text.isprintable() and " " not in text and "#" not in text:
        return text
    return latin1_to_bytes(text).decode("latin-1").translate(_ENCODED)


class QueryParams(ReadOnlyDict[str]):
    """The query parameters: a real `dict[str, str]`, the last value of each name.

    Args:
        params: A mapping or an iterable of (name, value) pairs; the last value of a repeated name
            counts.

    Raises:
        TypeError: A name or a value is not a str.
    """

    __slots__ = ("_pairs",)

    _instead: ClassVar[str] = "use request.replace(query_string=...)"
    _pairs: list[tuple[str, str]] | None

    def __init__(self, params: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        _fill(self, string_pairs(params, "query_params"))

    def getlist(self, name: str) -> list[str]:
        """Every value of the parameter `name`, in the order sent; `[]` if there is none."""
        if self._pairs is None:
            return [self[name]] if name in self else []
        return [value for key, value in self._pairs if key == name]

    def multi_items(self) -> list[tuple[str, str]]:
        """Every (name, value) pair, in the order sent."""
        return list(self.items()) if self._pairs is None else list(self._pairs)

    def _shown(self) -> dict[str, str]:
        return dict.fromkeys(self, HIDDEN)

    def __reduce__(self) -> tuple[Any, ...]:
        return QueryParams, (self.multi_items(),)


def _fill(params: QueryParams, pairs: list[tuple[str, str]]) -> None:
    fields = dict(pairs)
    # Kept only if a name is repeated: else the dict has all pairs.
    params._pairs = pairs if len(fields) != len(pairs) else None  # pyright: ignore[reportPrivateUsage]
    fill(params, fields)


_new: Callable[[type[QueryParams]], QueryParams] = QueryParams.__new__


def parse_query(query: str) -> QueryParams:
    """The parameters in `query`: the bytes sent as ISO-8859-1 text, without `?`."""
    params = _new(QueryParams)
    if not query:
        params._pairs = None  # pyright: ignore[reportPrivateUsage]
        return params
    # Spaces separate nothing, so they can be decoded before the split; "%2B" is decoded after it.
    query = query.replace("+", " ").replace("%20", " ")
    encoded = not query.isascii()
    if "%" in query and not encoded:
        decoded = percent_decode(query)
        # Decoding all at once is faster; the result is the same if it adds no separator.
        if decoded.count("&") == query.count("&") and decoded.count("=") == query.count("="):
            query = decoded
        else:
            encoded = True
    pieces = iter(query.split("&"))
    pairs: list[tuple[str, str]] = []
    if not encoded:
        fields: dict[str, str] = {}
        for piece in pieces:
            name, _, value = piece.partition("=")
            if not name or name in fields:
                pairs = [*fields.items(), (name, value)] if piece else [*fields.items()]
                break
            fields[name] = value
        else:
            params._pairs = None  # pyright: ignore[reportPrivateUsage]
            fill(params, fields)
            return params
    for piece in pieces:
        if piece:
            name, _, value = piece.partition("=")
            if encoded:
                name, value = percent_decode(name), percent_decode(value)
            pairs.append((name, value))
    _fill(params, pairs)
    return params
