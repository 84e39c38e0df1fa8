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


class Number(enum.IntEnum):
    ONE = 1
    TWO = 2


class Shaped(Protocol):
    shape: str


@dataclasses.dataclass
class Data:
    x: int


class Text(str):
    __slots__ = ()


Bits = enum.Flag("Bits", {"A": 1})
Colour = enum.Enum("Colour", {"RED": "red", "ALSO_RED": "red", "BLUE": "blue"})
Shape, Both = enum.Enum("Shape", {"P": (0, 0)}), enum.Enum("Both", {"TEXT": "1", "NUMBER": 1})
Empty = enum.Enum("Empty", {})


def convert(annotation: Any, value: Any, *, text: bool = True) -> Any:
    return wanted(annotation).convert(value, text=text)


def refusal(annotation: Any, value: Any, *, text: bool = True) -> str:
    with pytest.raises(ValueError, match=r"^expected ") as raised:
        convert(annotation, value, text=text)
    return str(raised.value)


# Dates, times, decimal numbers: one grammar, whatever Python's own constructors take.
DAY, NOON, UTC = date(2024, 2, 29), time(12, 0), timezone.utc
AT_NOON = datetime(2024, 2, 29, 12)  # noqa: DTZ001
PLUS, MINUS = (timezone(sign * timedelta(hours=5, minutes=30)) for sign in (1, -1))
TEXTS: list[tuple[Any, str, Any]] = [
    *((int, text, int(text)) for text in ("0", "-0", "+7", "007", "9" * 100)),
    *((float, text, float(text)) for text in "0 -0 1.5 +1. .5 1e3 1E+3 25e-2 1e-9999".split()),
    (float, "9" * 100 + "." + "9" * 100, 1e100),
    *((bool, text, True) for text in "true True TRUE tRuE 1 on On yes YES".split()),
    *((bool, text, False) for text in "false False 0 off OFF no No".split()),
    *((date, "2024-02-29", DAY), (date, "0001-01-01", date.min)),
    *((time, "12:00", NOON), (time, "12:00:00", NOON), (time, "23:59:59.999999", time.max)),
    *((time, "12:00:00.5", time(12, 0, 0, 500_000)), (time, "12:00Z", time(12, tzinfo=UTC))),
    (time, "12:00:00+05:30", time(12, tzinfo=PLUS)),
    (datetime, "2024-02-29T12:00", AT_NOON),
    (datetime, "2024-02-29T12:00:00Z", AT_NOON.replace(tzinfo=UTC)),
    (datetime, "2024-02-29T12:00:00.000-00:00", AT_NOON.replace(tzinfo=UTC)),
    (datetime, "2024-02-29T12:00+05:30", AT_NOON.replace(tzinfo=PLUS)),
    (datetime, "2024-02-29T12:00-05:30", AT_NOON.replace(tzinfo=MINUS)),
    (UUID, str(UUID(int=5)), UUID(int=5)),
    *((Decimal, text, Decimal(text)) for text in ("1.10", "-.5e3", "9" * 100 + "e999")),
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
ID = "12345678-1234-5678-1234-567812345678"
BAD_ID = "expected a UUID of 36 characters, got other text"
REFUSED: list[tuple[Any, str, list[Any]]] = [
    (int, INT, ["", " ", "\n1", "1\n", "\t1", "1 2", "1\0", "\u00a01", "9" * 5000]),
    (int, INT, "+ - --1 +-1 1_000 _1 0x10 0b1 1.0 1e3 1,000 one true nan inf None null".split()),
    (int, INT, ["١٢٣", "１２", "²", "Ⅷ", "১", "−1", "1" * 101, "-" + "0" * 101]),  # noqa: RUF001
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
    (UUID, BAD_ID, ["", ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}", f"{ID}\n", f" {ID}"]),
    (UUID, BAD_ID, [f"{ID}0", ID.replace("1", "g"), ID.replace("1", "١"), f"{ID[:4]}-{ID[5:]}"]),  # noqa: RUF001
    (UUID, BAD_ID, ["1234-5678123456781234567812345678-----"]),
    *((kind, "expected a JSON object, got ", ["{}", [], None, 1]) for kind in (dict, Point)),
    (list[int], INT, [["1", "x"]]),
    (list[int], "expected an integer, got null", [[None]]),
    (list[int], "expected a list, got text", ["1"]),
    (list[int], "expected a list, got null", [None]),
    (UserId, INT, ["x"]),
]


@pytest.mark.parametrize(("kind", "says", "values"), REFUSED)
def test_what_is_refused(kind: Any, says: str, values: list[Any]) -> None:
    for value in values:
        said = refusal(kind, value)
        assert said == says or (says.endswith(" ") and said.startswith(says)), value


IN_JSON: list[tuple[Any, Any]] = [
    *((int, "1"), (float, "1.5"), (bool, "no"), (bool, "true"), (int | None, "1")),
    *((list[int], ["1", 2]), (list[bool], [True, "on"]), (set[int], ["1"]), (Number, "1")),
    *((tuple[int, ...], ["1"]), (tuple[str, int], ["a", "1"]), (list[list[int]], [["1"]])),
    *((Literal[1, 2], "1"), (Literal[True], "true"), (dict[str, int], {"a": "1"})),
    *((Whole, {}), (Whole, {"point": {}, "days": {}}), (Whole, {"point": {"x": "1"}, "days": {}})),
]


@pytest.mark.parametrize(("annotation", "value"), IN_JSON)
def test_text_in_json_is_text(annotation: Any, value: Any) -> None:
    refusal(annotation, value, text=False)


# Of text and of items that are text.
CONVERTED: list[tuple[Any, Any, Any]] = [
    *((Colour, "red", Colour.RED), (Number, "2", Number.TWO), (Number, "+01", Number.ONE)),
    *((Literal["a", 1], "a", "a"), (Literal["a", 1], "1", 1), (Literal[False, 7], "off", False)),
    *((Literal[Colour.BLUE, "x"], "blue", Colour.BLUE), (Literal["a"] | None, "a", "a")),
    *((Literal["a", None], "a", "a"), (Literal["a", None], None, None)),  # noqa: PYI061
    *((list[Colour], ["red"], [Colour.RED]), (set[tuple[int, int]], [["1", "2"]], {(1, 2)})),
    *((set[int], ["1", "2", "1"], {1, 2}), (frozenset[date], ["2024-02-29"], frozenset({DAY}))),
    *((tuple, ["a", 1], ("a", 1)), (tuple[int, ...], ["1", "2"], (1, 2))),
    *((tuple[int, str], ["1", "2"], (1, "2")), (tuple[int, int] | None, None, None)),
    *((list[Decimal | None], ["1", None], [Decimal(1), None]), (list[int], [], [])),
    *((kind, ["1", 2, "-3"], [1, 2, -3]) for kind in (Sequence[int], typing.List[int])),  # noqa: UP006
    *((kind, {"x": 1}, {"x": 1}) for kind in (dict, dict[str, int], Mapping, Mapping[str, Any])),
    *((UserId, "5", 5), (UserId | None, None, None), (list[UserId], ["5"], [5])),
]


@pytest.mark.parametrize(("annotation", "value", "expected"), CONVERTED)
def test_choices_groups_and_objects(annotation: Any, value: Any, expected: Any) -> None:
    found = convert(annotation, value)
    assert (found, type(found)) == (expected, type(expected))
    many = isinstance(value, list)
    assert many or convert(annotation, expected) == expected
    assert wanted(annotation).many or not many


def test_members_of_objects() -> None:
    member = {"day": "2024-02-29", "more": [1]}
    found = convert(Whole, {"point": {"x": 1}, "days": {"a": "2024-02-29"}, **member}, text=False)
    assert found == {"point": {"x": 1}, "days": {"a": DAY}, "day": DAY, "more": [1]}
    assert convert(Decimal, 10**20, text=False) == Decimal(10**20)
    assert wanted(list[int]).described == "a list, each item an integer"


NO_TYPES: list[Any] = [
    *(bytes, complex, Data, Text, type(None), Path, timedelta, type, ..., typing.TypeVar("T")),
    *(int | str, Union[int, str, None], Shaped, Callable[[], int], [int], (int,), Bits, Shape),  # noqa: UP007
    *(Both, Empty, Literal["1", 1], Literal[True, "on"], Literal[0, False], Literal[b"a"], set),
    *(set[Any], set[dict[str, Any]], set[list[int]], frozenset[set[int]], set[tuple[Any, int]]),
    *(list[bytes], tuple[int, bytes], tuple[()], dict[int, str], dict[str, bytes], int | bytes),
    *(list["Unknown"], Optional["Unknown"], "Unknown", "unireq.Requst", ""),  # type: ignore[name-defined]  # noqa: F821
    *(Annotated[bytes, 1], list[Annotated[str, Param("a")]], Param("a"), Request, list[Request]),
    *(tuple[UploadedFile, str], dict[str, UploadedFile], Iterable[int], typing.Deque[int]),  # noqa: UP006
]


@pytest.mark.parametrize("annotation", NO_TYPES, ids=repr)
def test_what_no_value_can_become(annotation: Any) -> None:
    said = r"write unireq\.Request for the|itself, write unireq\.Request|Param"
    with pytest.raises(TypeError, match=said):
        wanted(annotation)


def test_the_message_shows_no_value() -> None:
    for annotation in (int, float, bool, UUID, dict, Colour, list[int], tuple[int, int]):
        assert "secret" not in refusal(annotation, "secret")
        assert "secret" not in refusal(annotation, ["secret"])


@pytest.mark.skipif(sys.version_info < (3, 12), reason="`type X = ...` is new in Python 3.12")
def test_aliases() -> None:
    scope: dict[str, Any] = {}
    exec("type Ids = list[int] | None\ntype Again = Ids", scope)  # noqa: S102
    assert convert(scope["Again"], ["1"]) == [1]
    assert convert(scope["Again"], None) is None


def test_deep_json() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert convert(list, deep) is not None
    assert refusal(list[int], deep) == "expected an integer, got an array"
    assert refusal(dict, deep) == "expected a JSON object, got an array"
    while deep:  # or its end would be a recursion
        deep = deep.pop()
