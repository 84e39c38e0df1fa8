"""RSP-001 to 019: the clauses about what handlers answer."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from unireq_conformance.clause import clause
from unireq_conformance.clauses.responding import (
    CAPABILITY,
    answered,
    as_told,
    asking,
    in_async_code,
    received_head,
    without_framing,
)
from unireq_conformance.content import Content, Framing
from unireq_conformance.content_strategies import bodies, sizes
from unireq_conformance.model import AbstractRequest
from unireq_conformance.response import INJECTED, AbstractResponse, SetCookie, told
from unireq_conformance.response_strategies import (
    DATES,
    STATUSES,
    coded,
    cookie_values,
    field_lists,
    responses,
    set_cookies,
)

_Response = AbstractResponse
_EXCEPTION: Final = _Response.exception
_JSON: Final = ("content-type", "application/json")
_HTML: Final = ("content-type", "text/html; charset=utf-8")
_TEXT: Final = ("content-type", "text/plain; charset=utf-8")

# What is returned.

clause(
    "RSP-001",
    "Text",
    "`str` is sent as UTF-8 with status 200 and `text/plain; charset=utf-8`.",
    source="RFC 9110 8.3, RFC 2046 4.1.2",
    **answered(
        map(_Response.text, ("", "a", "grüße", "😀\0\r\n<", "\ufeffx", "0\r\n\r\n", "t" * 3000))
    ),
)(as_told)

clause(
    "RSP-002",
    "Octets",
    "`bytes` are sent as they are, with status 200 and `application/octet-stream`.",
    source="RFC 9110 8.3, RFC 2046 4.5.1",
    **answered(
        map(_Response.octets, (b"", b"a", bytes(range(256)), b"HTTP/1.1 200 OK\r\n\r\n", b"\0" * 9))
    ),
)(as_told)

_DOCUMENTS: Final[tuple[Any, ...]] = (
    {},
    [],
    {"b": 1, "a": [1, 1.5, True, None, "é"]},
    [[], {}, "😀\u2028</script>"],
    {"é": "\0\x7f"},
    [2**64, -1, 1e300],
)

clause(
    "RSP-003",
    "JSON",
    "A `dict` or a `list` is sent as JSON with status 200 and `application/json`: in ASCII, and"
    " without white space.",
    why="Then it is the same octets everywhere, and no guess at an encoding can go wrong.",
    source="RFC 8259",
    **answered(map(_Response.value, _DOCUMENTS)),
)(as_told)

clause(
    "RSP-004",
    "Nothing",
    "`None` is status 204, without content and without Content-Type.",
    source="RFC 9110 15.3.5",
    **answered([_Response.nothing()]),
)(as_told)

clause(
    "RSP-005",
    "Status",
    "A `Response` has the status that it was given, from 200 to 599, whether or not it has a name;"
    " content is sent with each that may have some.",
    source="RFC 9110 15",
    **answered(_Response.made("content", status=status) for status in STATUSES),
)(as_told)


# Fields.


def _with_fields() -> st.SearchStrategy[AbstractRequest]:
    return field_lists().map(_once).map(lambda fields: asking(_Response.made("", headers=fields)))


def _once(fields: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """The last field of each name."""
    return list({name.lower(): (name, value) for name, value in fields}.values())


clause(
    "RSP-006",
    "Fields",
    "The header fields that a `Response` was given are sent, and no other: values as they are but"
    " for white space around them. Names are compared in any case.",
    why="Only Date, Server, Connection, Keep-Alive and framing are the server's.",
    source="RFC 9110 5.1, 5.5",
    strategy=_with_fields,
    capability=CAPABILITY,
    always=[
        asking(_Response.made("", headers=fields))
        for fields in (
            [("X-Empty", "")],
            [("X-Space", "  a \t b  ")],
            [("X-Long", "v" * 3000)],
            [("!#$%&'*+-.^_`|~09aZ", "token")],
            [("x-visible", "".join(map(chr, range(0x21, 0x7F))))],
            [("Cache-Control", "no-store"), ("ETag", '"1"'), ("Last-Modified", DATES[4][1])],
            [("Content-Encoding", "identity"), ("Content-Language", "de")],
            [("Access-Control-Allow-Origin", "*"), ("Strict-Transport-Security", "max-age=0")],
        )
    ],
)(as_told)

clause(
    "RSP-007",
    "Repeated fields",
    "A field that is given again is sent again, each in a line of its own, in the order given."
    " `add_header` puts one behind the others, `set_header` one in the place of all.",
    why="A dict keeps the last alone; and not every field may be joined.",
    source="RFC 9110 5.2, 5.3",
    **answered(
        [
            _Response.made("", headers=[("Link", "<a>"), ("link", "<b>"), ("LINK", "<a>")]),
            _Response.made("", headers=[("Vary", "a")], added=[("vary", "b"), ("Vary", "c, d")]),
            _Response.made(
                "",
                headers=[("WWW-Authenticate", 'Basic realm="a, b"'), ("X", "1")],
                added=[("www-authenticate", "Bearer"), ("x", "")],
                status=401,
            ),
            _Response(
                told(
                    "changed",
                    {"headers": [["X", "1"], ["Y", "1"], ["x", "2"]], "set": [["X", "3"]]},
                ),
                fields=(_TEXT, ("y", "1"), ("x", "3")),
            ),
            _Response(
                told("changed", {"headers": [], "set": [["content-type", "text/css"]]}),
                fields=(("content-type", "text/css"),),
            ),
        ]
    ),
)(as_told)

clause(
    "RSP-008",
    "Content-Type",
    "Content-Type is that of `headers`, else `media_type`, else that of the result; nothing is"
    " added to it. Where there is no content, and none was given, there is none.",
    why="Frameworks add a charset to text, and `text/html` to everything.",
    source="RFC 9110 8.3",
    **answered(
        [
            _Response.made(),
            _Response.made(status=404),
            _Response.made("a", media_type="text/css"),
            _Response.made("é", media_type="text/html; charset=utf-16"),
            _Response.made(b"a", media_type="text/plain"),
            _Response.made("a", headers=[("Content-Type", "text/csv")]),
            _Response.made("a", headers=[("CONTENT-TYPE", "a/b")], media_type="text/html"),
            _Response.made(headers=[("Content-Type", "application/json")]),
            _Response.made_by("text", "é", content="é".encode(), fields=[_TEXT]),
            _Response.made_by("html", "<p>é", content="<p>é".encode(), fields=[_HTML]),
            _Response.made_by(
                *("html", "x"), content=b"x", fields=[_HTML], status=404, given={"status": 404}
            ),
            _Response.made_by("json", [1, "é"], content=b'[1,"\\u00e9"]', fields=[_JSON]),
            _Response.made_by("json", None, content=b"null", fields=[_JSON]),
            _Response.made_by(
                *("json", "x"),
                content=b'"x"',
                status=409,
                fields=[("content-type", "application/vnd.x+json")],
                given={"status": 409, "media_type": "application/vnd.x+json"},
            ),
        ]
    ),
)(as_told)


# Cookies.


def _cookies(*several: SetCookie) -> AbstractRequest:
    return asking(_Response.made("", cookies=several))


def _with_a_value() -> st.SearchStrategy[AbstractRequest]:
    return cookie_values().map(lambda value: _cookies(SetCookie.of("a", value, **_NO_DEFAULTS)))


def _with_a_cookie() -> st.SearchStrategy[AbstractRequest]:
    return set_cookies().map(_cookies)


_A: Final = ("a", ("1", "1"))
_DEFAULTS: Final = (("", None, "Path=/"), ("", None, "SameSite=Lax"))
_NO_DEFAULTS: Final[dict[str, Any]] = {"path": None, "samesite": None}

clause(
    "RSP-009",
    "Cookies",
    "`set_cookie` is a Set-Cookie field: name and value, then Expires, Max-Age, Domain, Path,"
    " Secure, HttpOnly, SameSite and Partitioned, those that were asked for. Path is `/` and"
    " SameSite `Lax` unless something else is asked for. The date is an IMF-fixdate.",
    why="User agents differ in what they take for the default.",
    source="RFC 6265bis 4.1, RFC 9110 5.6.7",
    strategy=_with_a_cookie,
    capability=CAPABILITY,
    always=[
        _cookies(SetCookie.of(*_A, _DEFAULTS)),
        _cookies(SetCookie.of(*_A, **_NO_DEFAULTS)),
        *(
            _cookies(SetCookie.of(*_A, [("expires", at, f"Expires={date}")], **_NO_DEFAULTS))
            for at, date in DATES
        ),
        *(
            _cookies(SetCookie.of(*_A, [attribute], **_NO_DEFAULTS))
            for attribute in (
                ("max_age", 0, "Max-Age=0"),
                ("max_age", -60, "Max-Age=-60"),
                ("domain", "example.org", "Domain=example.org"),
                ("httponly", True, "HttpOnly"),
                ("secure", True, "Secure"),
            )
        ),
        _cookies(SetCookie.of(*_A, [("path", "/a b,c=", "Path=/a b,c=")], samesite=None)),
        _cookies(
            SetCookie.of(
                *_A,
                [("max_age", 90, "Max-Age=90")],
                as_timedelta=True,
                **_NO_DEFAULTS,
            )
        ),
        _cookies(
            SetCookie.of(
                "__Host-a",
                ("1", "1"),
                [
                    *(("", None, "Path=/"), ("secure", True, "Secure")),
                    *(("samesite", "none", "SameSite=None"), ("partitioned", True, "Partitioned")),
                ],
            )
        ),
        _cookies(
            SetCookie.of(
                "!#$%&'*+-.^_`|~09aZ",
                ("é;%", '"\\303\\251\\073%"'),
                [
                    ("expires", DATES[4][0], f"Expires={DATES[4][1]}"),
                    ("max_age", 1, "Max-Age=1"),
                    ("domain", ".example.org", "Domain=.example.org"),
                    ("path", "/p", "Path=/p"),
                    ("secure", True, "Secure"),
                    ("httponly", True, "HttpOnly"),
                    ("samesite", "strict", "SameSite=Strict"),
                    ("partitioned", True, "Partitioned"),
                ],
            )
        ),
    ],
)(as_told)

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

clause(
    "RSP-010",
    "Cookie values",
    'A value of visible ASCII without `"`, `,`, `;` and `\\` is sent as it is. Any other is sent in'
    " double quotes, each octet of its UTF-8 that is not one of these or a space as `\\` and three"
    " octal digits: what `Request.cookies` undoes.",
    why="Python's frameworks do so, and each a little otherwise.",
    source="RFC 6265bis 4.1.1",
    strategy=_with_a_value,
    capability=CAPABILITY,
    always=[_cookies(SetCookie.of("a", value, **_NO_DEFAULTS)) for value in _VALUES],
)(as_told)

clause(
    "RSP-011",
    "Several cookies",
    "Each cookie is a Set-Cookie field of its own, in the order in which they were set; a name that"
    " is set twice is sent twice.",
    why="The same name may be meant for two paths; a jar keyed by name keeps one of them.",
    source="RFC 6265bis 3, RFC 9110 5.3",
    **answered(
        [
            _Response.made(
                "",
                cookies=[
                    SetCookie.of(name, value, [("path", path, f"Path={path}")], samesite=None)
                    for name, value, path in several
                ],
            )
            for several in (
                [("a", ("1", "1"), "/"), ("b", ("2", "2"), "/")],
                [("b", ("1", "1"), "/a"), ("a", ("2", "2"), "/"), ("b", ("3", "3"), "/b")],
                [("a", ("1", "1"), "/")] * 2,
                [(f"c{n}", coded([("é", "\\303\\251")]), "/") for n in range(9, 0, -1)],
            )
        ]
    ),
)(as_told)

clause(
    "RSP-012",
    "Cookies deleted",
    "`delete_cookie` sends the cookie empty, with `Max-Age=0` and a date in 1970, and the other"
    " attributes that it is given.",
    source="RFC 6265bis 3.1",
    **answered(
        [
            _Response(
                told("deleted", {"name": "a"}),
                fields=(
                    ("set-cookie", f"a=; Expires={DATES[0][1]}; Max-Age=0; Path=/; SameSite=Lax"),
                ),
            ),
            _Response(
                told(
                    "deleted",
                    {
                        "name": "a",
                        "path": "/p",
                        "domain": "example.org",
                        "secure": True,
                        "samesite": "none",
                        "partitioned": True,
                    },
                ),
                fields=(
                    (
                        "set-cookie",
                        (
                            f"a=; Expires={DATES[0][1]}; Max-Age=0; Domain=example.org; Path=/p;"
                            " Secure; SameSite=None; Partitioned"
                        ),
                    ),
                ),
            ),
        ]
    ),
)(as_told)

# Redirections.


def _redirect(url: str, location: str, status: int = 302) -> AbstractResponse:
    return _Response.made_by(
        "redirect", url, status=status, fields=[("location", location)], given={"status": status}
    )


clause(
    "RSP-013",
    "Redirect",
    "`Response.redirect` has the status, and Location as it was given, but for what a URL can't"
    " hold: that is percent-encoded as UTF-8. Nothing is made absolute, and there is no content.",
    why="The authority of the request may be anybody's.",
    source="RFC 9110 15.4, 10.2.2",
    **answered(
        [
            _Response.made_by("redirect", "/a", status=302, fields=[("location", "/a")]),
            *(_redirect("/a", "/a", status) for status in (301, 302, 303, 307, 308)),
            *(
                _redirect(url, location)
                for url, location in (
                    ("a/../b", "a/../b"),
                    ("?q=1&r=%41+%zz", "?q=1&r=%41+%zz"),
                    ("/grüße?a=b c#é", "/gr%C3%BC%C3%9Fe?a=b%20c#%C3%A9"),
                    ("https://[::1]:8/~u;v=1/@:!$&'()*,=", "https://[::1]:8/~u;v=1/@:!$&'()*,="),
                    ('/"<>\\^`{|}', "/%22%3C%3E%5C%5E%60%7B%7C%7D"),
                    ("//other.example/😀", "//other.example/%F0%9F%98%80"),
                )
            ),
        ]
    ),
)(as_told)


# Content that is not sent.


# One of each kind, and one that has all that a response may have.
_SAMPLES: Final = (
    _Response.text("grüße"),
    _Response.octets(b"\xff" + b"x" * 3000),
    _Response.value({"a": [1, "é"]}),
    _Response.nothing(),
    _Response.text(""),
    _Response.made(),
    _Response.made(
        "x",
        status=299,
        headers=[("X-A", "1"), ("x-b", "b  \t b"), ("X-A", ""), ("x-a", "0")],
        media_type="text/css",
        cookies=[
            SetCookie.of(
                "b",
                ("a b;é", '"a b\\073\\303\\251"'),
                [("", None, "Path=/"), ("", None, "SameSite=Lax")],
            ),
            SetCookie.of(
                "a",
                ("%", "%"),
                [
                    ("expires", DATES[4][0], f"Expires={DATES[4][1]}"),
                    ("max_age", 90, "Max-Age=90"),
                    ("domain", "example.org", "Domain=example.org"),
                    ("path", "/p", "Path=/p"),
                    ("secure", True, "Secure"),
                    ("httponly", True, "HttpOnly"),
                    ("samesite", "none", "SameSite=None"),
                    ("partitioned", True, "Partitioned"),
                ],
                as_timedelta=True,
            ),
            SetCookie.of("b", ("", ""), **_NO_DEFAULTS),
        ],
    ),
    _Response.made(status=304, headers=[("ETag", '"1"'), ("Content-Type", "text/html")]),
    _Response.made(status=205),
    _redirect("/é", "/%C3%A9", 301),
)


def _heads() -> st.SearchStrategy[AbstractRequest]:
    return responses().map(lambda response: asking(response, method="HEAD"))


clause(
    "RSP-014",
    "HEAD",
    "In answer to HEAD the same status and the same fields are sent as to GET, Content-Length of"
    " the content among them, and no content.",
    source="RFC 9110 9.3.2, 8.6",
    strategy=_heads,
    capability=CAPABILITY,
    always=[asking(each, method="HEAD") for each in _SAMPLES],
)(received_head)

clause(
    "RSP-015",
    "No content",
    "204 and 304 have no content, and neither Content-Length nor Transfer-Encoding; 304 has the"
    " other fields that it was given, Content-Type among them.",
    why="A client takes what follows for the next response; Content-Length tells of a 304 how long"
    " the content would have been that it already has.",
    source="RFC 9110 8.6, 15.3.5, 15.4.5; RFC 9112 6.1",
    **answered(
        [
            _Response.nothing(),
            _Response.made(status=204, headers=[("X", "1")]),
            _Response.made("", status=204),
            _Response.made(status=304, headers=[("ETag", '"1"'), ("Vary", "a"), ("vary", "b")]),
            _Response.made(status=304, headers=[("Content-Type", "text/css")]),
            _Response.made(b"", status=304, cookies=[SetCookie.of(*_A, _DEFAULTS)]),
        ]
    ),
)(without_framing)

clause(
    "RSP-016",
    "Reset content",
    "205 has no content, and no Content-Type.",
    source="RFC 9110 15.3.6",
    **answered([_Response.made(status=205), _Response.made("", status=205, headers=[("X", "1")])]),
)(as_told)


# What is refused.


def _refused(**changed: Any) -> AbstractResponse:
    given: dict[str, Any] = {
        "content": "x",
        "octets": False,
        "status": 200,
        "headers": [],
        "media_type": None,
    }
    return _EXCEPTION(told("response", {**given, "cookies": [], "added": [], **changed}))


def _cookie_of(**changed: Any) -> AbstractResponse:
    return _refused(cookies=[{"name": "a", "value": "1", **changed}])


_EVIL: Final = (
    *(f"1{end}{INJECTED}: 1" for end in ("\r\n", "\n", "\r", "\0")),
    f"1\r\n\r\n{INJECTED}",
)
_CONTROLS: Final = ("\x0b", "\x1b", "\x7f")

clause(
    "RSP-017",
    "Injection",
    "What would begin another field, another attribute or another response is refused by an"
    " exception: CR, LF, NUL and other control characters in the name or the value of a field, in"
    " the media type, in a cookie's name, value, path or domain, in the URL of a redirection; `;`"
    " in a path or a domain. Nothing of it is sent.",
    why="Some frameworks refuse some of it, some strip it, some send it.",
    source="RFC 9110 5.5, RFC 6265bis 4.1.1",
    **answered(
        [
            *(_refused(headers=[["X", f"{evil}"]]) for evil in (*_EVIL, *_CONTROLS)),
            *(_refused(headers=[[f"X: {evil}", "1"]]) for evil in _EVIL),
            *(_refused(added=[["X", evil]]) for evil in _EVIL[:2]),
            *(_refused(media_type=f"text/{evil}") for evil in _EVIL[:2]),
            *(_cookie_of(value=evil) for evil in (*_EVIL, "\x1f", "\x7f", "\x85")),
            *(_cookie_of(name=f"a{evil}") for evil in _EVIL),
            *(_cookie_of(path=f"/{evil}") for evil in (*_EVIL[:4], f"; {INJECTED}")),
            *(_cookie_of(domain=f"a{evil}") for evil in (*_EVIL[:4], f"; {INJECTED}")),
            *(
                _EXCEPTION(told("made", {"maker": "redirect", "argument": f"/{evil}", "given": {}}))
                for evil in (*_EVIL, "\t", "\x7f")
            ),
            _EXCEPTION(
                told("changed", {"headers": [["X", "1"]], "set": [["X", f"2\r\n{INJECTED}: 1"]]})
            ),
        ]
    ),
)(as_told)

clause(
    "RSP-018",
    "No response",
    "What is no response is refused by an exception: a name that is no token, a value beyond ASCII,"
    " a field that is the server's to send, a status that is not from 200 to 599, content with a"
    " status that has none; a cookie that user agents drop; a redirection without such a status; a"
    " result of another type; a value that JSON or UTF-8 does not have.",
    why="Each framework would send something else.",
    source="RFC 9110 5.1, 5.5, 7.6.1, 15",
    **answered(
        [
            *(_refused(headers=[[name, "1"]]) for name in ("", "a b", "a:", "a(b)", "é", "X\t")),
            *(_refused(headers=[["X", value]]) for value in ("é", "\x80", "\u20ac")),
            *(
                _refused(headers=[[name, value]])
                for name, value in (
                    *(("Content-Length", "1"), ("transfer-encoding", "chunked")),
                    *(("Connection", "close"), ("KEEP-ALIVE", "timeout=5"), ("Trailer", "x")),
                    *(("Date", DATES[0][1]), ("Server", "x"), ("Upgrade", "h2c"), ("TE", "x")),
                )
            ),
            *(_refused(status=status) for status in (0, 99, 100, 101, 199, 600, 999, -200)),
            *(_refused(status=status) for status in (True, "200", None, 200.0)),
            *(_refused(status=status, content="x") for status in (204, 205, 304)),
            *(_cookie_of(name=name) for name in ("", "a b", "a=b", "é", '"a"')),
            *(_cookie_of(samesite=value) for value in ("none", "Lax", "other", "")),
            *(_cookie_of(path=path) for path in ("", "a", "/é")),
            *(_cookie_of(domain=domain) for domain in ("", "a b", "é.example", "a,b")),
            *(_cookie_of(name=name) for name in ("__Secure-a", "__Host-a", "__host-a")),
            _cookie_of(name="__Host-a", secure=True, path="/p"),
            _cookie_of(name="__Host-a", secure=True, domain="example.org"),
            *(_cookie_of(partitioned=True), _cookie_of(max_age="1"), _cookie_of(max_age=True)),
            _cookie_of(value="v" * 4096),
            *(
                _EXCEPTION(
                    told(
                        "made", {"maker": "redirect", "argument": "/", "given": {"status": status}}
                    )
                )
                for status in (200, 300, 304, 400)
            ),
            *(
                _EXCEPTION(told("wrong", kind))
                for kind in (
                    *("int", "True", "tuple", "set", "float", "NaN", "Infinity", "class"),
                    *("object in a list", "lone surrogate"),
                )
            ),
        ]
    ),
)(as_told)

clause(
    "RSP-019",
    "Exceptions",
    "An exception of a handler that is no `RequestError` is the framework's to handle: without"
    " further ado the client receives status 500.",
    **answered(_EXCEPTION(told("raise", kind)) for kind in ("Exception", "ValueError")),
)(as_told)


# The body, and async code.


def _posted(data: bytes, framing: Framing) -> AbstractRequest:
    content = Content(data, b"text/plain", framing)
    return asking(_Response.body(data), method="POST", content=content)


def _bodies() -> st.SearchStrategy[AbstractRequest]:
    # In chunks it would be about what servers decode.
    return st.builds(_posted, bodies(), st.builds(Framing, writes=sizes()))


clause(
    "RSP-020",
    "The body",
    "A handler can read the body, also a sync one where only async code can fetch it.",
    strategy=_bodies,
    capability=CAPABILITY,
    always=[
        _posted(b"", Framing()),
        _posted(bytes(range(256)) * 100, Framing()),
        _posted(b"x" * 3000, Framing(writes=(1, 100, 1000), pause=0.005)),
    ],
)(as_told)


def _everything() -> st.SearchStrategy[AbstractRequest]:
    told_anything = st.one_of(responses().map(asking), responses().map(asking), _heads(), _bodies())
    return told_anything.map(in_async_code)


clause(
    "RSP-021",
    "Async handlers",
    "A handler that is async answers as a sync one does.",
    strategy=_everything,
    capability=CAPABILITY,
    always=[
        in_async_code(each)
        for each in (
            *map(asking, _SAMPLES),
            asking(_Response.text("grüße"), method="HEAD"),
            asking(_refused(headers=[["X", _EVIL[0]]])),
            asking(_EXCEPTION(told("raise", "Exception"))),
            asking(_EXCEPTION(told("wrong", "int"))),
            _posted(b"x" * 3000, Framing(writes=(1, 100, 1000), pause=0.005)),
        )
    ],
)(as_told)


def _whatever() -> st.SearchStrategy[AbstractRequest]:
    return responses().map(asking)


clause(
    "RSP-022",
    "All of it",
    "Whatever a handler answers, the client receives the same, whichever framework and server it is"
    " mounted on.",
    strategy=_whatever,
    capability=CAPABILITY,
    always=map(asking, _SAMPLES),
)(as_told)
