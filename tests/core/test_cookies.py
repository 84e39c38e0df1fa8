from __future__ import annotations

import string
from http.cookies import CookieError, SimpleCookie

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.octets import READ_AS_UTF8
from unireq import Cookies
from unireq._cookies import parse_cookies

PAIRS = [
    (None, []),
    ("", []),
    (";;; ;", []),
    ("a=1; b=2", [("a", "1"), ("b", "2")]),
    ("a=1;b=2;", [("a", "1"), ("b", "2")]),
    # Without "=", or without a name, there is no cookie.
    ("a", []),
    (" =v; b=2", [("b", "2")]),
    ("a=", [("a", "")]),
    ("a==1=2", [("a", "=1=2")]),
    # SP and TAB around name and value go, nothing else.
    ("\ta = 1 2 ;\t b c =\td\t", [("a", "1 2"), ("b c", "d")]),
    ("\x0ba\x0c=\xa01\x0b", [("\x0ba\x0c", "\N{REPLACEMENT CHARACTER}1\x0b")]),
    ("a=1\x0b;\x0bb=2", [("a", "1\x0b"), ("\x0bb", "2")]),
    # Names that are no tokens, and prefixes.
    (
        "a/b=1; (c)=2; @d=3; e:f=4; [g]=5",
        [("a/b", "1"), ("(c)", "2"), ("@d", "3"), ("e:f", "4"), ("[g]", "5")],
    ),
    ('"a"=1; $Version=0', [('"a"', "1"), ("$Version", "0")]),
    # A comma separates nothing.
    ("a=1, b=2", [("a", "1, b=2")]),
    # Nothing is percent-decoded, and "+" is "+".
    ("a=%20+%C3%A9; %62=1", [("a", "%20+%C3%A9"), ("%62", "1")]),
    # Quotes do not shelter a ";".
    ('a="x;y"', [("a", '"x')]),
    ('a="x; b=y"', [("a", '"x'), ("b", 'y"')]),
]

VALUES = [
    ('"x"', "x"),
    ('" x "', " x "),
    ('"', '"'),
    ('x"y"z', 'x"y"z'),
    ('"a"b"', 'a"b'),
    (r'"a\"b"', 'a"b'),
    (r'"a\\b"', r"a\b"),
    (r'"a\073b\054c"', "a;b,c"),
    (r'"\303\251"', "é"),
    (r'"\377"', "\N{REPLACEMENT CHARACTER}"),
    (r'"\\303\\251"', r"\303\251"),
    (r'"\x\9"', "x9"),
    (r'"\400"', "400"),
    (r"\303\251", r"\303\251"),
    # A control character would come of it, so it stays as it was sent.
    (r'"a\012b"', r'"a\012b"'),
    (r'"a\000b"', r'"a\000b"'),
    (r'"\302\205"', r'"\302\205"'),
    ('"a\tb"', '"a\tb"'),
]


@pytest.mark.parametrize(("field", "pairs"), PAIRS)
def test_pairs(field: str | None, pairs: list[tuple[str, str]]) -> None:
    cookies = parse_cookies(field)
    assert type(cookies) is Cookies
    assert list(cookies.items()) == pairs


@pytest.mark.parametrize(("sent", "value"), VALUES)
def test_values(sent: str, value: str) -> None:
    assert parse_cookies(f"a={sent}; b=2") == {"a": value, "b": "2"}


@pytest.mark.parametrize(("raw", "text"), READ_AS_UTF8)
def test_octets_are_utf8(raw: bytes, text: str) -> None:
    sent = raw.decode("latin-1")
    assert parse_cookies(f"{sent}={sent}") == {text: text}
    assert parse_cookies(f'a="{sent}"') == {"a": text}


def test_of_a_repeated_name_the_first_wins() -> None:
    cookies = parse_cookies('a=1; b=2; a="3"; a=; A=5')
    assert cookies == {"a": "1", "b": "2", "A": "5"}
    assert cookies.getlist("a") == ["1", "3", ""]
    assert cookies.getlist("b") == ["2"]
    assert cookies.getlist("z") == []
    cookies.getlist("a").clear()
    assert cookies.getlist("a") == ["1", "3", ""]


names = st.text(string.ascii_letters + "/()@:[]-_$é ", min_size=1).filter(lambda n: n == n.strip())
plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters='";')).filter(
    lambda value: value == value.strip(" \t")
)


@given(st.text(st.characters(max_codepoint=0xFF)))
def test_what_python_quotes_is_read(value: str) -> None:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar["a"] = value
        written = jar["a"].OutputString().removeprefix("a=")
    except CookieError:  # newer Pythons refuse control characters
        return
    said = value.encode("latin-1").decode("utf-8", "replace")
    control = any(ord(c) < 32 or 127 <= ord(c) < 160 for c in said)
    assert parse_cookies(f"a={written}").get("a") == (written if control else said)


@given(st.text(st.one_of(st.sampled_from('a=;" \t\\0'), st.characters())))
def test_nothing_is_refused(field: str) -> None:
    cookies = parse_cookies(field)
    for name, value in cookies.items():
        assert type(name) is type(value) is str
        assert name
        (name + value).encode()
    assert sum(len(cookies.getlist(name)) for name in cookies) <= field.count("=")
