"""Set-Cookie: what is set is read back, and what a user agent would drop or misread is refused."""

from __future__ import annotations

import locale
import string
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq import Request, Response
from unireq._cookies import render_cookie

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
TOKEN = string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~"
PLAIN: dict[str, Any] = {"path": None, "samesite": None}

names = st.text(TOKEN, min_size=1, max_size=40).filter(
    # These need more than a value; Hypothesis finds them in our source.
    lambda name: not name.lower().startswith(("__host-", "__secure-"))
)
values = st.text(
    st.one_of(
        st.sampled_from('";,\\= \u00a0é☃\U0001f36a'), st.characters(exclude_categories=["Cs", "Cc"])
    ),
    max_size=200,
)


def read(line: str) -> dict[str, str]:
    """The cookies that a user agent sends, which was sent `line`."""
    return Request(headers={"cookie": line.partition(";")[0].strip(" \t")}).cookies


# What is set is read.


@given(names, values)
def test_what_is_set_is_read(name: str, value: str) -> None:
    line = render_cookie(name, value)
    assert line.isascii()
    assert line.isprintable()
    assert line.endswith("; Path=/; SameSite=Lax")
    assert line.count(";") == 2
    assert read(line) == {name: value}


@given(st.lists(st.tuples(names, values), max_size=5))
def test_several_are_read_side_by_side(cookies: list[tuple[str, str]]) -> None:
    response = Response()
    for name, value in cookies:
        response.set_cookie(name, value)
    pairs = [line.partition(";")[0] for _, line in response.fields]
    found = Request(headers={"cookie": "; ".join(pairs)}).cookies
    for name, value in reversed(cookies):
        assert value in found.getlist(name)
    assert list(found) == list(dict(cookies))


@given(names, values)
def test_python_reads_the_same(name: str, value: str) -> None:
    jar: SimpleCookie = SimpleCookie()
    jar.load(render_cookie(name, value, **PLAIN))
    if list(jar) == [name]:  # it does not know every name
        assert jar[name].value.encode("latin-1").decode() == value


@pytest.mark.parametrize(
    ("value", "coded"),
    [
        ("", ""),
        ("abc", "abc"),
        ("a=b&c/d?e:f@g(h)[i]{j}<k>", "a=b&c/d?e:f@g(h)[i]{j}<k>"),
        ("%20+", "%20+"),
        (" ", '" "'),
        ("a b", '"a b"'),
        ('"', r'"\042"'),
        ('"a"', r'"\042a\042"'),
        ("a;b,c\\d", r'"a\073b\054c\134d"'),
        (r"\073", r'"\134073"'),
        ("é", r'"\303\251"'),
        ("\u00a0", r'"\302\240"'),
        ("😀", r'"\360\237\230\200"'),
    ],
)
def test_how_a_value_is_written(value: str, coded: str) -> None:
    assert render_cookie("a", value, **PLAIN) == f"a={coded}"
    assert read(f"a={coded}") == {"a": value}


# What is refused.


@pytest.mark.parametrize("control", CONTROLS)
def test_control_characters(control: str) -> None:
    for text in (control, f"a{control}", f"{control}a", f"a{control}; HttpOnly"):
        with pytest.raises(ValueError, match="set_cookie 'a': expected a value without control"):
            render_cookie("a", text)
        with pytest.raises(ValueError, match="set_cookie: expected a name that is a token"):
            render_cookie(text, "a")
        with pytest.raises(ValueError, match="set_cookie 'a': expected a path"):
            render_cookie("a", "", path=f"/{text}")
        with pytest.raises(ValueError, match="set_cookie 'a': expected a domain"):
            render_cookie("a", "", domain=f"a{text}")
        with pytest.raises(ValueError, match="set_cookie 'a': expected samesite"):
            render_cookie("a", "", samesite=f"lax{text}")  # type: ignore[arg-type]


@given(st.text(TOKEN), st.sampled_from('\t\r\n\0 ;,=()<>@"/[]?{}:\\\x7fé\uff41'), st.text(TOKEN))
def test_a_name_that_is_no_token(before: str, evil: str, after: str) -> None:
    with pytest.raises(ValueError, match="a name that is a token"):
        render_cookie(before + evil + after, "")


def test_the_largest() -> None:
    # RFC 6265bis 5.7: 4096 bytes of name and value.
    assert render_cookie("abc", "x" * 4093, **PLAIN) == "abc=" + "x" * 4093
    # As it is sent, not as it was given: two quotes, and four characters for each byte.
    assert len(render_cookie("a", "é" * 511, **PLAIN)) == 2 + 2 + 511 * 8


DOMAINS = "a,b exämple.org a/b a@b h.org:80 a.b:80 1.2:3 [a.b] * [::1".split()
HOUR = timezone(timedelta(hours=1))
REFUSED: list[tuple[str, type[Exception], list[dict[str, Any]]]] = [
    ("a name that is a token, got ''", ValueError, [{"name": ""}]),
    ("UTF-8", ValueError, [{"value": "\ud83c"}]),
    ("at most 4096 bytes of name and value, got 4097", ValueError, [{"value": "x" * 4096}]),
    ("got 4099", ValueError, [{"value": "é" * 512}]),
    ("a name and a value that are str", TypeError, [{"name": 1}, {"name": b"a"}]),
    ("a name and a value that are str", TypeError, [{"value": each} for each in (1, b"a", None)]),
    (
        "set_cookie 'a': expected a path",
        ValueError,
        [{"path": p} for p in ("", "a", "a/", " /", "/;", "/; Domain=evil", "/é", "/\u2028")],
    ),
    (
        "set_cookie 'a': expected a domain",
        ValueError,
        [{"domain": each} for each in ("", " ", "a b", "a;b", "a; Path=/", *DOMAINS)],
    ),
    ("at most 1024 characters", ValueError, [{"path": "/" * 1025}, {"domain": "a" * 1025}]),
    ("a str as path, got int", TypeError, [{"path": 1}]),
    ("a str as domain, got bytes", TypeError, [{"domain": b"/"}]),
    ("in seconds, .* got str", TypeError, [{"max_age": "60"}]),
    ("in seconds, .* got float", TypeError, [{"max_age": 60.0}]),
    ("in seconds, .* got bool", TypeError, [{"max_age": True}]),
    (
        "expected samesite 'strict', 'lax', 'none' or None",
        ValueError,
        [{"samesite": each} for each in ("", "lax; Secure", "laxe", False)],
    ),
    # What user agents drop.
    ("secure=True together with samesite='none'", ValueError, [{"samesite": "none"}]),
    ("secure=True together with partitioned", ValueError, [{"partitioned": True}]),
    ("expires with a time zone, got datetime", ValueError, [{"expires": datetime(2026, 1, 1)}]),  # noqa: DTZ001
    (
        "set_cookie 'a': expected expires between",
        ValueError,
        [
            {"expires": datetime.min.replace(tzinfo=HOUR)},
            {"expires": datetime.max.replace(tzinfo=timezone(-timedelta(hours=1)))},
        ],
    ),
    ("a datetime, got str", TypeError, [{"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}]),
    ("a datetime, got int", TypeError, [{"expires": 0}]),
    ("a datetime, got date", TypeError, [{"expires": date(2026, 1, 1)}]),
]


@pytest.mark.parametrize(("says", "kind", "changes"), REFUSED)
def test_what_is_refused(says: str, kind: type[Exception], changes: list[dict[str, Any]]) -> None:
    for change in changes:
        arguments: dict[str, Any] = {"name": "a", "value": "1", **change}
        with pytest.raises(kind, match=says):
            render_cookie(**arguments)


# Attributes.


def test_all_attributes() -> None:
    line = render_cookie(
        "a",
        "1",
        max_age=60,
        expires=datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=timezone.utc),
        path="/p",
        domain="example.org",
        secure=True,
        httponly=True,
        samesite="none",
        partitioned=True,
    )
    assert line == (
        "a=1; Expires=Tue, 03 Feb 2026 04:05:06 GMT; Max-Age=60; Domain=example.org; Path=/p;"
        " Secure; HttpOnly; SameSite=None; Partitioned"
    )


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({}, ""),
        ({"max_age": 0}, "; Max-Age=0"),
        ({"max_age": -1}, "; Max-Age=-1"),
        ({"max_age": timedelta(days=1, seconds=1, milliseconds=900)}, "; Max-Age=86401"),
        ({"path": "/"}, "; Path=/"),
        ({"path": '/a b,c=d"e'}, '; Path=/a b,c=d"e'),
        ({"domain": ".example.org"}, "; Domain=.example.org"),
        ({"domain": "192.0.2.1"}, "; Domain=192.0.2.1"),
        ({"domain": "[2001:db8::1]"}, "; Domain=[2001:db8::1]"),
        ({"domain": "::ffff:192.0.2.1"}, "; Domain=::ffff:192.0.2.1"),
        ({"secure": True}, "; Secure"),
        ({"httponly": True}, "; HttpOnly"),
        ({"samesite": "strict"}, "; SameSite=Strict"),
        ({"samesite": "lax"}, "; SameSite=Lax"),
        ({"samesite": "Strict"}, "; SameSite=Strict"),
        ({"samesite": "NONE", "secure": True}, "; Secure; SameSite=None"),
        ({"samesite": "none", "secure": True}, "; Secure; SameSite=None"),
        ({"partitioned": True, "secure": True}, "; Secure; Partitioned"),
    ],
)
def test_an_attribute(attributes: dict[str, Any], said: str) -> None:
    assert render_cookie("a", "1", **{**PLAIN, **attributes}) == f"a=1{said}"


def test_the_longest_attribute() -> None:
    assert "; Path=/" + "a" * 1023 in render_cookie("a", "1", path="/" + "a" * 1023)
    assert "; Domain=" + "a" * 1024 in render_cookie("a", "1", domain="a" * 1024)


# What user agents drop.


@pytest.mark.parametrize("name", ["__Secure-a", "__secure-a", "__SECURE-a", "__Host-a", "__host-"])
def test_a_prefix_needs_secure(name: str) -> None:
    with pytest.raises(ValueError, match=f"'{name}': expected secure=True for a name"):
        render_cookie(name, "1")
    assert render_cookie(name, "1", secure=True) == f"{name}=1; Path=/; Secure; SameSite=Lax"


@pytest.mark.parametrize("name", ["__Host-a", "__host-a", "__HOST-a"])
@pytest.mark.parametrize("changes", [{"path": "/a"}, {"path": None}, {"domain": "example.org"}])
def test_the_prefix_of_one_host(name: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="path='/' and no domain for a name with this prefix"):
        render_cookie(name, "1", secure=True, **changes)
    assert render_cookie("__Secure-a", "1", secure=True, **changes)


@pytest.mark.parametrize("name", ["Host-a", "_Host-a", "a__Host-", "__Host", "__Secure"])
def test_what_is_no_prefix(name: str) -> None:
    assert render_cookie(name, "1", **PLAIN) == f"{name}=1"


# When it ends.


zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@given(st.datetimes(datetime(1601, 1, 2), datetime(9998, 12, 30), timezones=zones))  # noqa: DTZ001
def test_any_instant(expires: datetime) -> None:
    line = render_cookie("a", "1", expires=expires, **PLAIN)
    text = line.removeprefix("a=1; Expires=")
    assert len(text) == 29  # RFC 9110 5.6.7: IMF-fixdate is of fixed length
    assert text.endswith(" GMT")
    found = parsedate_to_datetime(text)
    assert found == expires.replace(microsecond=0)
    assert found.utcoffset() == timedelta(0)


@pytest.fixture
def german() -> Iterator[None]:
    before = locale.setlocale(locale.LC_TIME)
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"):
        try:
            locale.setlocale(locale.LC_TIME, name)
            break
        except locale.Error:
            continue
    yield
    locale.setlocale(locale.LC_TIME, before)


@pytest.mark.usefixtures("german")
def test_days_and_months_are_english() -> None:
    said = [
        render_cookie("a", "", expires=datetime(2026, month, month, tzinfo=timezone.utc), **PLAIN)
        for month in range(1, 13)
    ]
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    assert [line.split()[3] for line in said] == months
    days = "Thu Mon Tue Sat Tue Sat Tue Sat Wed Sat Wed Sat".split()
    assert [line.split("=")[2].split(",")[0] for line in said] == days
