"""What a handler answers: what is refused, and what header fields and cookies say."""

from __future__ import annotations

import json
import locale
import math
import pickle
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from unireq import Headers, Response
from unireq._cookies import render_cookie
from unireq._header_editor import HeaderEditor
from unireq.adapter import RawResponse, make_response

CONTROLS = ("\r\n", "\n", "\r", "\0", "\t", "\x7f")
ANY: Any = Response


def each(
    make: Callable[[Any], object], kind: type[Exception], said: str, *values: Any
) -> list[tuple[Any, type[Exception], str]]:
    """A row for each value, whose type `said` may name."""
    return [(lambda v=v: make(v), kind, said.format(v, type(v).__name__)) for v in values]


WRONG = [
    *each(ANY, TypeError, "got {1}; Response\\.json", 1, {}, [], (), True),
    *each(ANY, ValueError, r"UTF-8 can encode, got '\\udc80' at position 2", "ab\udc80"),
    *each(ANY.json, ValueError, "JSON", math.nan, math.inf, [-math.inf]),
    *each(lambda v: ANY(status=v), ValueError, "200 to 599, got {0}", 0, -200, 100, 199, 600, 1000),
    *each(lambda v: ANY(status=v), TypeError, "an int, got {1}", "200", 200.0, None, True),
    *each(
        lambda v: ANY.redirect("/", status=v),
        ValueError,
        "301, 302, 303, 307, 308",
        *(200, 300, 304, 305, 306, 309, 400, 0, "302"),
    ),
    *each(
        ANY.redirect,
        ValueError,
        "without control characters",
        *(url.format(control) for control in CONTROLS for url in ("/a{}b", "{}/", "/{}")),
    ),
    *each(ANY.redirect, ValueError, "UTF-8", "/\ud800"),
    *each(ANY.redirect, TypeError, "a url that is a str", None, b"/", 1),
]


@pytest.mark.parametrize(("make", "kind", "said"), WRONG)
def test_what_is_refused(make: Callable[[], object], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        make()


CIRCLE: list[Any] = [0]
CIRCLE.append({"a": CIRCLE})
DEEP: list[Any] = []
for _ in range(100_000):  # more than any Python encodes: since 3.14 the stack decides
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        ({1, 2}, TypeError, "at its top, got a value of type set (Response.json(..., default="),
        ({"a": [1, {"b": b"x"}]}, TypeError, "at ['a'][1]['b'], got a value of type bytes"),
        ({"a": {(1, 2): 3}}, TypeError, "at ['a'][(1, 2)], got a name of type tuple"),
        ([(1, [math.nan])], ValueError, "at [0][1][0], got the number nan"),
        ({"a": [{math.nan: 1}]}, ValueError, "at ['a'][0][nan], got the number nan as a name"),
        (CIRCLE, ValueError, "at [1]['a'], got a circular reference"),
        (DEEP, ValueError, "got too many nested values"),
    ],
)
def test_json_has_no_such_value(value: Any, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=re.escape(said)):
        Response.json(value)
    # Whoever reads the log has to find the handler.
    with pytest.raises(kind, match=r"^hello: .* at \['x'\]"):
        make_response({"x": value}, "hello")


def test_json_of_what_it_has_not() -> None:
    day = date(2024, 12, 31)
    assert Response.json({"a": [day]}, default=str).content == b'{"a":["2024-12-31"]}'
    with pytest.raises(ValueError, match=r"at \['a'\], got a circular reference"):
        Response.json({"a": day}, default=lambda value: b"x")

    def fails(value: Any) -> Any:
        raise TypeError(f"no {value}")

    with pytest.raises(TypeError, match=r"^no 2024-12-31$"):
        Response.json(day, default=fails)


def test_what_is_sent() -> None:
    for status, length in ((200, "0"), (205, "0"), (204, None), (304, None)):
        fields = [] if length is None else [("content-length", length)]
        assert Response(status=status).for_method("GET") == RawResponse(status, fields, b"")
    # Nothing has a type.
    assert Response("", status=204, media_type="text/css").fields == []
    response = Response("grüße", headers={"a": "1"})
    fields = [*response.fields, ("content-length", "7")]
    assert response.for_method("GET") == RawResponse(200, fields, "grüße".encode())
    assert response.for_method("HEAD") == RawResponse(200, fields, b"")


def test_its_repr_shows_names() -> None:
    response = Response("abc", headers=[("x-a", "secret"), ("x-a", "secret")])
    response.set_cookie("c", "secret")
    assert repr(response) == "<Response 200 (x-a, content-type, set-cookie), 3 bytes>"


# Header fields of an answer: one way to read and change them, in the list that was given.

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


@pytest.mark.parametrize(
    ("act", "kind", "said"),
    [
        (lambda e: e.extend_header("Content-Type", "a"), ValueError, "'content-type', which has"),
        (lambda e: e.extend_header("set-cookie", "a=1"), ValueError, "use set_cookie"),
        (lambda e: e.extend_header("vary", "a\r\nb: 1"), ValueError, "'vary': expected printable"),
        (lambda e: e.extend_header("a b", "1"), ValueError, "a name that is a token"),
        (lambda e: e.extend_header("connection", "1"), ValueError, "the server writes itself"),
        (lambda e: e.remove_header("Date"), ValueError, "the server writes itself"),
        (lambda e: e.remove_header("a: b"), ValueError, "a name that is a token"),
        (lambda e: e.get_header("a: b"), ValueError, "a name that is a token"),
        (lambda e: e.get_headers(b"a"), TypeError, "a name that is a str, got bytes"),
        (lambda e: e.remove_header(None), TypeError, "got NoneType"),
    ],
)
def test_an_edit_that_is_refused(act: Any, kind: type[Exception], said: str) -> None:
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


# Set-Cookie: what a user agent would drop or misread is refused.

PLAIN: dict[str, Any] = {"path": None, "samesite": None}


def test_the_largest_cookie() -> None:
    # RFC 6265bis 5.7: 4096 bytes of name and value.
    assert render_cookie("abc", "x" * 4093, **PLAIN) == "abc=" + "x" * 4093
    # As it is sent, not as it was given: two quotes, and four characters for each byte.
    assert len(render_cookie("a", "é" * 511, **PLAIN)) == 2 + 2 + 511 * 8
    assert "; Path=/" + "a" * 1023 in render_cookie("a", "1", path="/" + "a" * 1023)
    assert "; Domain=" + "a" * 1024 in render_cookie("a", "1", domain="a" * 1024)


HOUR, LESS = (timezone(timedelta(hours=hours)) for hours in (1, -1))
PATHS = ("", "a", "a/", " /", "/;", "/; Domain=evil", "/é", "/\u2028")
TEXTS = "a name and a value that are str"
BETWEEN = "set_cookie 'a': expected expires between"
REFUSED_COOKIES: list[tuple[str, type[Exception], list[dict[str, Any]]]] = [
    ("UTF-8", ValueError, [{"value": "\ud83c"}]),
    ("at most 4096 bytes of name and value, got 4097", ValueError, [{"value": "x" * 4096}]),
    ("got 4099", ValueError, [{"value": "é" * 512}]),
    (TEXTS, TypeError, [{"name": 1}, {"name": b"a"}, *({"value": v} for v in (1, b"a", None))]),
    ("set_cookie 'a': expected a path", ValueError, [{"path": path} for path in PATHS]),
    ("at most 1024 characters", ValueError, [{"path": "/" * 1025}, {"domain": "a" * 1025}]),
    ("a str as path, got int", TypeError, [{"path": 1}]),
    ("a str as domain, got bytes", TypeError, [{"domain": b"/"}]),
    ("in seconds, .* got bool", TypeError, [{"max_age": True}]),
    # What user agents drop.
    ("secure=True together with samesite='none'", ValueError, [{"samesite": "none"}]),
    ("expires with a time zone, got datetime", ValueError, [{"expires": datetime(2026, 1, 1)}]),  # noqa: DTZ001
    (BETWEEN, ValueError, [{"expires": datetime.min.replace(tzinfo=HOUR)}]),
    (BETWEEN, ValueError, [{"expires": datetime.max.replace(tzinfo=LESS)}]),
    ("a datetime, got date", TypeError, [{"expires": date(2026, 1, 1)}]),
]


@pytest.mark.parametrize(("says", "kind", "changes"), REFUSED_COOKIES)
def test_a_cookie_that_is_refused(says: str, kind: Any, changes: list[dict[str, Any]]) -> None:
    for change in changes:
        with pytest.raises(kind, match=says):
            render_cookie(**{"name": "a", "value": "1", **change})


def test_days_and_months_are_english() -> None:
    before = locale.setlocale(locale.LC_TIME)
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"):
        with suppress(locale.Error):
            locale.setlocale(locale.LC_TIME, name)
            break
    try:
        said = [
            render_cookie("a", "", expires=datetime(2026, each, each, tzinfo=timezone.utc), **PLAIN)
            for each in range(1, 13)
        ]
    finally:
        locale.setlocale(locale.LC_TIME, before)
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    assert [line.split()[3] for line in said] == months
    days = "Thu Mon Tue Sat Tue Sat Tue Sat Wed Sat Wed Sat".split()
    assert [line.split("=")[2].split(",")[0] for line in said] == days
