"""Corners of fields, cookies, targets and types that no clause of the kit reaches."""

from __future__ import annotations

import copy
import pickle
from base64 import b64encode
from typing import Any

import pytest

from unireq import Authorization, MalformedBody, MediaType
from unireq._body.content import charset_of, split_parameters
from unireq._url import normalize_raw_path


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301  # of our own making


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_copies(copied: Any) -> None:
    media = copied(MediaType("A/B;c=d"))
    assert (type(media), media, media.essence, media.parameters) == (
        *(MediaType, "A/B;c=d", "a/b"),
        {"c": "d"},
    )
    given = copied(Authorization('digest A="b,c"'))
    assert (given.scheme, given.parameters) == ("digest", {"a": "b,c"})
    assert copied(Authorization("Bearer abc")).credentials == "abc"
    assert (copied(media.parameters), copied(given.parameters)) == ({"c": "d"}, {"a": "b,c"})
    with pytest.raises(TypeError, match="read-only"):
        given.parameters["a"] = "b"


SECRETS = ["Bearer c1vz9qk3", "Basic " + b64encode(b"c1vz9qk3:c1vz9qk3").decode(), "c1vz9qk3"]


@pytest.mark.parametrize("field", [*SECRETS, 'Digest a="c1vz9qk3"', "Own c1vz9qk3"])
def test_no_secret_is_shown(field: str) -> None:
    given = Authorization(field)
    shown = f"{given!r} {given} {given.parameters!r}".lower()
    assert not any(word.lower() in shown for word in ("c1vz9qk3", field.partition(" ")[2] or "c1v"))
    with pytest.raises(ValueError, match="another text") as caught:
        Authorization(field + " \x01")
    assert "c1vz9qk3" not in str(caught.value)


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
