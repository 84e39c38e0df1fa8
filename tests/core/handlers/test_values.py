"""What a request holds, as what a parameter is annotated with: one grammar for each type."""

from __future__ import annotations

import dataclasses
import enum
import inspect
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
from hypothesis import given
from hypothesis import strategies as st

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


# Numbers.


@given(st.integers(-(10**100) + 1, 10**100 - 1))
def test_an_integer_is_read(number: int) -> None:
    assert convert(int, str(number)) == number
    assert convert(int, number) == number
    assert convert(int, f"{number:+}") == number


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_is_read(number: float) -> None:
    assert convert(float, number) == number
    assert convert(float, repr(number)) == number


# Text, identifiers, the rest.


@given(st.text())
def test_text_is_itself(text: str) -> None:
    assert convert(str, text) is text
    assert (type(convert(float, 3)), convert(float, 3)) == (float, 3.0)


@given(st.uuids())
def test_an_identifier(uuid: UUID) -> None:
    assert convert(UUID, str(uuid)) == convert(UUID, str(uuid).upper()) == uuid
    assert convert(UUID, uuid) is uuid


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
    (Decimal, "1.10", Decimal("1.10")),
    (Decimal, "-.5e3", Decimal("-.5e3")),
    (Decimal, "9" * 100 + "e999", Decimal("9" * 100 + "e999")),
]
NO_TEXTS: list[tuple[Any, list[str]]] = [
    (
        date,
        [
            *("", "2024-2-29", "20240229", "2024-W09-4", "2024-060", "2023-02-29", "0000-01-01"),
            *("2024-02-29T00:00", "02/29/2024", "2024-02-29 ", " 2024-02-29", "2024-02-29\n"),
            *("24-02-29", "+2024-02-29", "٢٠٢٤-02-29", "1709164800", "2024-13-01"),
        ],
    ),
    (
        time,
        [
            *("", "12", "1200", "24:00", "12:60", "12:00:60", "12:00:00.", "12:00:00,5", "T12:00"),
            *("12:00:00.1234567", "12:00+0530", "12:00+05", "12:00+24:00", "12:00+05:60", "12:00z"),
            *("12:00 Z", "12:00+05:30:15", "12:00 PM", "１2:00"),  # noqa: RUF001
        ],
    ),
    (
        datetime,
        [
            *("", "2024-02-29", "2024-02-29 12:00", "2024-02-29t12:00", "20240229T1200", "12:00"),
            *("2024-02-29T12", "2024-02-30T12:00", "2024-02-29T24:00", "2024-W09-4T12:00"),
            *("2024-02-29T12:00:00 01:00", "2024-02-29T12:00:00.123456789Z", "1709164800"),
        ],
    ),
    (
        Decimal,
        [
            *("", "NaN", "sNaN", "Infinity", "-inf", "1_0", " 1", "1\n", "1,5", "1e1000", "0x1"),
            *("1" * 101, "." + "1" * 101, "١", "1e", "--1"),  # noqa: RUF001
        ],
    ),
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


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in NO_TEXTS for t in texts])
def test_no_text(kind: Any, text: str) -> None:
    for is_text in (True, False):
        refusal(kind, text, text=is_text)


@given(
    st.dates(),
    st.times(),
    st.datetimes(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3),
)
def test_what_python_writes_is_read(day: date, at: time, moment: datetime, number: Decimal) -> None:
    assert convert(date, day.isoformat()) == day
    assert convert(time, at.isoformat()) == at
    assert convert(datetime, moment.isoformat()) == moment
    if len(f"{number:f}") < 100:
        assert convert(Decimal, f"{number:f}") == number


@pytest.mark.parametrize(
    ("kind", "value"),
    [(date, datetime(2024, 1, 1)), (datetime, DAY), (Decimal, 1.5), (Decimal, True), (int, 1.0)],  # noqa: DTZ001
)
def test_a_kin_is_another_type(kind: Any, value: Any) -> None:
    refusal(kind, value)
    refusal(kind, value, text=False)


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


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        *(
            (Colour, "RED"),
            (Colour, "green"),
            (Colour, 1),
            (Colour, None),
            (Number, "3"),
            (Number, True),
        ),
        *(
            (Number, 1.0),
            (Literal["a"], "z"),
            (Literal["a"], ""),
            (Literal[1], True),
            (Literal[1], []),
        ),
        *((Colour, ["red"]), (Literal[True], "1 ")),
    ],
)
def test_no_choice(annotation: Any, value: Any) -> None:
    said = refusal(annotation, value)
    assert said.startswith("expected one of ")
    assert "z" not in said


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


@pytest.mark.parametrize("annotation", [Any, object, inspect.Parameter.empty])
@pytest.mark.parametrize("value", ["x", 1, True, [1], {"a": 1}, None])
def test_what_no_value_is_held_to(annotation: Any, value: Any) -> None:
    assert convert(annotation, value) is value


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


@pytest.mark.parametrize("annotation", [list, list[Any], Sequence[Any], typing.List, Sequence])  # noqa: UP006
def test_a_list_of_anything(annotation: Any) -> None:
    value = ["a", 1, None, [2]]
    found = convert(annotation, value)
    assert found == value


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


def test_a_tuple_has_its_length() -> None:
    for values in ([], ["1"], ["1", "2", "3"]):
        assert refusal(tuple[int, int], values).startswith("expected a list of 2: an integer, an")


def test_lists_of_lists() -> None:
    assert convert(list[list[int]], [["1"], [], [2, 3]]) == [[1], [], [2, 3]]
    assert refusal(list[list[int]], [1]) == "expected a list, got a number"
    assert refusal(list[list[int]], [["x"]]).startswith("expected an integer in decimal")


# Null.


@pytest.mark.parametrize(
    "annotation",
    [Optional[int], int | None, None | int, Annotated[int | None, 1], Optional[Annotated[int, 1]]],  # noqa: UP045
)
def test_null(annotation: Any) -> None:
    assert wanted(annotation).optional
    assert convert(annotation, None) is None
    assert convert(annotation, "1") == 1
    assert refusal(annotation, "x") == "expected an integer in decimal digits, got other text"


def test_null_in_place_of_a_list() -> None:
    assert convert(list[int] | None, None) is None
    assert convert(list[int] | None, ["1"]) == [1]
    assert refusal(list[int] | None, [None]) == "expected an integer, got null"


@pytest.mark.parametrize("annotation", [int, float, bool, str, dict, UUID, list[int]])
def test_no_null(annotation: Any) -> None:
    assert not wanted(annotation).optional
    assert refusal(annotation, None).endswith("got null")


# Names of types.


def test_annotated() -> None:
    assert convert(Annotated[int, "x"], "1") == 1
    assert convert(Annotated[Annotated[list[int], 1], 2], ["1"]) == [1]


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


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
kinds: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(int, float, bool, str, UUID, dict, list),
        list[int],
        list[list[bool]],
        Optional[float],  # noqa: UP045
        *(Any, Point, Decimal, datetime),
        set[int],
        tuple[int, str],
        Colour,
    ]
)


@given(kinds, json_values | st.text(st.sampled_from("0123456789+-.eE_ \n\u0661nainfxtrue")))
def test_anything_is_converted_or_refused(annotation: Any, value: Any) -> None:
    try:
        found = convert(annotation, value)
    except ValueError:
        assert len(refusal(annotation, value)) < 200
        return
    if annotation in {int, float, bool, str, Decimal, datetime, Colour}:
        assert type(found) is annotation
    if annotation is float:
        assert math.isfinite(found)
    if annotation not in {Any, set[int], tuple[int, str]}:
        assert convert(annotation, found) == found


def test_deep_json() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert convert(list, deep) is not None
    assert refusal(list[int], deep) == "expected an integer, got an array"
    assert refusal(dict, deep) == "expected a JSON object, got an array"
    while deep:  # or its end would be a recursion
        deep = deep.pop()
