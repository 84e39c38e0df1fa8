"""The application/x-www-form-urlencoded parser of the WHATWG URL standard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.octets import READ_AS_UTF8, R, escaped
from unireq import QueryParams
from unireq._urlencoded import parse_query

PARSED = [
    ("", []),
    ("&", []),
    ("=", [("", "")]),
    ("=&=", [("", ""), ("", "")]),
    ("a", [("a", "")]),
    ("=b", [("", "b")]),
    ("a=b", [("a", "b")]),
    ("a=b=c", [("a", "b=c")]),
    ("&a=b&&c=d&", [("a", "b"), ("c", "d")]),
    ("a=1&a=2&b=3", [("a", "1"), ("a", "2"), ("b", "3")]),
    # Only "&" separates.
    ("a=1;b=2", [("a", "1;b=2")]),
    # "+" is a space, "%2B" a plus.
    ("+a+=+b+", [(" a ", " b ")]),
    ("a=%2B", [("a", "+")]),
    ("a=%20", [("a", " ")]),
    # What was escaped separates nothing.
    ("a%26b=c%3Dd", [("a&b", "c=d")]),
    ("a=%252B", [("a", "%2B")]),
    # Broken escapes stay.
    ("a=%", [("a", "%")]),
    ("a=%zz", [("a", "%zz")]),
    ("a=%%20", [("a", "% ")]),
    ("a=%+41", [("a", "% 41")]),
    # Brackets, "?" and "#" mean nothing.
    ("a[]=1&a[b]=2", [("a[]", "1"), ("a[b]", "2")]),
    # Bytes.
    ("a=%00&%00=b", [("a", "\0"), ("\0", "b")]),
    ("%FF=%fe", [(R, R)]),
    ("a=%C3\xa9", [("a", "é")]),
    ("a=%C3&b=%A9", [("a", R), ("b", R)]),
    ("a=%C3+%A9", [("a", f"{R} {R}")]),
    ("%EF%BB%BFa=%EF%BB%BF", [("\ufeffa", "\ufeff")]),
]


@pytest.mark.parametrize(("query", "pairs"), PARSED)
def test_the_parser(query: str, pairs: list[tuple[str, str]]) -> None:
    params = parse_query(query)
    assert type(params) is QueryParams
    assert params.multi_items() == pairs
    assert params == dict(pairs)


@pytest.mark.parametrize(("raw", "text"), READ_AS_UTF8)
@pytest.mark.parametrize("write", [escaped, lambda raw: raw.decode("latin-1")])
def test_octets_are_utf8(raw: bytes, text: str, write: object) -> None:
    assert callable(write)
    sent = write(raw)
    assert parse_query(f"{sent}={sent}&b=2") == {text: text, "b": "2"}


def test_of_a_repeated_name_the_last_wins() -> None:
    params = parse_query("a=1&b=2&a=3&a=")
    assert params == {"a": "", "b": "2"}
    assert params.getlist("a") == ["1", "3", ""]
    assert params.getlist("b") == ["2"]
    assert params.getlist("z") == []
    assert params.multi_items() == [("a", "1"), ("b", "2"), ("a", "3"), ("a", "")]


def test_there_is_no_limit() -> None:
    count = 50_000
    params = parse_query("&".join(f"k{n}=v%20{n}" for n in range(count)))
    assert len(params) == count
    assert params[f"k{count - 1}"] == f"v {count - 1}"
    assert len(parse_query("a=&" * count).getlist("a")) == count
    assert len(parse_query("a=" + "%41" * count)["a"]) == count


pairs_of_text = st.lists(
    st.tuples(*[st.text(st.characters(exclude_categories=["Cs"]), max_size=6)] * 2)
)


def standard(query: bytes) -> list[tuple[str, str]]:
    """The parser as the standard writes it, step by step and byte by byte."""
    output = []
    for sequence in query.split(b"&"):
        if not sequence:
            continue
        name, _, value = sequence.partition(b"=")
        output.append(
            tuple(
                percent_decoded(part.replace(b"+", b" ")).decode("utf-8", "replace")
                for part in (name, value)
            )
        )
    return output  # type: ignore[return-value]


def percent_decoded(sequence: bytes) -> bytes:
    output = bytearray()
    position = 0
    while position < len(sequence):
        digits = sequence[position + 1 : position + 3]
        if sequence[position] == 0x25 and len(digits) == 2 and set(digits) <= HEXADECIMAL:
            output.append(int(digits, 16))
            position += 3
        else:
            output.append(sequence[position])
            position += 1
    return bytes(output)


HEXADECIMAL = set(b"0123456789ABCDEFabcdef")

queries = st.lists(
    st.one_of(
        st.sampled_from(
            [b"%", b"%2", b"0", b"26", b"%26", b"%3d", b"%25", b"%20", b"&", b"=", b"+", b"a"]
        ),
        st.sampled_from([b"%C3", b"%A9", b"\xc3", b"\xa9", b"%ED%A0", b"%80", b"%EF%BB%BF", b"\0"]),
        st.binary(max_size=2),
    ),
    max_size=10,
).map(b"".join)


@given(queries)
def test_any_query_is_read_as_the_standard_reads_it(query: bytes) -> None:
    assert parse_query(query.decode("latin-1")).multi_items() == standard(query)


@given(st.text(st.one_of(st.sampled_from("a=&%+;2B\xc3\xa9"), st.characters())))
def test_nothing_is_refused(query: str) -> None:
    params = parse_query(query)
    pieces = [piece for piece in query.split("&") if piece]
    assert len(params.multi_items()) == len(pieces)
    for name, value in params.multi_items():
        assert type(name) is type(value) is str
        (name + value).encode() if not query.isascii() or "%" in query else None
    assert dict(params.multi_items()) == params
