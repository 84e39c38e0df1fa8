"""RSP-009 to 012: the clauses about cookies that handlers set."""

from __future__ import annotations

from typing import Any, Final

from unireq_conformance.clause import Rows
from unireq_conformance.clauses.responding import Answers, answered, asking, handled
from unireq_conformance.model import AbstractRequest
from unireq_conformance.response import AbstractResponse, SetCookie, told
from unireq_conformance.response_strategies import DATES, coded, cookie_values, set_cookies

_Response = AbstractResponse


def _cookies(*several: SetCookie) -> AbstractRequest:
    return asking(_Response.made("", cookies=several))


_A: Final = ("a", ("1", "1"))
NO_DEFAULTS: Final[dict[str, Any]] = {"path": None, "samesite": None}


@handled(
    "RSP-009 Cookies",
    "`set_cookie` sends a Set-Cookie field: name and value, then Expires, Max-Age, Domain, Path,"
    " Secure, HttpOnly, SameSite and Partitioned, as far as requested. Path is `/` and SameSite"
    " `Lax` unless requested otherwise. The date is an IMF-fixdate.",
    why="User agents differ in their defaults.",
    source="RFC 6265bis 4.1, RFC 9110 5.6.7",
    strategy=lambda: set_cookies().map(_cookies),
)
def _cookies_() -> Rows:
    yield _cookies(SetCookie.of(*_A))
    yield _cookies(SetCookie.of(*_A, **NO_DEFAULTS))
    for expires in DATES:
        yield _cookies(SetCookie.of(*_A, expires=expires, **NO_DEFAULTS))
    for max_age in (0, -60):
        yield _cookies(SetCookie.of(*_A, max_age=max_age, **NO_DEFAULTS))
    yield _cookies(SetCookie.of(*_A, domain="example.org", **NO_DEFAULTS))
    yield _cookies(SetCookie.of(*_A, httponly=True, **NO_DEFAULTS))
    yield _cookies(SetCookie.of(*_A, secure=True, **NO_DEFAULTS))
    yield _cookies(SetCookie.of(*_A, path="/a b,c=", samesite=None))
    yield _cookies(SetCookie.of(*_A, max_age=90, as_timedelta=True, **NO_DEFAULTS))
    none = {"secure": True, "samesite": "none", "partitioned": True}
    yield _cookies(SetCookie.of("__Host-a", ("1", "1"), **none))
    every = {"expires": DATES[4], "max_age": 1, "domain": ".example.org", "path": "/p"}
    flags = {"secure": True, "httponly": True, "samesite": "strict", "partitioned": True}
    value = ("é;%", '"\\303\\251\\073%"')
    yield _cookies(SetCookie.of("!#$%&'*+-.^_`|~09aZ", value, **every, **flags))


def _valued(value: tuple[str, str]) -> AbstractRequest:
    return _cookies(SetCookie.of("a", value, **NO_DEFAULTS))


_VALUES: Final = (
    *(("", ""), ("abc", "abc"), ("a=b=", "a=b="), ("%41%", "%41%")),
    ("!#$%&'()*+-./:<=>?@[]^_`{|}~", "!#$%&'()*+-./:<=>?@[]^_`{|}~"),
    (" ", '" "'),
    ("a b", '"a b"'),
    ("a;b", '"a\\073b"'),
    ("a,b", '"a\\054b"'),
    ('"', '"\\042"'),
    ('"a"', '"\\042a\\042"'),
    ("\\", '"\\134"'),
    ("\\073", '"\\134073"'),
    ("é€😀", '"\\303\\251\\342\\202\\254\\360\\237\\230\\200"'),
    ("v" * 3000, "v" * 3000),
)


@handled(
    "RSP-010 Cookie values",
    'A value of visible ASCII without `"`, `,`, `;` and `\\` is sent as it is. Any other value is'
    " sent in double quotes: each byte of its UTF-8 form that is neither such a character nor a"
    " space becomes `\\` and three octal digits. `Request.cookies` decodes this.",
    why="Python's frameworks do this, each slightly differently.",
    source="RFC 6265bis 4.1.1",
    strategy=lambda: cookie_values().map(_valued),
)
def _cookie_values() -> Rows:
    return map(_valued, _VALUES)


@answered(
    "RSP-011 Several cookies",
    "Each cookie is a separate Set-Cookie field, in the order in which they were set. A name that"
    " is set twice is sent twice.",
    why="The same name may be meant for two paths. A jar keyed by name keeps only one of them.",
    source="RFC 6265bis 3, RFC 9110 5.3",
)
def _several_cookies() -> Answers:
    for several in (
        [("a", ("1", "1"), "/"), ("b", ("2", "2"), "/")],
        [("b", ("1", "1"), "/a"), ("a", ("2", "2"), "/"), ("b", ("3", "3"), "/b")],
        [("a", ("1", "1"), "/")] * 2,
        [(f"c{n}", coded([("é", "\\303\\251")]), "/") for n in range(9, 0, -1)],
    ):
        cookies = [SetCookie.of(name, value, path=at, samesite=None) for name, value, at in several]
        yield _Response.made("", cookies=cookies)


@answered(
    "RSP-012 Cookies deleted",
    "`delete_cookie` sends the cookie empty, with `Max-Age=0`, a date in 1970, and the other"
    " attributes that it is given.",
    source="RFC 6265bis 3.1",
)
def _cookies_deleted() -> Answers:
    first = f"a=; Expires={DATES[0][1]}; Max-Age=0"
    line = f"{first}; Path=/; SameSite=Lax"
    yield _Response(told("deleted", {"name": "a"}), fields=(("set-cookie", line),))
    given = {"name": "a", "path": "/p", "domain": "example.org"}
    flags = {"secure": True, "samesite": "none", "partitioned": True}
    line = f"{first}; Domain=example.org; Path=/p; Secure; SameSite=None; Partitioned"
    yield _Response(told("deleted", {**given, **flags}), fields=(("set-cookie", line),))
