"""What a request holds, as what a parameter is annotated with: one grammar for each type."""

from __future__ import annotations

import dataclasses
import enum
import math
import sys
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NewType, Optional, Protocol, TypedDict, Union
from uuid import UUID

import pytest

from unireq import Param, Request, UploadedFile
from unireq._handlers.values import wanted

UserId = NewType("UserId", int)


class Point(TypedDict):
    x: int


class _Maybe(TypedDict, total=False):
    day: date


class Whole(_Maybe):
    point: Point
    days: dict[str, date]


class Colour(enum.Enum):
    RED = "red"
    ALSO_RED = "red"  # noqa: PIE796 (an alias)
    BLUE = "blue"


class Number(enum.IntEnum):
    ONE = 1
    TWO = 2


class Shaped(Protocol):
    shape: str


def convert(annotation: Any, value: Any, *, text: bool = True) -> Any:
    return wanted(annotation).convert(value, text=text)


def refusal(annotation: Any, value: Any, *, text: bool = True) -> str:
    with pytest.raises(ValueError, match=r"^expected ") as raised:
        convert(annotation, value, text=text)
    return str(raised.value)


# Dates, times, decimal numbers: one grammar, whatever Python's own constructors take.


DAY, NOON = date(2024, 2, 29), time(12, 0)
PLUS = timezone(timedelta(hours=5, minutes=30))


TEXTS: list[tuple[Any, str, Any]] = [
    *((int, text, int(text)) for text in ("0", "-0", "+7", "007", "9" * 100)),
    *((float, text, float(text)) for text in "0 -0 1.5 +1. .5 1e3 1E+3 25e-2 1e-9999".split()),
    (float, "9" * 100 + "." + "9" * 100, 1e100),
    *((bool, text, True) for text in "true True TRUE tRuE 1 on On yes YES".split()),
    *((bool, text, False) for text in "false False 0 off OFF no No".split()),
    (date, "2024-02-29", DAY),
    (date, "0001-01-01", date.min),
    (time, "12:00", NOON),
    (time, "12:00:00", NOON),
    (time, "23:59:59.999999", time.max),
    (time, "12:00:00.5", time(12, 0, 0, 500_000)),
    (time, "12:00Z", time(12, 0, tzinfo=timezone.utc)),
    (time, "12:00:00+05:30", time(12, 0, tzinfo=PLUS)),
    (datetime, "2024-02-29T12:00", datetime(2024, 2, 29, 12)),  # noqa: DTZ001
    (datetime, "2024-02-29T12:00:00Z", datetime(2024, 2, 29, 12, tzinfo=timezone.utc)),
    (datetime, "2024-02-29T12:00:00.000-00:00", datetime(2024, 2, 29, 12, tzinfo=timezone.utc)),
    (datetime, "2024-02-29T12:00+05:30", datetime(2024, 2, 29, 12, tzinfo=PLUS)),
    (
        datetime,
        "2024-02-29T12:00-05:30",
        datetime(2024, 2, 29, 12, tzinfo=timezone(-PLUS.utcoffset(None))),
    ),
    (UUID, str(UUID(int=5)), UUID(int=5)),
    (Decimal, "1.10", Decimal("1.10")),
    (Decimal, "-.5e3", Decimal("-.5e3")),
    (Decimal, "9" * 100 + "e999", Decimal("9" * 100 + "e999")),
]


@pytest.mark.parametrize(("kind", "text", "value"), TEXTS)
def test_a_text(kind: Any, text: str, value: Any) -> None:
    # JSON has no dates and the like, and so text of the same form.
    for is_text in (True,) if kind in {int, float, bool} else (True, False):
        found = convert(kind, text, text=is_text)
        assert (found, type(found), str(found)) == (value, kind, str(value))
    assert convert(kind, value) is value


INT = "expected an integer in decimal digits, got other text"
FLOAT = "expected a decimal number, got other text"
RANGE = "expected a number in the range of a double, got one beyond it"
BOOL = "expected one of true, 1, on, yes, false, 0, off, no, got other text"
IDENTIFIER = "12345678-1234-5678-1234-567812345678"
REFUSED: list[tuple[Any, str, list[Any]]] = [
    (
        int,
        INT,
        ["", " ", "\n1", "1\n", "\t1", "1 2", "1\0", "\u00a01", "9" * 5000, "-" + "0" * 101],
    ),
    (int, INT, "+ - --1 +-1 1_000 _1 0x10 0b1 1.0 1e3 1,000 one true nan inf None null".split()),
    (int, INT, ["١٢٣", "１２", "²", "Ⅷ", "১", "−1", "1" * 101]),  # noqa: RUF001
    (int, "expected an integer, got ", [True, 1.0, None, [1], {"a": 1}, math.nan, b"1"]),
    (float, FLOAT, ["", "1 ", " 1", "1\n", "1" * 101, "1." + "1" * 101, "." + "1" * 101]),
    (float, FLOAT, ". - +. e3 1e 1e+ .e1 1.2.3 1_0.5 1,5 nan NaN -nan inf Infinity".split()),
    (float, FLOAT, ["-inf", "0x1p3", "1e00001", "1d3", "١.٥", "１"]),  # noqa: RUF001
    (float, RANGE, ["1e309", "-1e9999", "9" * 100 + "e9999", 10**309, -(10**4000)]),
    (float, RANGE, [math.inf, -math.inf, math.nan]),
    (float, "expected a number, got ", [True, False, None, [], {}]),
    (bool, BOOL, ["", "t", "y", "n", "2", "01", "true ", " on", "null", "１", "ｙes"]),  # noqa: RUF001
    (bool, "expected true or false, got ", [0, 1, 1.0, None, []]),
    (str, "expected text, got null", [None]),
    (str, "expected text, got a number", [1, 1.5]),
    (str, "expected text, got true or false", [True]),
    (str, "expected text, got an array", [["x"]]),
    (str, "expected text, got an object", [{"secret": "x"}]),
    (str, "expected text, got another type", [b"x", date(2024, 12, 31)]),
    (date, "expected ", ["20240229", "2024-2-29", "2023-02-29", "2024-02-29\n", "٢٠٢٤-02-29"]),
    (time, "expected ", ["12", "24:00", "12:00:00,5", "12:00+24:00", "12:00+05:60", "12:00z"]),
    (datetime, "expected ", ["2024-02-29", "2024-02-29 12:00", "2024-02-30T12:00", "1709164800"]),
    (Decimal, "expected ", ["NaN", "-inf", "1_0", " 1", "1e1000", "1" * 101, "1,5"]),
    (UUID, "expected a UUID as text, got a number", [1]),
    (
        UUID,
        "expected a UUID of 36 characters, got other text",
        [
            *("", IDENTIFIER.replace("-", ""), f"{{{IDENTIFIER}}}", f"urn:uuid:{IDENTIFIER}"),
            *(f"{IDENTIFIER}\n", f" {IDENTIFIER}", f"{IDENTIFIER}0", IDENTIFIER.replace("1", "g")),
            *(IDENTIFIER.replace("1", "١"), "1234-5678123456781234567812345678-----"),  # noqa: RUF001
        ],
    ),
]


@pytest.mark.parametrize(("kind", "says", "values"), REFUSED)
def test_what_is_refused(kind: Any, says: str, values: list[Any]) -> None:
    for value in values:
        said = refusal(kind, value)
        assert said == says or (says.endswith(" ") and said.startswith(says)), value


# JSON has these types itself, and text that looks like one is text.


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        *((int, "1"), (float, "1.5"), (bool, "no"), (bool, "true"), (int | None, "1")),
        *((list[int], ["1", 2]), (list[bool], [True, "on"]), (set[int], ["1"])),
        *((tuple[int, ...], ["1"]), (tuple[str, int], ["a", "1"]), (list[list[int]], [["1"]])),
        *(
            (Literal[1, 2], "1"),
            (Literal[True], "true"),
            (Number, "1"),
            (dict[str, int], {"a": "1"}),
        ),
    ],
)
def test_text_in_json_is_text(annotation: Any, value: Any) -> None:
    refusal(annotation, value, text=False)


def test_a_decimal_of_json() -> None:
    assert convert(Decimal, 10**20, text=False) == Decimal(10**20)


# One of several.


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        *((Colour, "red", Colour.RED), (Number, "2", Number.TWO), (Number, "+01", Number.ONE)),
        *(
            (Literal["a", 1], "a", "a"),
            (Literal["a", 1], "1", 1),
            (Literal[False, 7], "off", False),
        ),
        *((Literal[Colour.BLUE, "x"], "blue", Colour.BLUE), (list[Colour], ["red"], [Colour.RED])),
        *((Literal["a"] | None, "a", "a"), (Literal["a", None], "a", "a")),  # noqa: PYI061
    ],
)
def test_a_choice(annotation: Any, text: Any, value: Any) -> None:
    found = convert(annotation, text)
    assert (found, type(found)) == (value, type(value))
    assert convert(annotation, value) == value


def test_null_among_choices() -> None:
    assert convert(Literal["a", None], None) is None  # noqa: PYI061


# Objects.


@pytest.mark.parametrize("annotation", [dict, dict[str, int], Mapping, Mapping[str, Any], Point])
def test_objects(annotation: Any) -> None:
    value = {"x": 1}
    assert convert(annotation, value) == value
    others: list[Any] = ["{}", [], None, 1]
    for other in others:
        assert refusal(annotation, other).startswith("expected a JSON object, got ")


def test_members_of_objects() -> None:
    member = {"day": "2024-02-29", "more": [1]}
    found = convert(Whole, {"point": {"x": 1}, "days": {"a": "2024-02-29"}, **member}, text=False)
    assert found == {"point": {"x": 1}, "days": {"a": DAY}, "day": DAY, "more": [1]}
    for wrong in ({}, {"point": {}, "days": {}}, {"point": {"x": "1"}, "days": {}}):
        refusal(Whole, wrong, text=False)


# What nothing is converted for, and what can't be.


@dataclasses.dataclass
class Data:
    x: int


class Bits(enum.Flag):
    A = 1


class Shape(enum.Enum):
    POINT = (0, 0)


class Both(enum.Enum):
    TEXT = "1"
    NUMBER = 1


class Empty(enum.Enum):
    pass


class Text(str):
    __slots__ = ()


NO_TYPES: list[Any] = [
    *(bytes, complex, Data, Text, type(None), Path, timedelta, type, ...),
    *(
        typing.TypeVar("T"),
        int | str,
        Union[int, str, None],  # noqa: UP007
        Shaped,
        Callable[[], int],
        [int],
        (int,),
    ),
    *(
        *(Bits, Shape, Both, Empty),
        Literal["1", 1],
        Literal[True, "on"],
        Literal[0, False],
        Literal[b"a"],
    ),
    *(
        set,
        set[Any],
        set[dict[str, Any]],
        set[list[int]],
        frozenset[set[int]],
        set[tuple[Any, int]],
    ),
    *(list[bytes], tuple[int, bytes], tuple[()], dict[int, str], dict[str, bytes], list["Unknown"]),  # type: ignore[name-defined]  # noqa: F821
    *(Optional["Unknown"], "Unknown", "unireq.Requst", "", int | bytes, Annotated[bytes, 1]),  # type: ignore[name-defined]  # noqa: F821
    *(
        tuple[UploadedFile, str],
        dict[str, UploadedFile],
        list[Annotated[str, Param("a")]],
        Param("a"),
    ),
    *(Request, list[Request], Iterable[int], typing.Deque[int]),  # noqa: UP006
]


@pytest.mark.parametrize("annotation", NO_TYPES, ids=repr)
def test_what_no_value_can_become(annotation: Any) -> None:
    with pytest.raises(
        TypeError, match=r"write unireq\.Request for the|itself, write unireq\.Request|Param"
    ):
        wanted(annotation)


def test_the_message_shows_no_value() -> None:
    for annotation in (int, float, bool, UUID, dict, Colour, list[int], tuple[int, int]):
        assert "secret" not in refusal(annotation, "secret")
        assert "secret" not in refusal(annotation, ["secret"])


# Lists.


@pytest.mark.parametrize("annotation", [list[int], Sequence[int], typing.List[int]])  # noqa: UP006
def test_a_list(annotation: Any) -> None:
    assert convert(annotation, ["1", 2, "-3"]) == [1, 2, -3]
    assert convert(annotation, []) == []
    assert (
        refusal(annotation, ["1", "x"]) == "expected an integer in decimal digits, got other text"
    )
    assert refusal(annotation, [None]) == "expected an integer, got null"
    assert refusal(annotation, "1") == "expected a list, got text"
    assert refusal(annotation, None) == "expected a list, got null"
    assert wanted(annotation).described == "a list, each item an integer"
    assert wanted(annotation).many


@pytest.mark.parametrize(
    ("annotation", "values", "found"),
    [
        (set[int], ["1", "2", "1"], {1, 2}),
        (frozenset[date], ["2024-02-29"], frozenset({DAY})),
        (set[tuple[int, int]], [["1", "2"]], {(1, 2)}),
        (tuple, ["a", 1], ("a", 1)),
        (tuple[int, ...], ["1", "2"], (1, 2)),
        (tuple[int, str], ["1", "2"], (1, "2")),
        (tuple[int, int] | None, None, None),
        (list[Decimal | None], ["1", None], [Decimal(1), None]),
    ],
)
def test_other_groups(annotation: Any, values: Any, found: Any) -> None:
    assert convert(annotation, values) == found
    assert wanted(annotation).many


# Names of types.


def test_new_types() -> None:
    assert convert(UserId, "5") == 5
    assert convert(UserId | None, None) is None
    assert convert(list[UserId], ["5"]) == [5]
    assert refusal(UserId, "x") == "expected an integer in decimal digits, got other text"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="`type X = ...` is new in Python 3.12")
def test_aliases() -> None:
    scope: dict[str, Any] = {}
    exec("type Ids = list[int] | None\ntype Again = Ids", scope)  # noqa: S102
    assert convert(scope["Again"], ["1"]) == [1]
    assert convert(scope["Again"], None) is None


# Whatever comes.


def test_deep_json() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert convert(list, deep) is not None
    assert refusal(list[int], deep) == "expected an integer, got an array"
    assert refusal(dict, deep) == "expected a JSON object, got an array"
    while deep:  # or its end would be a recursion
        deep = deep.pop()
