"""Header fields of an answer: one way to read and change them, in the list that was given."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from unireq import Headers, Response
from unireq._header_editor import HeaderEditor

Pairs = list[tuple[str, str]]
BASIC, DIGEST = (("www-authenticate", value) for value in ('Basic a="b"', 'Digest a="b", c=d'))


@pytest.mark.parametrize(
    ("fields", "name", "member", "then"),
    [
        ([], "Vary", "Origin", [("vary", "Origin")]),
        ([("vary", "Cookie")], "vary", "Origin", [("vary", "Cookie, Origin")]),
        ([("Vary", "cookie, ORIGIN")], "vary", "Origin", [("Vary", "cookie, ORIGIN")]),
        ([("vary", "a")], "vary", "b, A, B", [("vary", "a, b")]),
        ([("vary", "*")], "vary", "origin", [("vary", "*")]),
        ([("vary", "a"), ("x", "1")], "vary", "*", [("x", "1"), ("vary", "*")]),
        ([("vary", "")], "vary", "origin", [("vary", "origin")]),
        ([("vary", "a")], "vary", "", [("vary", "a")]),
        # The last one grows; all are looked through.
        ([("a", "1"), ("b", "2"), ("a", "3")], "A", "4", [("a", "1"), ("b", "2"), ("a", "3, 4")]),
        ([("a", "1"), ("a", "3")], "a", "1", [("a", "1"), ("a", "3")]),
        # Methods have case (RFC 9110 9.1), and a URL may.
        ([("allow", "GET")], "allow", "get", [("allow", "GET, get")]),
        ([("link", '</a,b>; rel="x,y"')], "link", "</c>", [("link", '</a,b>; rel="x,y", </c>')]),
        ([("via", "1.1 a")], "via", "1.1 a", [("via", "1.1 a, 1.1 a")]),
        ([BASIC], "www-authenticate", 'Digest a="b", c=d', [BASIC, DIGEST]),
    ],
)
def test_one_more_member(fields: Pairs, name: str, member: str, then: Pairs) -> None:
    HeaderEditor(fields).extend_header(name, member)
    assert fields == then
    if name not in {"via", "A"}:
        HeaderEditor(fields).extend_header(name, member)
        assert fields == then


def test_the_list_that_was_given_is_changed() -> None:
    fields = [("X-A", "1"), ("b", "2"), ("x-a", "3")]
    editor = HeaderEditor(fields)
    assert (editor.get_header("x-A"), editor.get_headers("x-a")) == ("1,3", ["1", "3"])
    assert (editor.get_header("c"), editor.get_headers("c")) == (None, [])
    editor.set_header("B", "4")
    editor.remove_header("x-A")
    editor.remove_header("c")
    editor.add_header("c", "5")
    editor.set_cookie("d", "6", samesite=None)
    editor.set_header("Server", "")  # a preset that removes it: only the server can
    editor.remove_header("Server")
    assert fields == [("b", "4"), ("c", "5"), ("set-cookie", "d=6; Path=/")] == editor.fields


Act = Callable[[Any], object]
REFUSED: list[tuple[Act, type[Exception], str]] = [
    (lambda e: e.extend_header("Content-Type", "a"), ValueError, "'content-type', which has one"),
    (lambda e: e.extend_header("set-cookie", "a=1"), ValueError, "use set_cookie"),
    (lambda e: e.extend_header("vary", "a\r\nb: 1"), ValueError, "'vary': expected printable ASC"),
    (lambda e: e.extend_header("a b", "1"), ValueError, "a name that is a token"),
    (lambda e: e.extend_header("connection", "1"), ValueError, "the server writes itself"),
    (lambda e: e.remove_header("Date"), ValueError, "the server writes itself"),
    (lambda e: e.remove_header("a: b"), ValueError, "a name that is a token"),
    (lambda e: e.get_header("a: b"), ValueError, "a name that is a token"),
    (lambda e: e.get_headers(b"a"), TypeError, "a name that is a str, got bytes"),
    (lambda e: e.remove_header(None), TypeError, "got NoneType"),
]


@pytest.mark.parametrize(("act", "kind", "said"), REFUSED)
def test_what_is_refused(act: Act, kind: type[Exception], said: str) -> None:
    fields = [("a", "1"), ("vary", "x")]
    with pytest.raises(kind, match=said):
        act(HeaderEditor(fields))
    assert fields == [("a", "1"), ("vary", "x")]


def test_headers_are_a_dict_of_what_is_sent() -> None:
    response = Response("x", headers=[("X-A", "1"), ("x_b", ""), ("x-a", "2")])
    sent: dict[str, Any] = {"x-a": "1,2", "x_b": "", "content-type": "text/plain; charset=utf-8"}
    headers = response.headers
    assert isinstance(headers, Headers)
    assert headers == sent == json.loads(json.dumps(headers)) == {**headers}
    assert (headers["X-A"], headers.get("X-B"), "X_B" in headers) == ("1,2", None, True)
    with pytest.raises(TypeError, match=r"read-only: use set_header, .* of the response"):
        headers["a"] = "1"
    copied = pickle.loads(pickle.dumps(headers))  # noqa: S301
    assert (copied, type(copied)) == (headers, type(headers))
    response.set_cookie("c", "s3cret")
    assert "set-cookie" in response.headers
    assert "set-cookie" not in headers
    assert "s3cret" not in repr(response.headers)
    assert Response(headers={"A": " 1\t"}).fields == [("a", "1")]
