"""What a handler answers: the same bytes everywhere, nothing that would begin another field."""

from __future__ import annotations

import json
import math
import re
import string
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq import Response
from unireq.adapter import RawResponse, make_response

TEXT = ("content-type", "text/plain; charset=utf-8")
OCTETS = ("content-type", "application/octet-stream")

# Content.


@pytest.mark.parametrize(
    ("content", "octets", "fields"),
    [
        ("grüße", "grüße".encode(), [TEXT]),
        ("", b"", [TEXT]),
        (b"\x00\xff", b"\x00\xff", [OCTETS]),
        (b"", b"", [OCTETS]),
        (bytearray(b"ab"), b"ab", [OCTETS]),
        (memoryview(b"abcd")[::2], b"ac", [OCTETS]),
        (None, b"", []),
    ],
)
def test_content(content: Any, octets: bytes, fields: list[tuple[str, str]]) -> None:
    response = Response(content)
    assert type(response.content) is bytes
    assert (response.status, response.content, response.fields) == (200, octets, fields)


WRONG: list[tuple[Callable[[], object], type[Exception], str]] = [
    *(
        (lambda content=content: Response(content), TypeError, f"got {kind}; Response\\.json")
        for content, kind in [(1, "int"), ({}, "dict"), ([], "list"), ((), "tuple"), (True, "bool")]
    ),
    (lambda: Response("ab\udc80"), ValueError, r"UTF-8 can encode, got '\\udc80' at position 2"),
    *(
        (lambda value=value: Response.json(value), ValueError, "JSON")
        for value in (math.nan, math.inf, [-math.inf])
    ),
    *(
        (lambda status=status: Response(status=status), ValueError, f"200 to 599, got {status}")
        for status in (0, -200, 100, 199, 600, 1000)
    ),
    *(
        (lambda status=status: Response(status=status), TypeError, f"an int, got {kind}")
        for status, kind in (("200", "str"), (200.0, "float"), (None, "NoneType"), (True, "bool"))
    ),
    *(
        (lambda s=status: Response.redirect("/", status=s), ValueError, "301, 302, 303, 307, 308")
        for status in (200, 300, 304, 305, 306, 309, 400, 0, "302")
    ),
    *(
        (lambda url=url: Response.redirect(url), ValueError, "without control characters")
        for control in ("\r\n", "\n", "\r", "\0", "\t", "\x7f")
        for url in (f"/a{control}b", f"{control}/", f"/{control}")
    ),
    (lambda: Response.redirect("/\ud800"), ValueError, "UTF-8"),
    *(
        (lambda url=url: Response.redirect(url), TypeError, "a url that is a str")
        for url in (None, b"/", 1)
    ),
]


@pytest.mark.parametrize(("make", "kind", "said"), WRONG)
def test_what_is_refused(make: Callable[[], object], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        make()


def test_what_is_refused_changes_nothing() -> None:
    response = Response(headers={"a": "1"})
    for change in (response.add_header, response.set_header):
        with pytest.raises(ValueError, match="'a'"):
            change("a", "\n")
    with pytest.raises(ValueError, match="path"):
        response.set_cookie("c", "1", path="/;")
    with pytest.raises(ValueError, match="path"):
        response.delete_cookie("c", path="/;")
    assert response.fields == [("a", "1")]
    # Nor does a change of what was sent.
    for made in (response, Response("x"), Response(status=204, headers={"a": "1"})):
        wire = made.for_method("GET").fields
        made.for_method("GET").fields.clear()
        made.fields.clear()
        assert made.for_method("GET").fields == wire != []


def test_the_media_type() -> None:
    assert Response("x", media_type="text/css").fields == [("content-type", "text/css")]
    assert Response(media_type="text/css").fields == [("content-type", "text/css")]
    headers = {"Content-Type": "text/a"}
    for content in ("x", b"x", None):
        response = Response(content, headers=headers, media_type="text/b")
        assert response.fields == [("content-type", "text/a")]
    with pytest.raises(ValueError, match="content-type"):
        Response("x", media_type="text/plain\r\nx-evil: 1")


@pytest.mark.parametrize(
    ("made", "content_type", "content"),
    [
        (Response.text("ü", status=400, headers={"a": "1"}), TEXT[1], b"\xc3\xbc"),
        (Response.html("<p>", status=400, headers={"a": "1"}), "text/html; charset=utf-8", b"<p>"),
        (
            Response.json({"a": 1}, status=400, headers={"a": "1"}, media_type="application/x"),
            "application/x",
            b'{"a":1}',
        ),
    ],
)
def test_text_html_and_json(made: Response, content_type: str, content: bytes) -> None:
    fields = [("a", "1"), ("content-type", content_type), ("content-length", str(len(content)))]
    assert made.for_method("GET") == RawResponse(400, fields, content)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_json(value: Any) -> None:
    response = Response.json(value)
    assert response.content.isascii()
    assert json.loads(response.content) == value
    assert response.fields == [("content-type", "application/json")]


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


# The status.


@pytest.mark.parametrize("status", [204, 205, 304])
def test_a_status_without_content(status: int) -> None:
    with pytest.raises(ValueError, match=f"no content with status {status}, got 1 bytes"):
        Response("x", status=status)
    for content in (None, "", b""):
        # Nothing has a type.
        assert Response(content, status=status, media_type="text/css").fields == []
    kept = Response(status=status, headers={"Content-Type": "text/css", "ETag": '"1"'})
    assert kept.fields == [("content-type", "text/css"), ("etag", '"1"')]


# What is sent.


@pytest.mark.parametrize("status", [200, 201, 302, 404, 500])
def test_head_has_the_length_of_what_get_sends(status: int) -> None:
    response = Response("grüße", status=status, headers={"a": "1"})
    get, head = response.for_method("GET"), response.for_method("HEAD")
    assert get.fields == head.fields == [("a", "1"), TEXT, ("content-length", "7")]
    assert (get.status, head.status) == (status, status)
    assert (get.content, head.content) == ("grüße".encode(), b"")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "BREW"])
def test_the_length_of_no_content(method: str) -> None:
    for status, length in ((200, "0"), (205, "0"), (204, None), (304, None)):
        fields = [] if length is None else [("content-length", length)]
        assert Response(status=status).for_method(method) == RawResponse(status, fields, b"")


# Fields.


def test_fields_keep_their_order_and_come_again() -> None:
    response = Response(headers=[("X-A", " \t1\t2 \t"), ("b", " "), ("x-a", "3")])
    response.add_header("X-a", "4")
    assert response.fields == [("x-a", "1\t2"), ("b", ""), ("x-a", "3"), ("x-a", "4")]
    assert (response.get_header("X-A"), response.get_header("c")) == ("1\t2,3,4", None)
    response.set_header("x-A", "5")
    assert response.fields == [("b", ""), ("x-a", "5")]
    response.remove_header("B")
    response.remove_header("c")
    assert response.fields == [("x-a", "5")]
    for name, value in ((1, "1"), ("a", 1), ("a", b"1"), (b"a", "1")):
        for give in _each_way(name, value):
            with pytest.raises(TypeError):
                give()


TOKEN = string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~"
SERVERS_OWN = """
    Connection Content-Length Date Keep-Alive Proxy-Authenticate Proxy-Connection Server TE Trailer
    Transfer-Encoding Upgrade
""".split()


@given(st.text(TOKEN, min_size=1), st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_any_token_and_any_printable_ascii(name: str, value: str) -> None:
    if name.lower() in {own.lower() for own in SERVERS_OWN} | {"proxy-authorization", "trailers"}:
        return
    assert Response(headers={name: value}).fields == [(name.lower(), value.strip(" "))]


def _each_way(name: Any, value: Any) -> list[Any]:
    return [
        lambda: Response(headers={name: value}),
        lambda: Response(headers=[("a", "1"), (name, value)]),
        lambda: Response().add_header(name, value),
        lambda: Response().set_header(name, value),
        lambda: Response.json({}, headers={name: value}),
        lambda: Response.text("", headers={name: value}),
        lambda: Response.html("", headers={name: value}),
        lambda: Response.redirect("/", headers={name: value}),
    ]


@given(
    st.text(), st.sampled_from("\r\n\0\x0b\x0c\x1b\x7f\x80\x85\xa0é\u0100\u010a\u2028☃"), st.text()
)
def test_a_value_that_would_inject(before: str, evil: str, after: str) -> None:
    for give in _each_way("x-a", before + evil + after):
        with pytest.raises(ValueError, match=r"header field 'x-a': expected printable ASCII"):
            give()


@given(st.text(TOKEN), st.sampled_from('\r\n\0\t :;,/()<>@"[]{}=?\\é\u0130'), st.text(TOKEN))
def test_a_name_that_is_no_token(before: str, evil: str, after: str) -> None:
    for give in _each_way(before + evil + after, "1"):
        with pytest.raises(ValueError, match="header field: expected a name that is a token"):
            give()


@pytest.mark.parametrize("name", SERVERS_OWN)
def test_what_is_the_servers_to_say(name: str) -> None:
    for spelled in (name, name.lower(), name.upper()):
        for give in _each_way(spelled, "1"):
            with pytest.raises(
                ValueError, match=f"{spelled!r}: expected none of the fields that the server"
            ):
                give()


# Redirections.


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection(status: int) -> None:
    response = Response.redirect("/a", status=status, headers={"x-a": "1", "Location": "/b"})
    assert response.for_method("GET") == RawResponse(
        status, [("x-a", "1"), ("location", "/a"), ("content-length", "0")], b""
    )


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("", ""),
        ("/a b?c=d e#f g", "/a%20b?c=d%20e#f%20g"),
        ("/grüße", "/gr%C3%BC%C3%9Fe"),
        ("/%20%zz", "/%20%zz"),
        ("https://[::1]:8080/a;b,c?d=e&f=+", "https://[::1]:8080/a;b,c?d=e&f=+"),
        ("/<>\"\\^`{|}'", "/%3C%3E%22%5C%5E%60%7B%7C%7D'"),
        ("/\x85\u2028", "/%C2%85%E2%80%A8"),
    ],
)
def test_where_it_leads(url: str, location: str) -> None:
    assert Response.redirect(url).get_header("location") == location


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_a_location_says_what_was_given(url: str) -> None:
    location = Response.redirect(url).get_header("location")
    assert location is not None
    assert " " not in location
    assert unquote(location) == unquote(url)
    assert Response.redirect(location).get_header("location") == location


# Cookies: what a line says is tested in test_set_cookie.


def test_cookies_are_fields() -> None:
    response = Response(headers={"a": "1"})
    response.set_cookie("c", "1")
    response.set_cookie("c", "2", path="/b", samesite=None)
    response.delete_cookie("c")
    response.delete_cookie(
        "c", path=None, domain="e.org", secure=True, samesite="none", partitioned=True
    )
    deleted = "c=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; "
    assert response.fields == [
        ("a", "1"),
        ("set-cookie", "c=1; Path=/; SameSite=Lax"),
        ("set-cookie", "c=2; Path=/b"),
        ("set-cookie", f"{deleted}Path=/; SameSite=Lax"),
        ("set-cookie", f"{deleted}Domain=e.org; Secure; SameSite=None; Partitioned"),
    ]


def test_its_repr_shows_names() -> None:
    response = Response("abc", headers=[("x-a", "secret"), ("x-a", "secret")])
    response.set_cookie("c", "secret")
    assert repr(response) == "<Response 200 (x-a, content-type, set-cookie), 3 bytes>"
