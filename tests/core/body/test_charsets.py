"""Charsets: the closed list, and what it keeps out."""

from __future__ import annotations

import pytest

from unireq._body.charsets import charset_of, codec_of
from unireq._body.content_type import parse_content_type
from unireq._errors import MalformedBody

ACCEPTED = [
    (None, "utf-8"),
    ("", "utf-8"),
    ("text/plain", "utf-8"),
    ("text/plain; charset=utf-8", "utf-8"),
    ("text/plain; charset=UTF8", "utf-8"),
    ('text/plain; charset="Utf-8"', "utf-8"),
    ("text/plain; charset=us-ascii", "utf-8"),
    ("text/plain; charset=ascii", "utf-8"),
    ("text/plain; charset=ISO-8859-1", "iso-8859-1"),
    ("text/plain; charset=latin1", "iso-8859-1"),
    ("text/plain; charset=latin-1", "iso-8859-1"),
    ("text/plain; charset=utf-8; charset=UTF8", "utf-8"),
    ("text/plain; charset", "utf-8"),
]

REFUSED = [
    "utf-7",
    "utf-16",
    "utf-8-sig",
    "windows-1252",
    "cp037",
    "rot13",
    "hex",
    "zlib",
    "idna",
    "unicode_escape",
    "undefined",
    "utf_8",
    "utf-\u212a",
    '""',
]


@pytest.mark.parametrize(("field", "codec"), ACCEPTED)
def test_an_accepted_one(field: str | None, codec: str) -> None:
    assert charset_of(field) == codec
    assert charset_of(parse_content_type(field)) == codec


@pytest.mark.parametrize("charset", REFUSED)
def test_a_refused_one(charset: str) -> None:
    with pytest.raises(MalformedBody, match=r"^Content-Type: expected the charset utf-8, us-ascii"):
        charset_of(f"text/plain; charset={charset}")


def test_the_default_holds_where_none_is_named() -> None:
    assert charset_of("text/plain", "iso-8859-1") == "iso-8859-1"
    assert charset_of("text/plain; charset=utf-8", "iso-8859-1") == "utf-8"


@pytest.mark.parametrize("field", ["a/b; charset=utf-8; charset=latin1", "a/b, c/d"])
def test_what_is_not_clear_is_refused(field: str) -> None:
    with pytest.raises(MalformedBody, match=r"^here: expected one"):
        charset_of(field, where="here")


def test_a_refused_name_is_shown_in_part() -> None:
    with pytest.raises(MalformedBody) as caught:
        codec_of(5000 * "x", "here")
    assert len(str(caught.value)) < 150
