"""Content-Type: the media type, its parameters, its charset, and the field that came twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq._body.content import (
    boundary_of,
    charset_of,
    codec_of,
    parse_content_type,
    split_parameters,
)
from unireq._errors import MalformedBody

FIELDS = [
    (None, "", []),
    ("text/plain", "text/plain", []),
    (" Text/Plain ;Charset=UTF-8", "text/plain", [("charset", "UTF-8")]),
    ('a/b; c="d\\"e\\f"', "a/b", [("c", 'd"ef')]),
    (r"a/b; c=d\e", "a/b", [("c", r"d\e")]),
    ("a/b; c; d=e", "a/b", [("d", "e")]),
    ('a/b; c="d, e"', "a/b", [("c", "d, e")]),
    ("a/b, a/b", "a/b", []),
    (",", "", []),
]


@pytest.mark.parametrize(("field", "essence", "parameters"), FIELDS)
def test_a_field(field: str | None, essence: str, parameters: list[tuple[str, str]]) -> None:
    assert parse_content_type(field)[:2] == (essence, parameters)


@pytest.mark.parametrize("field", ["a/b, c/d", "a/b;c=1, a/b;c=2", "a/b, A/b", "a/b; c=d,e"])
def test_two_that_differ_are_refused(field: str) -> None:
    with pytest.raises(MalformedBody, match=r"^here: expected one media type.*more than once"):
        parse_content_type(field, "here")


def test_values() -> None:
    content_type = parse_content_type("a/b; c=2; d=1; c=1; c=2")
    assert content_type.values("c") == ["2", "1"]
    assert content_type.values("e") == []


def test_a_boundary_is_octets() -> None:
    assert boundary_of(parse_content_type('a/b; boundary="a b?"')) == b"a b?"


def test_a_refused_boundary_is_shown_in_part() -> None:
    with pytest.raises(MalformedBody, match=r"of 5000") as caught:
        boundary_of(parse_content_type("a/b; boundary=" + 5000 * "x"))
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    "field",
    [
        *("a/b", " a/b ", 'A/b ; c="d, \\"e" ;; f=g/h=;', "a/b;boundary=----=_1/2:3"),
        *("a/b;\tc=d", None, ""),
    ],
)
def test_what_is_clear(field: str | None) -> None:
    assert not parse_content_type(field).odd


@pytest.mark.parametrize(
    "field",
    [
        *(
            *("a", "a/", "/b", "a /b", "a/b c", "a/b,", ",a/b", "a/b, a/b", "a/b;c"),
            *("a/b;c=", "a/b;c =d"),
        ),
        *("a/b;c= d", 'a/b;c="d', 'a/b;c="d"e', "a/b\xa0", "\x85a/b", "a/b\x0b", "a/b;\x1fc=d"),
        *(
            *('a/b;c="\x00"', "a/b;c=d\\e", "a/b;charset*=utf-8''x"),
            *('a/b;boundary="\\b"', "a/b; boundary*0=b"),
        ),
    ],
)
def test_what_is_odd(field: str) -> None:
    assert parse_content_type(field).odd


# Parameters.

SPLIT = [
    ("a/b", "a/b", []),
    ("", "", []),
    ("a;b=c", "a", [("b", "c", False)]),
    ("a ;\t b = c ; d=e", "a", [("b", "c", False), ("d", "e", False)]),
    ('a;b="c"', "a", [("b", "c", True)]),
    ('a;b=""', "a", [("b", "", True)]),
    (r'a;b="c\"d;e\\"', "a", [("b", r"c\"d;e\\", True)]),
    ("a;;; b=c;", "a", [("b", "c", False)]),
    ("a;b", "a", [("", "b", False)]),
    ("a;b=", "a", [("", "b=", False)]),
    ("a;=b", "a", [("", "=b", False)]),
    ("a;b c=d;e=f", "a", [("", "b c=d", False), ("e", "f", False)]),
    ('a;b="c;d=e', "a", [("", 'b="c', False), ("d", "e", False)]),
    ('a;b="c"d;e=f', "a", [("", 'b="c"d', False), ("e", "f", False)]),
    ('a;b="c\\', "a", [("", 'b="c\\', False)]),
]


@pytest.mark.parametrize(("field", "first", "parameters"), SPLIT)
def test_splitting(field: str, first: str, parameters: list[tuple[str, str, bool]]) -> None:
    assert split_parameters(field) == (first, parameters)


@given(st.text(st.one_of(st.sampled_from('a="\\; \t'), st.characters()), max_size=40))
def test_any_text_ends(field: str) -> None:
    first, parameters = split_parameters(field)
    assert first == field.partition(";")[0].strip(" \t")
    for name, value, quoted in parameters:
        assert name == name.lower()
        assert value in field
        assert quoted or name or value


# Charsets.

ACCEPTED = [
    (None, "utf-8"),
    ("text/plain", "utf-8"),
    ("text/plain; charset=utf-8", "utf-8"),
    ('text/plain; charset="Utf-8"', "utf-8"),
    ("text/plain; charset=us-ascii", "utf-8"),
    ("text/plain; charset=ISO-8859-1", "iso-8859-1"),
    ("text/plain; charset=utf-8; charset=UTF8", "utf-8"),
    ("text/plain; charset", "utf-8"),
]

REFUSED = [
    *("utf-7", "utf-16", "utf-8-sig", "windows-1252", "cp037", "rot13", "hex", "zlib", "idna"),
    *("unicode_escape", "undefined", "utf_8", "utf-\u212a", '""'),
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
