"""Bytes and text: how bytes off the wire become `str`, and back.

HTTP carries bytes. Headers, the query string and a WSGI environ show them as ISO-8859-1 text, one
character for a byte; what people read (paths, cookies, query parameters) is UTF-8 inside. Invalid
UTF-8 becomes U+FFFD, one for each maximal subpart, as the WHATWG Encoding standard has it.
"""

from __future__ import annotations

import re

__all__ = ["octets", "percent_decode", "percent_encode", "utf8"]

# A client chooses how many escapes there are, and how many of them are broken: no Python code runs
# for each.
_ESCAPE = re.compile(rb"(%[0-9A-Fa-f]{2})")
_DECODED = {
    b"%%%c%c" % (first, second): bytes((int(chr(first) + chr(second), 16),))
    for first in b"0123456789abcdefABCDEF"
    for second in b"0123456789abcdefABCDEF"
}
_ENCODED = [
    chr(octet) if 0x21 <= octet <= 0x7E and octet != 0x23 else f"%{octet:02X}"
    for octet in range(256)
]


def octets(text: str) -> bytes:
    """The bytes behind ISO-8859-1 `text`.

    Only a test client hands over characters beyond U+00FF; those are taken as UTF-8.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape" if _escaped(text) else "replace")


def _escaped(text: str) -> bool:
    return all(not 0xD800 <= ord(c) <= 0xDFFF or 0xDC80 <= ord(c) <= 0xDCFF for c in text)


def utf8(text: str) -> str:
    """ISO-8859-1 `text` read as the UTF-8 that its bytes are."""
    return text if text.isascii() else octets(text).decode("utf-8", "replace")


def percent_decode(text: str, errors: str = "replace") -> str:
    """ISO-8859-1 `text` with percent-escapes undone, read as UTF-8; a broken escape stays as it is.

    Args:
        text: One character for a byte.
        errors: What becomes of bytes that are not UTF-8, as in `bytes.decode`.

    Source: WHATWG URL, percent-decode.
    """
    if "%" in text or not text.isascii():
        pieces = _ESCAPE.split(octets(text))
        pieces[1::2] = map(_DECODED.__getitem__, pieces[1::2])
        return b"".join(pieces).decode("utf-8", errors)
    return text


def percent_encode(text: str) -> str:
    """`text` with every byte escaped that can't stand in a URL, or would begin its fragment.

    Escapes that are there stay. Source: RFC 3986 2.1.
    """
    return octets(text).decode("latin-1").translate(_ENCODED)
