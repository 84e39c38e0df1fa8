"""Set-Cookie: what a user agent would drop or misread is refused."""

from __future__ import annotations

import locale
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from unireq._cookies import render_cookie

PLAIN: dict[str, Any] = {"path": None, "samesite": None}


# What is refused.


def test_the_largest() -> None:
    # RFC 6265bis 5.7: 4096 bytes of name and value.
    assert render_cookie("abc", "x" * 4093, **PLAIN) == "abc=" + "x" * 4093
    # As it is sent, not as it was given: two quotes, and four characters for each byte.
    assert len(render_cookie("a", "é" * 511, **PLAIN)) == 2 + 2 + 511 * 8


HOUR = timezone(timedelta(hours=1))
REFUSED: list[tuple[str, type[Exception], list[dict[str, Any]]]] = [
    ("UTF-8", ValueError, [{"value": "\ud83c"}]),
    ("at most 4096 bytes of name and value, got 4097", ValueError, [{"value": "x" * 4096}]),
    ("got 4099", ValueError, [{"value": "é" * 512}]),
    ("a name and a value that are str", TypeError, [{"name": 1}, {"name": b"a"}]),
    ("a name and a value that are str", TypeError, [{"value": each} for each in (1, b"a", None)]),
    (
        "set_cookie 'a': expected a path",
        ValueError,
        [{"path": p} for p in ("", "a", "a/", " /", "/;", "/; Domain=evil", "/é", "/\u2028")],
    ),
    ("at most 1024 characters", ValueError, [{"path": "/" * 1025}, {"domain": "a" * 1025}]),
    ("a str as path, got int", TypeError, [{"path": 1}]),
    ("a str as domain, got bytes", TypeError, [{"domain": b"/"}]),
    ("in seconds, .* got bool", TypeError, [{"max_age": True}]),
    # What user agents drop.
    ("secure=True together with samesite='none'", ValueError, [{"samesite": "none"}]),
    ("expires with a time zone, got datetime", ValueError, [{"expires": datetime(2026, 1, 1)}]),  # noqa: DTZ001
    (
        "set_cookie 'a': expected expires between",
        ValueError,
        [
            {"expires": datetime.min.replace(tzinfo=HOUR)},
            {"expires": datetime.max.replace(tzinfo=timezone(-timedelta(hours=1)))},
        ],
    ),
    ("a datetime, got date", TypeError, [{"expires": date(2026, 1, 1)}]),
]


@pytest.mark.parametrize(("says", "kind", "changes"), REFUSED)
def test_what_is_refused(says: str, kind: type[Exception], changes: list[dict[str, Any]]) -> None:
    for change in changes:
        arguments: dict[str, Any] = {"name": "a", "value": "1", **change}
        with pytest.raises(kind, match=says):
            render_cookie(**arguments)


# Attributes.


def test_the_longest_attribute() -> None:
    assert "; Path=/" + "a" * 1023 in render_cookie("a", "1", path="/" + "a" * 1023)
    assert "; Domain=" + "a" * 1024 in render_cookie("a", "1", domain="a" * 1024)


# When it ends.


@pytest.fixture
def german() -> Iterator[None]:
    before = locale.setlocale(locale.LC_TIME)
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"):
        try:
            locale.setlocale(locale.LC_TIME, name)
            break
        except locale.Error:
            continue
    yield
    locale.setlocale(locale.LC_TIME, before)


@pytest.mark.usefixtures("german")
def test_days_and_months_are_english() -> None:
    said = [
        render_cookie("a", "", expires=datetime(2026, month, month, tzinfo=timezone.utc), **PLAIN)
        for month in range(1, 13)
    ]
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    assert [line.split()[3] for line in said] == months
    days = "Thu Mon Tue Sat Tue Sat Tue Sat Wed Sat Wed Sat".split()
    assert [line.split("=")[2].split(",")[0] for line in said] == days
