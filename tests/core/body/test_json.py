"""JSON: what RFC 8259 says and no more, in time that grows with the body alone."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq import MalformedBody
from unireq._body.json import parse_json

DEPTH = 100

VALUES: list[tuple[bytes, Any]] = [
    (b" [1, -2.5, 1e3] ", [1, -2.5, 1000.0]),
    (b"\xef\xbb\xbf{}", {}),
    (b"9" * 4300, int("9" * 4300)),
    # Surrogates: halves, halves the wrong way round, and text that only looks like one.
    (b'"\\ude00\\ud83d"', "\ufffd\ufffd"),
    (b'"\\ud83d\\ud83d\\ude00"', "\ufffd😀"),
    (b'"\\\\ud83d\\ude00"', "\\ud83d\ufffd"),
    (b'"\\\\\\ud83d"', "\\\ufffd"),
]

REFUSED: list[tuple[bytes, str]] = [
    (b"", "expected a value, got an empty body"),
    (b" ", "Expecting value at line 1, column 2"),
    (b"\xef\xbb\xbf", "Expecting value"),
    (b"\xef\xbb\xbf\xef\xbb\xbf1", "JSON body: "),
    (b"{} {}", r"Extra data at line 1, column 4 \(character 3\)"),
    (b"01", "Extra data"),
    (b'"a\nb"', "Invalid control character"),
    (b'"\\x41"', r"Invalid \\\\?escape"),
    (b"NaN", r"expected a JSON number \(RFC 8259 6\), got NaN"),
    (b'{"a": -Infinity}', "got -Infinity"),
    (b"1e400", "within the range of a double"),
    (b"-1E+0999", "range of a double"),
    (b"9" * 299 + b"e99", "range of a double"),
    (b"9" * 310 + b".0", "within the range of a double"),
    (b'{"a": 1e999, "a": 1}', "within the range of a double"),
    (b"9" * 4301, "integers of at most 4300 digits, got one of 4301"),
    (b"[1, -" + b"9" * 4301 + b"]", "got one of 4301"),
    (b"\xff\xfe1\x00", r"expected UTF-8 \(RFC 8259 8.1\), got the byte 0xFF at offset 0"),
    ("[1]".encode("utf-16-le"), "JSON body: "),
    (b'"\xc3"', "got the byte 0xC3 at offset 1"),
    (b'"\xed\xa0\x80"', "got the byte 0xED at offset 1"),
    (b'\xef\xbb\xbf"\xc3"', "got the byte 0xC3 at offset 4"),
]


@pytest.mark.parametrize(("body", "value"), VALUES)
def test_values(body: bytes, value: Any) -> None:
    found = parse_json(body, DEPTH)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("body", "message"), REFUSED)
def test_what_is_refused(body: bytes, message: str) -> None:
    with pytest.raises(MalformedBody, match=message) as caught:
        parse_json(body, DEPTH)
    assert caught.value.status == 400
    assert str(caught.value).startswith("JSON body: ")
    assert len(str(caught.value)) < 300


PIECES = ["\\\\", "\\n", '\\"', "?", "é", "\ufeff", "\\u005c", "\\u0022", "a", "u"]
PIECES += ["d83d", "\\ud83d", "\\uDBFF", "\\ude00", "\\uDFFF", "\\ue000"]


@given(st.lists(st.sampled_from(PIECES)), st.booleans())
def test_surrogates_are_what_pythons_parser_leaves_of_them(pieces: list[str], rare: bool) -> None:
    # In a long text they are looked at one by one.
    text = '"' + "".join(pieces) + "x" * 9000 * rare + '\\n"'
    expected = re.sub("[\ud800-\udfff]", "\ufffd", json.loads(text))
    assert parse_json(text.encode(), DEPTH) == expected


@pytest.mark.parametrize(("begin", "end"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth(begin: bytes, end: bytes) -> None:
    for depth in (0, 1, 100):
        parse_json(begin * depth + b"0" + end * depth, depth)
        said = rf"at most {depth} nested arrays and objects, .*json_depth"
        with pytest.raises(MalformedBody, match=said):
            parse_json(begin * (depth + 1) + b"0" + end * (depth + 1), depth)
    for harmful in (None, 10**6):
        with pytest.raises(MalformedBody, match="JSON body: "):
            parse_json(begin * 100_000, harmful)


@pytest.mark.parametrize(
    "body",
    [
        *(b'"' + b"[" * 1000 + b'"', b'["' + b'\\"{[' * 1000 + b'"]'),
        *(b'["\\\\", "' + b"[" * 1000 + b'"]', b"[" + b"[],{}," * 1000 + b"0]"),
    ],
    ids=["in a string", "quotes in it", "a backslash before it", "side by side"],
)
def test_brackets_that_are_not_within_each_other(body: bytes) -> None:
    assert parse_json(body, 2) == json.loads(body)
