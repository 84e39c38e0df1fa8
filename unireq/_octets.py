"""Bytes and text: how bytes off the wire become `str`, and back.

HTTP carries bytes. Headers, the query string and a WSGI environ show them as ISO-8859-1 text, one
character for a byte; what people read (paths, cookies, query parameters) is UTF-8 inside. Invalid
UTF-8 becomes U+FFFD, one for each maximal subpart, as the WHATWG Encoding standard has it.
"""

from __future__ import annotations

import binascii
from contextlib import suppress

__all__ = ["octets", "percent_decode", "percent_encode", "unescape", "utf8"]

_SIGNS = bytes(octet == ord("%") for octet in range(256))
_DIGITS = bytes(octet in b"0123456789ABCDEFabcdef" for octet in range(256))
_CLASSES = bytes(ord("0") if digit else octet for octet, digit in enumerate(_DIGITS))
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
        return unescape(octets(text)).decode("utf-8", errors)
    return text


def unescape(data: bytes) -> bytes:
    """`data` with percent-escapes undone; a broken escape stays as it is.

    A client chooses how many escapes there are, and how many are broken, so no Python code runs for
    each. What undoes `=41` undoes `%41` too, once the two signs have changed places.

    Source: WHATWG URL, percent-decode.
    """
    first = data.find(b"%")
    if first < 0:
        return data
    # Where the first is broken, all of them may be.
    if data[first : first + 3].translate(_CLASSES) != b"%00" and (
        b"%00" not in data.translate(_CLASSES)
    ):
        return data
    if data[::3].count(b"%") * 3 == len(data):
        # Escapes alone are the most that there can be.
        digits_alone = data.translate(None, b"%")
        if len(digits_alone) * 3 == len(data) * 2:
            with suppress(binascii.Error):
                return binascii.unhexlify(digits_alone)
    # All escapes are sound where no sign is left; a broken one may also vanish, but only at the end
    # or before a line break.
    if not (b"=" in data or b"\n" in data or b"\r" in data or data.endswith(b"%")):
        decoded = binascii.a2b_qp(data.replace(b"%", b"="))
        if b"=" not in decoded:
            return decoded
    data = data.replace(b"=", b"%3D")
    # One bit for each byte, at the lowest of its eight: an escape is a sign before two digits.
    signs = int.from_bytes(data.translate(_SIGNS), "little")
    digits = int.from_bytes(data.translate(_DIGITS), "little")
    escapes = signs & (digits >> 8) & (digits >> 16)
    changed = int.from_bytes(data, "little") ^ escapes * (ord("%") ^ ord("="))
    return binascii.a2b_qp(changed.to_bytes(len(data), "little"))


def percent_encode(text: str) -> str:
    """`text` with every byte escaped that can't stand in a URL, or would begin its fragment.

    Escapes that are there stay. Source: RFC 3986 2.1.
    """
    return octets(text).decode("latin-1").translate(_ENCODED)
