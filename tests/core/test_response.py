"""What a handler answers: the same bytes everywhere, nothing that would begin another field."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from unireq import Response
from unireq.adapter import make_response

CONTROLS = ("\r\n", "\n", "\r", "\0", "\t", "\x7f")
ANY: Any = Response


def each(
    make: Callable[[Any], object], kind: type[Exception], said: str, *values: Any
) -> list[tuple[Callable[[], object], type[Exception], str]]:
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


@pytest.mark.parametrize("status", [204, 205, 304])
def test_a_status_without_content(status: int) -> None:
    with pytest.raises(ValueError, match=f"no content with status {status}, got 1 bytes"):
        Response("x", status=status)
    for content in (None, "", b""):
        # Nothing has a type.
        assert Response(content, status=status, media_type="text/css").fields == []
    kept = Response(status=status, headers={"Content-Type": "text/css", "ETag": '"1"'})
    assert kept.fields == [("content-type", "text/css"), ("etag", '"1"')]


def test_its_repr_shows_names() -> None:
    response = Response("abc", headers=[("x-a", "secret"), ("x-a", "secret")])
    response.set_cookie("c", "secret")
    assert repr(response) == "<Response 200 (x-a, content-type, set-cookie), 3 bytes>"
