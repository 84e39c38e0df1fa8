"""What a handler answers: the same bytes everywhere, nothing that would begin another field."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq import Response
from unireq.adapter import RawResponse, make_response

# Content.


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


# Fields.


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


# Redirections.


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection(status: int) -> None:
    response = Response.redirect("/a", status=status, headers={"x-a": "1", "Location": "/b"})
    assert response.for_method("GET") == RawResponse(
        status, [("x-a", "1"), ("location", "/a"), ("content-length", "0")], b""
    )


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
