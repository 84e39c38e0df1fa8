"""Texts: the text form of each type, in a path, a query, a form or a JSON string.

Rule: the same text gives the same value on every framework and every Python. So each type has one
ASCII grammar, defined here. Python's own constructors accept more (1_000, digits of any script,
`inf`; more forms of ISO 8601 with each version). Source: RFC 3339 5.6 for dates and times.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

__all__ = ["FROM_TEXT", "as_bool", "as_int", "finite"]

_T = TypeVar("_T")

# No identifier or amount has 100 digits; Python's own limit is 4,300.
_INT = re.compile(r"[+-]?[0-9]{1,100}")
_NUMBER = r"[+-]?(?:[0-9]{1,100}(?:\.[0-9]{0,100})?|\.[0-9]{1,100})(?:[eE][+-]?[0-9]{1,%d})?"
_FLOAT = re.compile(_NUMBER % 4)
# An exponent of at most 3 digits: written out, the number has about a thousand digits.
_DECIMAL = re.compile(_NUMBER % 3)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BOOL = {"true": True, "1": True, "on": True, "yes": True}
_BOOL.update({"false": False, "0": False, "off": False, "no": False})

_DAY = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
# Seconds may be missing, as in HTML's input fields, and so may the offset.
_CLOCK = r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?(Z|[+-][0-9]{2}:[0-5][0-9])?"
_DATE = re.compile(_DAY)
_TIME = re.compile(_CLOCK)
_DATETIME = re.compile(f"{_DAY}T{_CLOCK}")
_OPTIONAL = "with optional seconds, fraction and offset (Z, +01:00; in a query %2B01:00)"


def as_int(text: str) -> int:
    """An integer: at most 100 decimal digits, with an optional sign."""
    if _INT.fullmatch(text) is None:
        raise ValueError("expected an integer in decimal digits, got other text")
    return int(text)


def as_bool(text: str) -> bool:
    """One of a few words, in any case."""
    # ASCII only: `lower()` turns some other characters into ASCII letters (U+212A into "k").
    found = _BOOL.get(text.lower()) if text.isascii() else None
    if found is None:
        raise ValueError(f"expected one of {', '.join(_BOOL)}, got other text")
    return found


def finite(value: float | str) -> float:
    """A double that is a number."""
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        # JSON has no infinity, but Python reads 1e999 as one.
        raise ValueError("expected a number in the range of a double, got one beyond it")
    return number


def _float(text: str) -> float:
    if _FLOAT.fullmatch(text) is None:
        raise ValueError("expected a decimal number, got other text")
    return finite(text)


def _decimal(text: str) -> Decimal:
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError("expected a decimal number, got other text")
    return Decimal(text)


def _uuid(text: str) -> UUID:
    if _UUID.fullmatch(text) is None:
        raise ValueError("expected a UUID of 36 characters, got other text")
    return UUID(text)


def _date(text: str) -> date:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError("expected a date such as 2024-12-31, got other text")
    year, month, day = map(int, match.groups())
    return _existing(lambda: date(year, month, day))


def _time(text: str) -> time:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"expected a time such as 23:59:59, {_OPTIONAL}, got other text")
    return _existing(lambda: _clock(*match.groups()))


def _datetime(text: str) -> datetime:
    match = _DATETIME.fullmatch(text)
    if match is None:
        raise ValueError(
            f"expected a date and time such as 2024-12-31T23:59:59Z, {_OPTIONAL}, got other text"
        )
    year, month, day, *clock = match.groups()
    return _existing(
        lambda: datetime.combine(date(int(year), int(month), int(day)), _clock(*clock))
    )


def _clock(hour: str, minute: str, second: str | None, fraction: str | None, zone: Any) -> time:
    micros = int((fraction or "").ljust(6, "0"))
    return time(int(hour), int(minute), int(second or 0), micros, tzinfo=zone and _zone(zone))


def _zone(offset: str) -> timezone:
    if offset == "Z":
        return timezone.utc
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:]))
    return timezone(-ahead if offset[0] == "-" else ahead)


def _existing(make: Callable[[], _T]) -> _T:
    try:
        return make()
    except ValueError:
        raise ValueError("expected a date and time that exist, got others") from None


FROM_TEXT: dict[type, Callable[[str], Any]] = {
    int: as_int,
    float: _float,
    bool: as_bool,
    Decimal: _decimal,
    UUID: _uuid,
    date: _date,
    time: _time,
    datetime: _datetime,
}
"""Converts text to each type; a `ValueError` says what was expected."""
