"""What a request holds, as what a parameter is annotated with: one grammar for each type."""

from __future__ import annotations

import inspect
import math
import sys
import typing
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, NewType, Optional, Protocol, TypedDict, Union
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq import UploadedFile
from unireq._handlers.values import wanted

UserId = NewType("UserId", int)


class Point(TypedDict):
    x: int


class Shaped(Protocol):
    shape: str


def convert(annotation: Any, value: Any) -> Any:
    return wanted(annotation).convert(value)


def refusal(annotation: Any, value: Any) -> str:
    with pytest.raises(ValueError, match=r"^expected ") as raised:
        convert(annotation, value)
    return str(raised.value)


# Numbers.


@given(st.integers(-(10**100) + 1, 10**100 - 1))
def test_an_integer_is_read(number: int) -> None:
    assert convert(int, str(number)) == number
    assert convert(int, number) == number
    assert convert(int, f"{number:+}") == number


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("-0", 0), ("+7", 7), ("007", 7), ("9" * 100, 10**100 - 1)]
)
def test_text_of_an_integer(text: str, number: int) -> None:
    assert convert(int, text) == number


NO_INTEGERS = [
    *(
        "",
        " ",
        "+",
        "-",
        "--1",
        "+-1",
        "1 ",
        " 1",
        "\n1",
        "1\n",
        "\t1",
        "1 2",
        "1_000",
        "_1",
        "0x10",
    ),
    *("0b1", "1.0", "1e3", "1,000", "one", "true", "nan", "inf", "None", "null", "1\0", "\u00a01"),
    *("١٢٣", "１２", "²", "Ⅷ", "১", "−1", "1" * 101, "9" * 5000, "-" + "0" * 101),  # noqa: RUF001
]


@pytest.mark.parametrize("text", NO_INTEGERS)
def test_text_of_no_integer(text: str) -> None:
    assert refusal(int, text) == "expected an integer in decimal digits, got other text"


@pytest.mark.parametrize("value", [True, False, 1.0, None, [1], {"a": 1}, float("nan"), b"1"])
def test_what_is_no_integer(value: Any) -> None:
    assert refusal(int, value).startswith("expected an integer, got ")


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_is_read(number: float) -> None:
    assert convert(float, number) == number
    assert convert(float, repr(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0.0),
        ("-0", -0.0),
        ("1.5", 1.5),
        ("+1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1E+3", 1000.0),
        ("25e-2", 0.25),
        ("1e-9999", 0.0),
        ("9" * 100 + "." + "9" * 100, 1e100),
    ],
)
def test_text_of_a_number(text: str, number: float) -> None:
    found = convert(float, text)
    assert type(found) is float
    assert found == number
    assert math.copysign(1, found) == math.copysign(1, number)


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "-", "+.", "e3", "1e", "1e+", ".e1", "1.2.3", "1 ", " 1", "1\n", "1_0.5", "1,5"),
        *("nan", "NaN", "-nan", "inf", "Infinity", "-inf", "0x1p3", "1e00001", "1d3"),
        *("١.٥", "１"),  # noqa: RUF001
        *("1" * 101, "1." + "1" * 101, "." + "1" * 101),
    ],
)
def test_text_of_no_number(text: str) -> None:
    assert refusal(float, text) == "expected a decimal number, got other text"


@pytest.mark.parametrize(
    "value",
    ["1e309", "-1e9999", "9" * 100 + "e9999", 10**309, -(10**4000), math.inf, -math.inf, math.nan],
)
def test_a_number_that_is_too_large(value: Any) -> None:
    assert refusal(float, value) == "expected a number that a double can hold, got another"


def test_an_integer_will_do_for_a_number() -> None:
    found = convert(float, 3)
    assert type(found) is float
    assert found == 3.0


@pytest.mark.parametrize("value", [True, False, None, [], {}])
def test_what_is_no_number(value: Any) -> None:
    assert refusal(float, value).startswith("expected a number, got ")


# Truth.


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "tRuE", "1", "on", "On", "yes", "YES"])
def test_true(text: str) -> None:
    assert convert(bool, text) is True


@pytest.mark.parametrize("text", ["false", "False", "0", "off", "OFF", "no", "No"])
def test_false(text: str) -> None:
    assert convert(bool, text) is False


@pytest.mark.parametrize("value", [True, False])
def test_truth_itself(value: bool) -> None:
    assert convert(bool, value) is value


@pytest.mark.parametrize(
    "text",
    ["", "t", "y", "n", "2", "01", "true ", " on", "null", "１", "ｙes"],  # noqa: RUF001
)
def test_text_that_is_neither(text: str) -> None:
    assert (
        refusal(bool, text) == "expected one of true, 1, on, yes, false, 0, off, no, got other text"
    )


@pytest.mark.parametrize("value", [0, 1, 1.0, None, []])
def test_what_is_neither(value: Any) -> None:
    assert refusal(bool, value).startswith("expected true or false, got ")


# Text, identifiers, the rest.


@given(st.text())
def test_text_is_itself(text: str) -> None:
    assert convert(str, text) is text


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (None, "null"),
        (1, "a value of type int"),
        (True, "a value of type bool"),
        (["x"], "a value of type list"),
        ({"secret": "x"}, "a value of type dict"),
        (b"x", "a value of type bytes"),
    ],
)
def test_what_is_no_text(value: Any, got: str) -> None:
    assert refusal(str, value) == f"expected text, got {got}"


@given(st.uuids())
def test_an_identifier(uuid: UUID) -> None:
    assert convert(UUID, str(uuid)) == convert(UUID, str(uuid).upper()) == uuid
    assert convert(UUID, uuid) is uuid


IDENTIFIER = "12345678-1234-5678-1234-567812345678"


@pytest.mark.parametrize(
    "text",
    [
        "",
        IDENTIFIER.replace("-", ""),
        f"{{{IDENTIFIER}}}",
        f"urn:uuid:{IDENTIFIER}",
        f"{IDENTIFIER}\n",
        f" {IDENTIFIER}",
        IDENTIFIER + "0",
        IDENTIFIER.replace("1", "g"),
        IDENTIFIER.replace("1", "١"),  # noqa: RUF001
        "1234-5678123456781234567812345678-----",
    ],
)
def test_text_of_no_identifier(text: str) -> None:
    assert refusal(UUID, text) == "expected a UUID of 36 characters, got other text"


def test_what_is_no_identifier() -> None:
    assert refusal(UUID, 1) == "expected UUID, got a value of type int"


class UUIDLike:
    """Has the name, and is another."""


UUIDLike.__name__ = "UUID"


def test_another_class_of_that_name() -> None:
    assert refusal(UUIDLike, IDENTIFIER) == "expected UUID, got a value of type str"


@pytest.mark.parametrize("annotation", [dict, dict[str, int], Mapping, Mapping[str, Any], Point])
def test_objects(annotation: Any) -> None:
    value = {"x": 1}
    assert convert(annotation, value) is value
    others: list[Any] = ["{}", [], None, 1]
    for other in others:
        assert refusal(annotation, other).startswith("expected a JSON object, got ")


@pytest.mark.parametrize(
    "annotation",
    [
        Any,
        object,
        inspect.Parameter.empty,
        "Unknown",
        typing.TypeVar("T"),
        Union[int, str],  # noqa: UP007
        int | str | None,
        tuple[int],
        set[int],
        Shaped,
        typing.Literal["a"],
    ],
)
@pytest.mark.parametrize("value", ["x", 1, True, [1], {"a": 1}, None])
def test_what_no_value_can_be_held_to(annotation: Any, value: Any) -> None:
    assert convert(annotation, value) is value


def test_types_without_a_grammar() -> None:
    for kind in (bytes, Decimal, complex, UploadedFile):
        assert refusal(kind, "1").endswith("got a value of type str")
    assert convert(Decimal, Decimal(1)) == Decimal(1)
    assert wanted(UploadedFile).described == "a file"


def test_the_message_shows_no_value() -> None:
    for annotation in (int, float, bool, UUID, dict, bytes, list[int]):
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
    assert refusal(annotation, "1") == "expected a list, got a value of type str"
    assert refusal(annotation, None) == "expected a list, got null"
    assert wanted(annotation).described == "a list, each of it an integer"
    assert wanted(annotation).many


def test_lists_of_what_may_be_null() -> None:
    assert convert(list[int | None], ["1", None]) == [1, None]


def test_lists_of_lists() -> None:
    assert convert(list[list[int]], [["1"], [], [2, 3]]) == [[1], [], [2, 3]]
    assert refusal(list[list[int]], [1]) == "expected a list, got a value of type int"
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
        int,
        float,
        bool,
        str,
        UUID,
        dict,
        list,
        list[int],
        list[list[bool]],
        Optional[float],  # noqa: UP045
        Any,
        Point,
    ]
)


@given(kinds, json_values | st.text(st.sampled_from("0123456789+-.eE_ \n\u0661nainfxtrue")))
def test_anything_is_converted_or_refused(annotation: Any, value: Any) -> None:
    try:
        found = convert(annotation, value)
    except ValueError:
        assert len(refusal(annotation, value)) < 200
        return
    if annotation in {int, float, bool, str}:
        assert type(found) is annotation
    if annotation is float:
        assert math.isfinite(found)
    if annotation is not Any:
        assert convert(annotation, found) == found


def test_deep_json() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert convert(list, deep) is not None
    assert refusal(list[int], deep) == "expected an integer, got a value of type list"
    assert refusal(dict, deep) == "expected a JSON object, got a value of type list"
    while deep:  # or its end would be a recursion
        deep = deep.pop()
