"""Hypothesis strategies for the responses of handlers, for anybody's HTTP code.

Each gives what a handler is told and what the client must receive, side by side, made piece by
piece. Simple responses come first when an example shrinks. This module imports neither unireq nor a
framework.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from unireq_conformance.response import AbstractResponse, SetCookie

_ALPHA: Final = "abcdefghijklmnopqrstuvwxyz"
_TOKEN: Final = _ALPHA + _ALPHA.upper() + "0123456789-" + "!#$%&'*+.^_`|~"

# Fields of responses that no server and no middleware takes for its own.
_USUAL_NAMES: Final = (
    "Vary Link ETag Cache-Control Content-Language WWW-Authenticate Retry-After Allow X-One".split()
)

STATUSES: Final = (
    *(200, 201, 202, 203, 207, 226, 299, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404),
    *(405, 406, 409, 410, 412, 415, 418, 421, 422, 428, 429, 431, 451, 499, 500, 501, 502, 503),
    *(505, 511, 599),
)
"""Statuses that may have content, some of which have no name."""

_NAMELESS: Final = (299, 499, 599)

DATES: Final = (
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
    (5270399, "Mon, 02 Mar 1970 23:59:59 GMT"),
    (8640000, "Sat, 11 Apr 1970 00:00:00 GMT"),
    (951782400, "Tue, 29 Feb 2000 00:00:00 GMT"),
    (1000000000, "Sun, 09 Sep 2001 01:46:40 GMT"),
    (1338508799, "Thu, 31 May 2012 23:59:59 GMT"),
    (1408060800, "Fri, 15 Aug 2014 00:00:00 GMT"),
    (1435708800, "Wed, 01 Jul 2015 00:00:00 GMT"),
    (1656633599, "Thu, 30 Jun 2022 23:59:59 GMT"),
    (1729987200, "Sun, 27 Oct 2024 00:00:00 GMT"),
    (1793491199, "Sat, 31 Oct 2026 23:59:59 GMT"),
    (1794355199, "Tue, 10 Nov 2026 23:59:59 GMT"),
    (4102444799, "Thu, 31 Dec 2099 23:59:59 GMT"),
)
"""Seconds since 1970 and the date as it is sent, in every month and on every day of the week."""


# Header fields.


@cache
def _names() -> st.SearchStrategy[str]:
    invented = st.text(_TOKEN, min_size=1, max_size=12).map("X-A".__add__)
    return st.one_of(st.sampled_from(_USUAL_NAMES), invented)


@cache
def _values() -> st.SearchStrategy[str]:
    visible = "".join(map(chr, range(0x20, 0x7F))) + "\t"
    return st.one_of(
        st.text(_ALPHA, max_size=8),
        st.text(visible, max_size=24),
        st.sampled_from(("", " ", "a, b", '"a, b", c', " a\t", 'W/"x"', "a=b; c=d")),
        st.integers(100, 1500).map(lambda n: "v" * n),
    )


@cache
def field_lists() -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    """Header fields of a response, names in any case, some of them again and again."""
    one = st.tuples(_names(), _values())
    again = st.lists(_values(), max_size=3)
    return st.builds(_repeat, st.lists(one, max_size=4), again)


def _repeat(fields: list[tuple[str, str]], values: list[str]) -> tuple[tuple[str, str], ...]:
    names = [name.swapcase() for name, _ in fields[:1]]
    return (*fields, *((name, value) for name in names for value in values))


# Cookies.

# Each character of a value, and how it is sent where the value is quoted; those that a bare value
# can hold are sent as they are.
_BARE: Final = "abcXYZ0189!#$%&'()*+-./:<=>?@[]^_`{|}~"
_QUOTED: Final = (
    (" ", " "),
    (";", "\\073"),
    (",", "\\054"),
    ('"', "\\042"),
    ("\\", "\\134"),
    ("é", "\\303\\251"),
    ("€", "\\342\\202\\254"),
    ("😀", "\\360\\237\\230\\200"),
)


def coded(pieces: list[tuple[str, str]]) -> tuple[str, str]:
    """A value, and how it is sent, of pieces that are each known as both."""
    text = "".join(meant for meant, _ in pieces)
    sent = "".join(how for _, how in pieces)
    bare = all(meant in _BARE for meant, _ in pieces)
    return text, sent if bare else f'"{sent}"'


@cache
def cookie_values() -> st.SearchStrategy[tuple[str, str]]:
    """Values of cookies, each with how it is sent: bare, or quoted."""
    bare = st.sampled_from(_BARE).map(lambda c: (c, c))
    piece = st.one_of(bare, st.sampled_from(_QUOTED))
    return st.one_of(st.lists(bare, max_size=8).map(coded), st.lists(piece, max_size=8).map(coded))


_MAX_AGES: Final = (0, 1, 60, -1, 31536000)
_DOMAINS: Final = ("example.org", ".example.org", "localhost", "a-b.example")
_PATHS: Final = ("/", "/a", "/a b", "/a=b,c/", '/"')
_SAME_SITES: Final = ("lax", "strict", "Strict", "LAX")


def _set_cookie(name: str, value: tuple[str, str], given: dict[str, Any]) -> SetCookie:
    as_timedelta = given.pop("as_timedelta") and given["max_age"] is not None
    given["samesite"] = given["samesite"] or ("none" if given["secure"] else None)
    given["partitioned"] = given["secure"] and given["partitioned"]
    # None of these two is the default.
    none = {each: None for each in ("path", "samesite") if given[each] is None}
    there = {key: what for key, what in given.items() if what is not None and what is not False}
    more = {"as_timedelta": True} if as_timedelta else {}
    return SetCookie.of(name, value, **there, **none, **more)


@cache
def set_cookies() -> st.SearchStrategy[SetCookie]:
    """Cookies that are set, with every attribute, and values of every kind."""
    invented = st.text(_TOKEN, min_size=1, max_size=8)
    given: dict[str, st.SearchStrategy[Any]] = {
        "expires": st.one_of(st.none(), st.sampled_from(DATES)),
        "max_age": st.one_of(st.none(), st.sampled_from(_MAX_AGES)),
        "as_timedelta": st.booleans(),
        "domain": st.one_of(st.none(), st.sampled_from(_DOMAINS)),
        "path": st.one_of(st.none(), st.sampled_from(_PATHS)),
        "secure": st.booleans(),
        "httponly": st.booleans(),
        "samesite": st.one_of(st.none(), st.sampled_from(_SAME_SITES)),
        "partitioned": st.booleans(),
    }
    name = st.one_of(st.sampled_from(("a", "b", "sid")), invented)

    def made(name: str, value: tuple[str, str], *drawn: Any) -> SetCookie:
        return _set_cookie(name, value, dict(zip(given, drawn, strict=True)))

    return st.builds(made, name, cookie_values(), *given.values())


# Content.


@cache
def _texts() -> st.SearchStrategy[str]:
    return st.one_of(
        st.text(_ALPHA, max_size=8),
        st.text('<&">é€日😀\0\r\n \ufeff\u202e', min_size=1, max_size=8),
        st.integers(1000, 2500).map(lambda n: "t" * n),
    )


@cache
def _data() -> st.SearchStrategy[bytes]:
    return st.one_of(
        st.binary(max_size=16),
        st.sampled_from((b"0\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"\xff\xfe\0", b"\xef\xbb\xbf")),
    )


@cache
def _json() -> st.SearchStrategy[Any]:
    scalars = st.sampled_from((None, True, False, 0, -7, 2**53 + 1, 1.5, "", "a", "é😀", '"\\\n'))
    names = st.sampled_from(("a", "b", "é", ""))
    inner: st.SearchStrategy[Any] = st.recursive(
        scalars,
        lambda some: st.one_of(
            st.lists(some, max_size=3), st.dictionaries(names, some, max_size=3)
        ),
        max_leaves=5,
    )
    return st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3))


_MEDIA_TYPES = ("text/html", "text/css; charset=utf-8", "application/x-any+json", "image/png")


@cache
def _made() -> st.SearchStrategy[AbstractResponse]:
    content = st.one_of(st.none(), _texts(), _data())
    return st.builds(
        AbstractResponse.made,
        content,
        status=st.one_of(st.just(200), st.sampled_from(STATUSES), st.sampled_from(_NAMELESS)),
        headers=field_lists(),
        media_type=st.sampled_from((None, *_MEDIA_TYPES)),
        cookies=st.lists(set_cookies(), max_size=3),
        added=field_lists().map(lambda fields: fields[:2]),
    )


@cache
def _without_content() -> st.SearchStrategy[AbstractResponse]:
    return st.builds(
        AbstractResponse.made,
        status=st.sampled_from((204, 205, 304)),
        headers=field_lists(),
        cookies=st.lists(set_cookies(), max_size=2),
    )


@cache
def responses() -> st.SearchStrategy[AbstractResponse]:
    """Responses of every kind: text, bytes, JSON, nothing, and a `Response` with all it may have.

    With any status, repeated fields, and cookies with every attribute.
    """
    return st.one_of(
        _texts().map(AbstractResponse.text),
        _data().map(AbstractResponse.octets),
        _json().map(AbstractResponse.value),
        _made(),
        _made(),
        _without_content(),
        st.just(AbstractResponse.nothing()),
    ).filter(_can_be_told)


def _can_be_told(response: AbstractResponse) -> bool:
    # Servers refuse fields of eight thousand bytes.
    return len(response.instruction) < 6000
