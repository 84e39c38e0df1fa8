"""Set-Cookie: what a user agent would drop or misread is refused."""

from __future__ import annotations

import locale
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from unireq._cookies import render_cookie

PLAIN: dict[str, Any] = {"path": None, "samesite": None}


def test_the_largest() -> None:
    # RFC 6265bis 5.7: 4096 bytes of name and value.
    assert render_cookie("abc", "x" * 4093, **PLAIN) == "abc=" + "x" * 4093
    # As it is sent, not as it was given: two quotes, and four characters for each byte.
    assert len(render_cookie("a", "é" * 511, **PLAIN)) == 2 + 2 + 511 * 8
    assert "; Path=/" + "a" * 1023 in render_cookie("a", "1", path="/" + "a" * 1023)
    assert "; Domain=" + "a" * 1024 in render_cookie("a", "1", domain="a" * 1024)


HOUR = timezone(timedelta(hours=1))
LESS = timezone(-timedelta(hours=1))
PATHS = ("", "a", "a/", " /", "/;", "/; Domain=evil", "/é", "/\u2028")
STRS = "a name and a value that are str"
BETWEEN = "set_cookie 'a': expected expires between"
REFUSED: list[tuple[str, type[Exception], list[dict[str, Any]]]] = [
    ("UTF-8", ValueError, [{"value": "\ud83c"}]),
    ("at most 4096 bytes of name and value, got 4097", ValueError, [{"value": "x" * 4096}]),
    ("got 4099", ValueError, [{"value": "é" * 512}]),
    (STRS, TypeError, [{"name": 1}, {"name": b"a"}, *({"value": v} for v in (1, b"a", None))]),
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


@pytest.mark.parametrize(("says", "kind", "changes"), REFUSED)
def test_what_is_refused(says: str, kind: type[Exception], changes: list[dict[str, Any]]) -> None:
    for change in changes:
        arguments: dict[str, Any] = {"name": "a", "value": "1", **change}
        with pytest.raises(kind, match=says):
            render_cookie(**arguments)


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
