"""What Headers, Cookies and QueryParams share: real dicts that refuse to be changed."""

from __future__ import annotations

import copy
import json
import pickle
import pprint
from collections.abc import Callable
from typing import Any

import pytest

from unireq import Cookies, Headers, QueryParams

KINDS = [Headers, Cookies, QueryParams]
FIELDS = {"b": "2", "a": "1"}

MUTATIONS: list[Callable[[Any], object]] = [
    lambda m: m.__setitem__("a", "9"),
    lambda m: m.__delitem__("a"),
    lambda m: m.__ior__({"a": "9"}),
    lambda m: m.clear(),
    lambda m: m.pop("a"),
    lambda m: m.pop("z", None),
    lambda m: m.popitem(),
    lambda m: m.setdefault("a", "9"),
    lambda m: m.setdefault("z"),
    lambda m: m.update(a="9"),
    lambda m: m.update({"a": "9"}),
]

COPIES: list[Callable[[Any], Any]] = [
    copy.copy,
    copy.deepcopy,
    *(
        lambda m, protocol=protocol: pickle.loads(pickle.dumps(m, protocol))  # noqa: S301
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ),
]

WRONG_SOURCES: list[tuple[Any, str]] = [
    ("a=1", "expected a mapping or an iterable of .* pairs, got str"),
    (b"a=1", "got bytes"),
    (None, "got NoneType"),
    (5, "got int"),
    (["ab"], r"expected \(name, value\) pairs, got str"),
    ([("a", "1", "x")], r"expected \(name, value\) pairs, got tuple"),
    ([{"a", "b"}], r"expected \(name, value\) pairs, got set"),
    ({b"a": "1"}, "expected a str as name, got bytes"),
    ({"a": b"1"}, r"\['a'\]: expected a str, got bytes"),
    ([("a", 1)], r"\['a'\]: expected a str, got int"),
    ({"a": None}, r"\['a'\]: expected a str, got NoneType"),
]

every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
def test_it_is_a_dict(kind: type[Any]) -> None:
    made = kind(FIELDS)
    assert isinstance(made, dict)
    assert made == FIELDS == made
    assert made != {"a": "1"}
    assert dict(made) == {**made} == made.copy() == FIELDS
    assert list(made) == list(made.keys()) == ["b", "a"]
    assert list(made.items()) == list(FIELDS.items())
    assert len(made) == 2
    assert bool(made)
    assert not kind()
    assert made["a"] == made.get("a") == "1"
    assert made.get("z") is None
    assert made.get("z", "no") == "no"
    assert "a" in made
    assert "z" not in made
    with pytest.raises(KeyError, match="'z'"):
        made["z"]


@every_kind
def test_any_encoder_takes_it(kind: type[Any]) -> None:
    assert json.dumps(kind(FIELDS)) == json.dumps(FIELDS)


@every_kind
def test_it_is_merged_into_plain_dicts(kind: type[Any]) -> None:
    made = kind(FIELDS)
    for merged in (made | {"a": "9"}, {"a": "0"} | {**made, "a": "9"}):
        assert type(merged) is dict
        assert merged == {"b": "2", "a": "9"}
    assert {"c": "3"} | made == {"c": "3", **FIELDS}
    assert made == FIELDS


@every_kind
@pytest.mark.parametrize("mutate", MUTATIONS)
def test_it_refuses_to_be_changed(kind: type[Any], mutate: Callable[[Any], object]) -> None:
    made = kind(FIELDS)
    with pytest.raises(TypeError, match=rf"^{kind.__name__} is read-only: .*request\.replace\("):
        mutate(made)
    assert made == FIELDS


@every_kind
def test_it_has_no_attributes_and_no_hash(kind: type[Any]) -> None:
    made = kind(FIELDS)
    with pytest.raises(AttributeError):
        made.anything = 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)


@every_kind
@pytest.mark.parametrize("duplicate", COPIES)
def test_copies_are_equal_and_apart(kind: type[Any], duplicate: Callable[[Any], Any]) -> None:
    made = kind([("a", "1"), ("b", "2"), ("a", "3")])
    twin = duplicate(made)
    assert type(twin) is kind
    assert twin is not made
    assert twin == made
    assert twin.getlist("a") == made.getlist("a") == ["1", "3"]


@every_kind
def test_it_is_made_of_pairs(kind: type[Any]) -> None:
    for source in (FIELDS, FIELDS.items(), iter([("b", "2"), ["a", "1"]]), kind(FIELDS)):
        assert kind(source) == FIELDS


@every_kind
@pytest.mark.parametrize(("source", "message"), WRONG_SOURCES)
def test_wrong_sources_are_named(kind: type[Any], source: Any, message: str) -> None:
    where = {Headers: "headers", Cookies: "cookies", QueryParams: "query_params"}[kind]
    with pytest.raises(TypeError, match=f"^{where}.*{message}"):
        kind(source)


@pytest.mark.parametrize("kind", [Cookies, QueryParams])
@pytest.mark.parametrize("show", [repr, str, pprint.pformat, "{}".format, "{!r}".format])
def test_what_is_shown_hides_values(kind: type[Any], show: Callable[[Any], str]) -> None:
    shown = show(kind({"name": "v4lue"}))
    assert "v4lue" not in shown
    assert shown == f"{kind.__name__}({{'name': '***'}})"
