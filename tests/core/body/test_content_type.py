"""Content-Type: the media type, its parameters, and the field that came twice."""

from __future__ import annotations

import pytest

from unireq._body.content_type import boundary_of, parse_content_type
from unireq._errors import MalformedBody

FIELDS = [
    (None, "", []),
    ("", "", []),
    ("text/plain", "text/plain", []),
    (" Text/Plain ;Charset=UTF-8", "text/plain", [("charset", "UTF-8")]),
    ('a/b; c="d\\"e\\f"', "a/b", [("c", 'd"ef')]),
    (r"a/b; c=d\e", "a/b", [("c", r"d\e")]),
    ("a/b; c; d=e", "a/b", [("d", "e")]),
    ("a/b; c=1; c=2", "a/b", [("c", "1"), ("c", "2")]),
    ('a/b; c="d, e"', "a/b", [("c", "d, e")]),
    ("a/b, a/b", "a/b", []),
    ("a/b,", "a/b", []),
    (",", "", []),
]


@pytest.mark.parametrize(("field", "essence", "parameters"), FIELDS)
def test_a_field(field: str | None, essence: str, parameters: list[tuple[str, str]]) -> None:
    assert parse_content_type(field) == (essence, parameters)


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
