from __future__ import annotations

import itertools
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.octets import READ_AS_UTF8, escaped
from unireq._urlencoded import unescape
from unireq.adapter import latin1_to_bytes, latin1_to_utf8, percent_decode

TEST_CLIENTS = [
    ("€", "€".encode()),
    ("caf\xe9 €", "café €".encode()),
    ("\udcc3\udca9", b"\xc3\xa9"),
    ("€\udcff", b"\xe2\x82\xac\xff"),
    ("\ud800", b"?"),
    ("\ud800\udcff", b"??"),
]


@pytest.mark.parametrize(("raw", "text"), READ_AS_UTF8)
def test_octets_and_escapes_are_read_as_utf8(raw: bytes, text: str) -> None:
    half = len(raw) // 2
    assert latin1_to_utf8(raw.decode("latin-1")) == text
    assert percent_decode(escaped(raw)) == percent_decode(escaped(raw).lower()) == text
    assert percent_decode(escaped(raw[:half]) + raw[half:].decode("latin-1")) == text


def test_escapes_are_undone_once_and_broken_ones_stay() -> None:
    assert percent_decode("%2541%00%2f") == "%41\0/"
    for text in ("", "plain", "%", "%%", "%zz", "%2", "100%", "a%G0b", "+"):
        assert percent_decode(text) == text


@pytest.mark.parametrize(
    ("errors", "expected"), [("surrogateescape", "\udcff"), ("backslashreplace", r"\xff")]
)
def test_what_becomes_of_octets_that_are_not_utf8(errors: str, expected: str) -> None:
    assert percent_decode("%FF", errors) == expected


@pytest.mark.parametrize(("text", "expected"), TEST_CLIENTS)
def test_text_that_no_server_hands_over_is_taken_as_utf8(text: str, expected: bytes) -> None:
    assert latin1_to_bytes(text) == expected


@given(st.binary())
def test_octets_is_the_inverse_of_latin1_and_every_one_may_be_escaped(raw: bytes) -> None:
    assert latin1_to_bytes(raw.decode("latin-1")) == raw
    assert percent_decode(escaped(raw)) == raw.decode("utf-8", "replace")


@given(st.text(st.characters()))
def test_nothing_is_refused(text: str) -> None:
    assert isinstance(latin1_to_bytes(text), bytes)
    for decoded in (latin1_to_utf8(text), percent_decode(text)):
        decoded.encode("utf-8" if not text.isascii() or "%" in text else "ascii")


@given(
    st.lists(
        st.sampled_from(
            [b"%", b"%4", b"%41", b"=", b"%3d", b"a", b"\n", b"\r", b"_", b"%ff", b"\xff"]
        )
    ).map(b"".join)
)
def test_escapes_are_undone_as_the_standard_library_does(data: bytes) -> None:
    assert unescape(data) == unquote_to_bytes(data)


def test_every_short_text_is_unescaped() -> None:
    for size in range(1, 8):
        for each in itertools.product(b"%4z=", repeat=size):
            data = bytes(each)
            assert unescape(data) == unquote_to_bytes(data), data
