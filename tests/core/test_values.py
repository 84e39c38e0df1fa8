from __future__ import annotations

import datetime
import decimal
import json
import math
import uuid
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.made import json_values, param_values
from unireq._facts import decode_params, encode_params

UUID = uuid.UUID("12345678-1234-5678-1234-567812345678")
EAST = datetime.timezone(datetime.timedelta(hours=5, minutes=30))

ENCODED: list[tuple[Any, Any]] = [
    ("", ""),
    ("café\0\ud800", "café\0\ud800"),
    (0, 0),
    (-(10**30), -(10**30)),
    (True, True),
    (False, False),
    (1.5, 1.5),
    (-0.0, -0.0),
    (1e300, 1e300),
    (math.inf, {"float": "inf"}),
    (-math.inf, {"float": "-inf"}),
    (math.nan, {"float": "nan"}),
    (UUID, {"uuid": str(UUID)}),
    (datetime.date(2024, 2, 29), {"date": "2024-02-29"}),
    (datetime.datetime(2024, 1, 2, 3, 4, 5, 6), {"datetime": "2024-01-02T03:04:05.000006"}),  # noqa: DTZ001
    (datetime.datetime(2024, 1, 2, tzinfo=EAST), {"datetime": "2024-01-02T00:00:00+05:30"}),
    (
        datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc),
        {"datetime": "2024-01-02T00:00:00+00:00"},
    ),
    (decimal.Decimal("1.50"), {"decimal": "1.50"}),
    (decimal.Decimal("-Infinity"), {"decimal": "-Infinity"}),
    (decimal.Decimal("NaN"), {"decimal": "NaN"}),
]


class Text(str):
    """What a template library may make of a str."""

    __slots__ = ()


class Number(IntEnum):
    ONE = 1


REFUSED: list[tuple[Any, str]] = [
    (None, "builtins.NoneType"),
    (b"a", "builtins.bytes"),
    (["a"], "builtins.list"),
    ({"float": "nan"}, "builtins.dict"),
    (1j, "builtins.complex"),
    (datetime.time(1), "datetime.time"),
    (Text("a"), "test_values.Text"),
    (Number.ONE, "test_values.Number"),
    (object(), "builtins.object"),
]

UNREADABLE: list[tuple[Any, str]] = [
    (None, "got None"),
    ([], r"got \[\]"),
    ({}, r"got \{\}"),
    ({"uuid": "x"}, "expected a uuid, got 'x'"),
    ({"date": "2024-13-01"}, "expected a date, got '2024-13-01'"),
    ({"datetime": "x"}, "expected a datetime, got 'x'"),
    ({"decimal": "x"}, "expected a decimal, got 'x'"),
    ({"float": "x"}, "expected a float, got 'x'"),
    ({"float": 1.5}, "one key of float, uuid, date, datetime, decimal"),
    ({"uuid": None}, "one key of"),
    ({"complex": "1j"}, "one key of"),
    ({1: "x"}, "one key of"),
    ({"uuid": str(UUID), "date": "2024-01-01"}, "one key of"),
]


def same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and (a == b or (a != a and b != b)) and repr(a) == repr(b)  # noqa: PLR0124


@pytest.mark.parametrize(("value", "encoded"), ENCODED, ids=repr)
def test_each_type_survives_json(value: Any, encoded: Any) -> None:
    form = encode_params({"x": value})
    assert form == {"x": encoded}
    assert same(decode_params(json.loads(json.dumps(form, allow_nan=False)))["x"], value)


@given(st.dictionaries(st.text(), param_values))
def test_every_value_survives_json(params: dict[str, Any]) -> None:
    decoded = decode_params(json.loads(json.dumps(encode_params(params), allow_nan=False)))
    assert list(decoded) == list(params)
    for name, value in params.items():
        assert type(decoded[name]) is type(value)
        assert decoded[name] == value or (value != value and decoded[name] != decoded[name])  # noqa: PLR0124


@pytest.mark.parametrize(("value", "kind"), REFUSED, ids=[kind for _, kind in REFUSED])
def test_other_types_are_refused_by_name(value: Any, kind: str) -> None:
    with pytest.raises(TypeError, match=rf"^path_params\['id'\]: expected .*, got \S*{kind};"):
        encode_params({"ok": 1, "id": value})


@pytest.mark.parametrize(("value", "message"), UNREADABLE, ids=repr)
def test_what_is_not_of_the_form(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=rf"^path_params\['id'\]: .*{message}"):
        decode_params({"id": value})


def test_names_are_text() -> None:
    with pytest.raises(TypeError, match=r"^path_params: expected names that are str, got int"):
        decode_params({1: "a"})
    with pytest.raises(TypeError, match=r"^path_params: expected a dict, got list"):
        decode_params([])


@given(st.dictionaries(st.text(), json_values))
def test_any_json_is_read_or_refused(params: dict[str, Any]) -> None:
    try:
        decoded = decode_params(params)
    except ValueError:
        return
    assert decode_params(encode_params(decoded)).keys() == params.keys()


@given(
    st.sampled_from(["float", "uuid", "date", "datetime", "decimal"]),
    st.text(st.one_of(st.sampled_from("0123456789-:TZ.+e_{} "), st.characters())),
)
def test_any_text_is_read_or_refused(tag: str, text: str) -> None:
    try:
        value = decode_params({"x": {tag: text}})["x"]
    except ValueError as error:
        assert repr(text[:80])[:-1] in str(error)  # noqa: PT017
    else:
        assert type(value).__name__.lower() == tag
