from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq._fields import SINGLE_VALUED, is_field_name, members

MEMBERS = [
    ("", []),
    (",", []),
    (" , ,\t,", []),
    ("a,b", ["a", "b"]),
    (" a ,\tb\t, c", ["a", "b", "c"]),
    (",a,,b,", ["a", "b"]),
    ("\xa0a\xa0,b\x0b", ["\xa0a\xa0", "b\x0b"]),
    ('"a,b",c', ['"a,b"', "c"]),
    ('a="x,y";q=1, b', ['a="x,y";q=1', "b"]),
    ('W/"1,2", "3"', ['W/"1,2"', '"3"']),
    ('"a\\",b",c', ['"a\\",b"', "c"]),
    ('"a\\\\",b', ['"a\\\\"', "b"]),
    ('"a""b,c",d', ['"a""b,c"', "d"]),
    ('"a,b', ['"a', "b"]),
    ('"a,b","c,d', ['"a,b"', '"c', "d"]),
    ('"a,b\\"', ['"a', 'b\\"']),
    ('"a,b\\', ['"a', "b\\"]),
    ('a,b"', ["a", 'b"']),
]

LISTS = """
accept accept-charset accept-encoding accept-language allow cache-control connection
content-encoding content-language expect forwarded if-match if-none-match pragma te trailer
transfer-encoding upgrade vary via warning x-forwarded-for x-forwarded-host x-forwarded-proto x-foo
""".split()


@pytest.mark.parametrize(("value", "expected"), MEMBERS)
def test_members_of_a_list(value: str, expected: list[str]) -> None:
    assert members(value) == expected


def test_single_valued_names_are_in_normal_form() -> None:
    assert [name for name in SINGLE_VALUED if not is_field_name(name)] == []


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_not_declared_single(name: str) -> None:
    assert name not in SINGLE_VALUED


plain = st.text(st.characters(max_codepoint=0xFF, exclude_characters='",\\'), min_size=1)
quoted = st.text(st.characters(max_codepoint=0xFF)).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
)
member = st.one_of(plain.map(lambda text: text.strip(" \t")).filter(bool), quoted)


@given(st.lists(member), st.sampled_from([",", ", ", " ,\t", ",,", " , , "]))
def test_members_that_were_joined_come_apart(joined: list[str], separator: str) -> None:
    assert members(separator.join(joined)) == joined


@given(st.text(st.sampled_from('a",\\ ')))
def test_nothing_but_separators_is_lost(value: str) -> None:
    def kept(text: str) -> str:
        return text.replace(",", "").replace(" ", "")

    assert kept("".join(members(value))) == kept(value)
    assert all(found == found.strip(" \t") != "" for found in members(value))
