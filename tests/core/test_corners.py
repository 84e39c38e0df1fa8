"""Corners of fields, cookies, targets and types that no clause of the kit reaches."""

from __future__ import annotations

import pytest

from unireq import MalformedBody
from unireq._body.content import charset_of, split_parameters
from unireq._url import normalize_raw_path

# The target as sent, the path that was routed on, and the raw path if they agree.
RAW_PATHS = [
    (None, "/", None),
    (b"/a%20b?c", "/a b", b"/a%20b"),
    (b"/%FF", "/\N{REPLACEMENT CHARACTER}", b"/%FF"),
    (b"http://h/a", "/a", b"/a"),
    (b"//a", "/a", None),
    (b"/%61", "/%61", None),
    # Where `%2F` is kept, as cheroot does; without regard to its case.
    (b"/a%2Fb", "/a%2Fb", b"/a%2Fb"),
    (b"/a%2fb", "/a%2fb", b"/a%2fb"),
    (b"http://h/a%2Fb", "/a%2Fb", b"/a%2Fb"),
    (b"/a%2f%c3%a9%252f", "/a%2F\xe9%2f", b"/a%2f%c3%a9%252f"),
    (b"/a%2Fb", "/a%252Fb", None),
    (b"", "", b""),
]


@pytest.mark.parametrize(("raw", "path", "expected"), RAW_PATHS)
def test_a_raw_path_is_given_where_it_says_the_path(
    raw: bytes | None, path: str, expected: bytes | None
) -> None:
    assert normalize_raw_path(raw, path) == expected


SPLIT = [
    ("a/b", "a/b", []),
    ("", "", []),
    ("a ;\t b = c ; d=e", "a", [("b", "c", False), ("d", "e", False)]),
    (r'a;b="c\"d;e\\"', "a", [("b", r"c\"d;e\\", True)]),
    ("a;;; b=c;", "a", [("b", "c", False)]),
    ("a;b=", "a", [("", "b=", False)]),
    ("a;=b", "a", [("", "=b", False)]),
    ("a;b c=d;e=f", "a", [("", "b c=d", False), ("e", "f", False)]),
    ('a;b="c"d;e=f', "a", [("", 'b="c"d', False), ("e", "f", False)]),
    ('a;b="c\\', "a", [("", 'b="c\\', False)]),
]


@pytest.mark.parametrize(("field", "first", "parameters"), SPLIT)
def test_splitting(field: str, first: str, parameters: list[tuple[str, str, bool]]) -> None:
    assert split_parameters(field) == (first, parameters)


def test_a_refused_name_is_shown_in_part() -> None:
    for charset in (5000 * "x", "utf-7"):
        with pytest.raises(MalformedBody, match="expected the charset utf-8") as caught:
            charset_of(f"text/plain; charset={charset}")
        assert len(str(caught.value)) < 150
