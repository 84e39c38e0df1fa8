"""What bytes say, read as UTF-8: a table that several parsers are held to."""

from __future__ import annotations

import pytest

R = "\N{REPLACEMENT CHARACTER}"

# One U+FFFD for each maximal subpart (Unicode 3.9, WHATWG Encoding 8.1.1).
READ_AS_UTF8 = [
    pytest.param(b"caf\xc3\xa9", "café", id="two octets"),
    pytest.param(b"\xf0\x9f\x98\x80", "\U0001f600", id="four octets"),
    pytest.param(b"\xef\xbb\xbfa", "\ufeffa", id="a BOM is kept"),
    pytest.param(b"\xef\xbf\xbf", "\uffff", id="a noncharacter"),
    pytest.param(b"\xff", R, id="an byte that never occurs"),
    pytest.param(b"a\x80b", f"a{R}b", id="a stray continuation"),
    pytest.param(b"\xc3", R, id="two bytes cut to one"),
    pytest.param(b"\xe2\x82", R, id="three bytes cut to two"),
    pytest.param(b"\xf0\x9f\x98", R, id="four bytes cut to three"),
    pytest.param(b"\xe2\x82(", f"{R}(", id="cut by a character"),
    pytest.param(b"\xc3\xc3\xa9", f"{R}é", id="cut by a sequence"),
    pytest.param(b"\xed\xa0\x80", R * 3, id="a surrogate"),
    pytest.param(b"\xc0\xaf", R * 2, id="overlong, two"),
    pytest.param(b"\xe0\x80\xaf", R * 3, id="overlong, three"),
    pytest.param(b"\xf0\x80\x80\xaf", R * 4, id="overlong, four"),
    pytest.param(b"\xf4\x90\x80\x80", R * 4, id="beyond U+10FFFF"),
    pytest.param(b"\xf8\x88\x80\x80\x80", R * 5, id="five octets"),
]


def escaped(octets: bytes) -> str:
    """`octets`, each as a percent-escape."""
    return "".join(f"%{octet:02X}" for octet in octets)
