"""Parameters: what is one, what is none, and where the next begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq._body.parameters import split_parameters

FIELDS = [
    ("a/b", "a/b", []),
    (" a/b\t", "a/b", []),
    ("", "", []),
    (";", "", []),
    ("a;b=c", "a", [("b", "c", False)]),
    ("a ;\t b = c ; d=e", "a", [("b", "c", False), ("d", "e", False)]),
    ("a;B=C", "a", [("b", "C", False)]),
    ('a;b="c"', "a", [("b", "c", True)]),
    ('a;b=""', "a", [("b", "", True)]),
    (r'a;b="c\"d;e\\"', "a", [("b", r"c\"d;e\\", True)]),
    ("a;b=----=_1/2", "a", [("b", "----=_1/2", False)]),
    ("a;;; b=c;", "a", [("b", "c", False)]),
    ("a;b", "a", [("", "b", False)]),
    ("a;b=", "a", [("", "b=", False)]),
    ("a;=b", "a", [("", "=b", False)]),
    ("a;b c=d;e=f", "a", [("", "b c=d", False), ("e", "f", False)]),
    ('a;b="c;d=e', "a", [("", 'b="c', False), ("d", "e", False)]),
    ('a;b="c"d;e=f', "a", [("", 'b="c"d', False), ("e", "f", False)]),
    ("a;b=c d", "a", [("", "b=c d", False)]),
    ('a;b="c\\', "a", [("", 'b="c\\', False)]),
]


@pytest.mark.parametrize(("field", "first", "parameters"), FIELDS)
def test_a_field(field: str, first: str, parameters: list[tuple[str, str, bool]]) -> None:
    assert split_parameters(field) == (first, parameters)


@given(st.text(st.one_of(st.sampled_from('a="\\; \t'), st.characters()), max_size=40))
def test_any_text_ends(field: str) -> None:
    first, parameters = split_parameters(field)
    assert first == field.partition(";")[0].strip(" \t")
    for name, value, quoted in parameters:
        assert name == name.lower()
        assert value in field
        assert quoted or name or value
