"""RSP-001 to 013 and 017 to 019: results, fields, cookies and redirections, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from unireq_conformance.clause import Rows
from unireq_conformance.clauses.responding import Answers, answered, asking, handled
from unireq_conformance.model import AbstractRequest
from unireq_conformance.response import INJECTED, AbstractResponse, SetCookie, told
from unireq_conformance.response_strategies import (
    DATES,
    STATUSES,
    coded,
    cookie_values,
    field_lists,
    set_cookies,
)

if TYPE_CHECKING:
    from hypothesis import strategies as st

_Response = AbstractResponse
_JSON: Final = ("content-type", "application/json")
_HTML: Final = ("content-type", "text/html; charset=utf-8")
_TEXT: Final = ("content-type", "text/plain; charset=utf-8")

# What is returned.


@answered(
    "RSP-001 Text",
    "A `str` is sent as UTF-8 with status 200 and `text/plain; charset=utf-8`.",
    source="RFC 9110 8.3, RFC 2046 4.1.2",
)
def _text() -> Answers:
    return map(_Response.text, ("", "a", "grüße", "😀\0\r\n<", "\ufeffx", "0\r\n\r\n", "t" * 3000))


@answered(
    "RSP-002 Bytes",
    "`bytes` are sent as they are, with status 200 and `application/octet-stream`.",
    source="RFC 9110 8.3, RFC 2046 4.5.1",
)
def _bytes() -> Answers:
    for data in (b"", b"a", bytes(range(256)), b"HTTP/1.1 200 OK\r\n\r\n", b"\0" * 9):
        yield _Response.octets(data)


@answered(
    "RSP-003 JSON",
    "A `dict` or a `list` is sent as JSON with status 200 and `application/json`, in ASCII and"
    " without white space.",
    why="The bytes are then the same everywhere, and no guess at an encoding can go wrong.",
    source="RFC 8259",
)
def _json() -> Answers:
    yield _Response.value({})
    yield _Response.value([])
    yield _Response.value({"b": 1, "a": [1, 1.5, True, None, "é"]})
    yield _Response.value([[], {}, "😀\u2028</script>"])
    yield _Response.value({"é": "\0\x7f"})
    yield _Response.value([2**64, -1, 1e300])


@answered(
    "RSP-004 Nothing",
    "`None` is sent as status 204, without content and without Content-Type.",
    source="RFC 9110 15.3.5",
)
def _nothing() -> Answers:
    yield _Response.nothing()


@answered(
    "RSP-005 Status",
    "A `Response` is sent with the status that it was given, from 200 to 599, whether or not the"
    " status has a name. Content is sent with every status that allows content.",
    source="RFC 9110 15",
)
def _status() -> Answers:
    return (_Response.made("content", status=status) for status in STATUSES)


# Fields.


def _with_fields() -> st.SearchStrategy[AbstractRequest]:
    return field_lists().map(_once).map(lambda fields: asking(_Response.made("", headers=fields)))


def _once(fields: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """The last field of each name."""
    return list({name.lower(): (name, value) for name, value in fields}.values())


@handled(
    "RSP-006 Fields",
    "The header fields given to a `Response` are sent, and no others. Values are sent unchanged,"
    " except for white space around them. Names are compared in any case.",
    why="Only Date, Server, Connection, Keep-Alive and framing belong to the server.",
    source="RFC 9110 5.1, 5.5",
    strategy=_with_fields,
)
def _fields() -> Rows:
    for fields in (
        [("X-Empty", "")],
        [("X-Space", "  a \t b  ")],
        [("X-Long", "v" * 3000)],
        [("!#$%&'*+-.^_`|~09aZ", "token")],
        [("x-visible", "".join(map(chr, range(0x21, 0x7F))))],
        [("Cache-Control", "no-store"), ("ETag", '"1"'), ("Last-Modified", DATES[4][1])],
        [("Content-Encoding", "identity"), ("Content-Language", "de")],
        [("Access-Control-Allow-Origin", "*"), ("Strict-Transport-Security", "max-age=0")],
    ):
        yield asking(_Response.made("", headers=fields))


@answered(
    "RSP-007 Repeated fields",
    "A repeated field is sent repeatedly, one line each, in the order given. `add_header` adds a"
    " field after the others of its name. `set_header` replaces them all.",
    why="A dict keeps only the last value, and not every field may be joined.",
    source="RFC 9110 5.2, 5.3",
)
def _repeated_fields() -> Answers:
    yield _Response.made("", headers=[("Link", "<a>"), ("link", "<b>"), ("LINK", "<a>")])
    yield _Response.made("", headers=[("Vary", "a")], added=[("vary", "b"), ("Vary", "c, d")])
    given = [("WWW-Authenticate", 'Basic realm="a, b"'), ("X", "1")]
    added = [("www-authenticate", "Bearer"), ("x", "")]
    yield _Response.made("", headers=given, added=added, status=401)
    changes = {"headers": [["X", "1"], ["Y", "1"], ["x", "2"]], "set": [["X", "3"]]}
    yield _Response(told("changed", changes), fields=(_TEXT, ("y", "1"), ("x", "3")))
    changes = {"headers": [], "set": [["content-type", "text/css"]]}
    yield _Response(told("changed", changes), fields=(("content-type", "text/css"),))


@answered(
    "RSP-008 Content-Type",
    "Content-Type comes from `headers`, else from `media_type`, else from the result. Nothing is"
    " added to it. Without content, and if none was given, there is none.",
    why="Frameworks add a charset to text, and `text/html` to everything.",
    source="RFC 9110 8.3",
)
def _content_type() -> Answers:
    yield _Response.made()
    yield _Response.made(status=404)
    yield _Response.made("a", media_type="text/css")
    yield _Response.made("é", media_type="text/html; charset=utf-16")
    yield _Response.made(b"a", media_type="text/plain")
    yield _Response.made("a", headers=[("Content-Type", "text/csv")])
    yield _Response.made("a", headers=[("CONTENT-TYPE", "a/b")], media_type="text/html")
    yield _Response.made(headers=[("Content-Type", "application/json")])
    yield _Response.made_by("text", "é", "é".encode(), _TEXT)
    yield _Response.made_by("html", "<p>é", "<p>é".encode(), _HTML)
    yield _Response.made_by("html", "x", b"x", _HTML, status=404)
    yield _Response.made_by("json", [1, "é"], b'[1,"\\u00e9"]', _JSON)
    yield _Response.made_by("json", None, b"null", _JSON)
    kind = "application/vnd.x+json"
    field = ("content-type", kind)
    yield _Response.made_by("json", "x", b'"x"', field, status=409, media_type=kind)


# Redirections.


def redirect_to(url: str, location: str, status: int = 302) -> AbstractResponse:
    """A redirection to `url`, whose Location is `location`."""
    return _Response.made_by("redirect", url, b"", ("location", location), status=status)


@answered(
    "RSP-013 Redirect",
    "`Response.redirect` sends its status, and Location as given. What a URL cannot contain is"
    " percent-encoded as UTF-8. Nothing is made absolute, and there is no content.",
    why="Anybody can choose the authority of a request.",
    source="RFC 9110 15.4, 10.2.2",
)
def _redirect() -> Answers:
    yield _Response.made_by("redirect", "/a", b"", ("location", "/a"))
    for status in (301, 302, 303, 307, 308):
        yield redirect_to("/a", "/a", status)
    for url, location in (
        ("a/../b", "a/../b"),
        ("?q=1&r=%41+%zz", "?q=1&r=%41+%zz"),
        ("/grüße?a=b c#é", "/gr%C3%BC%C3%9Fe?a=b%20c#%C3%A9"),
        ("https://[::1]:8/~u;v=1/@:!$&'()*,=", "https://[::1]:8/~u;v=1/@:!$&'()*,="),
        ('/"<>\\^`{|}', "/%22%3C%3E%5C%5E%60%7B%7C%7D"),
        ("//other.example/😀", "//other.example/%F0%9F%98%80"),
    ):
        yield redirect_to(url, location)


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
def _cookies_that_are_set() -> Rows:
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


def refused(**changed: Any) -> AbstractResponse:
    """A response that can't be made, for what is `changed` of one that can."""
    given = json.loads(AbstractResponse.made("x").instruction)["response"]
    return failing("response", {**given, **changed})


def failing(what: str, argument: Any) -> AbstractResponse:
    """A response that can't be made of what is told."""
    return AbstractResponse.exception(told(what, argument))


def _cookie_of(**changed: Any) -> AbstractResponse:
    return refused(cookies=[{"name": "a", "value": "1", **changed}])


_ENDS: Final = ("\r\n", "\n", "\r", "\0")
EVIL: Final = (*(f"1{end}{INJECTED}: 1" for end in _ENDS), f"1\r\n\r\n{INJECTED}")
_CONTROLS: Final = ("\x0b", "\x1b", "\x7f")


@answered(
    "RSP-017 Injection",
    "Anything that would begin another field, attribute or response is refused with an exception,"
    " and none of it is sent: CR, LF, NUL and other control characters in the name or value of a"
    " field, in the media type, in a cookie's name, value, path or domain, or in the URL of a"
    " redirect; `;` in a cookie's path or domain.",
    why="Some frameworks refuse some of these, some strip them, some send them.",
    source="RFC 9110 5.5, RFC 6265bis 4.1.1",
)
def _injection() -> Answers:
    for evil in (*EVIL, *_CONTROLS):
        yield refused(headers=[["X", f"{evil}"]])
    for evil in EVIL:
        yield refused(headers=[[f"X: {evil}", "1"]])
    for evil in EVIL[:2]:
        yield refused(added=[["X", evil]])
    for evil in EVIL[:2]:
        yield refused(media_type=f"text/{evil}")
    for evil in (*EVIL, "\x1f", "\x7f", "\x85"):
        yield _cookie_of(value=evil)
    for evil in EVIL:
        yield _cookie_of(name=f"a{evil}")
    for evil in (*EVIL[:4], f"; {INJECTED}"):
        yield _cookie_of(path=f"/{evil}")
    for evil in (*EVIL[:4], f"; {INJECTED}"):
        yield _cookie_of(domain=f"a{evil}")
    for evil in (*EVIL, "\t", "\x7f"):
        yield failing("made", {"maker": "redirect", "argument": f"/{evil}", "given": {}})
    yield failing("changed", {"headers": [["X", "1"]], "set": [["X", f"2\r\n{INJECTED}: 1"]]})


@answered(
    "RSP-018 Invalid responses",
    "An invalid response is refused with an exception: a name that is not a token, a value beyond"
    " ASCII, a field that is the server's to send, a status outside 200 to 599, content with a"
    " status that has none, a cookie that user agents drop, a redirect without a redirect status, a"
    " result of another type, or a value that JSON or UTF-8 does not have.",
    why="Each framework would send something different.",
    source="RFC 9110 5.1, 5.5, 7.6.1, 15",
)
def _invalid_responses() -> Answers:
    for name in ("", "a b", "a:", "a(b)", "é", "X\t"):
        yield refused(headers=[[name, "1"]])
    for value in ("é", "\x80", "\u20ac"):
        yield refused(headers=[["X", value]])
    for name, value in (
        *(("Content-Length", "1"), ("transfer-encoding", "chunked")),
        *(("Connection", "close"), ("KEEP-ALIVE", "timeout=5"), ("Trailer", "x")),
        *(("Date", DATES[0][1]), ("Server", "x"), ("Upgrade", "h2c"), ("TE", "x")),
    ):
        yield refused(headers=[[name, value]])
    for status in (0, 99, 100, 101, 199, 600, 999, -200, True, "200", None, 200.0):
        yield refused(status=status)
    for empty in (204, 205, 304):
        yield refused(status=empty, content="x")
    for name in ("", "a b", "a=b", "é", '"a"'):
        yield _cookie_of(name=name)
    for value in ("none", "None", "other", ""):
        yield _cookie_of(samesite=value)
    for path in ("", "a", "/é"):
        yield _cookie_of(path=path)
    for domain in ("", "a b", "é.example", "a,b"):
        yield _cookie_of(domain=domain)
    for name in ("__Secure-a", "__Host-a", "__host-a"):
        yield _cookie_of(name=name)
    yield _cookie_of(name="__Host-a", secure=True, path="/p")
    yield _cookie_of(name="__Host-a", secure=True, domain="example.org")
    yield _cookie_of(partitioned=True)
    yield _cookie_of(max_age="1")
    yield _cookie_of(max_age=True)
    yield _cookie_of(value="v" * 4096)
    for status in (200, 300, 304, 400):
        given = {"status": status}
        yield failing("made", {"maker": "redirect", "argument": "/", "given": given})
    for kind in (
        *("int", "True", "tuple", "set", "float", "NaN", "Infinity", "class"),
        *("object in a list", "lone surrogate"),
    ):
        yield failing("wrong", kind)


@answered(
    "RSP-019 Exceptions",
    "An exception of a handler that is not a `RequestError` is left to the framework. By default,"
    " the client gets status 500.",
)
def _exceptions() -> Answers:
    return (failing("raise", kind) for kind in ("Exception", "ValueError"))
