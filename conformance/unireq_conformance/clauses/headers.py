"""HDR: the clauses about header fields: which there are, how they are looked up, their values."""

from __future__ import annotations

from hypothesis import strategies as st

from unireq_conformance.clause import Expectation, Found, Level, clause
from unireq_conformance.clauses.drawing import (
    about_headers,
    absent,
    checked_inside,
    inside,
    one_of,
    plain,
    says,
    with_lines,
)
from unireq_conformance.model import AbstractRequest, Cookie, Field
from unireq_conformance.seen import Seen
from unireq_conformance.strategies import header_names, header_values, list_fields

checked_inside(
    "HDR-001 Real dict",
    "`headers` is a `dict` of `str` to `str`. It is filled before the caller gets it, and equals a"
    " plain `dict` with the same content.",
    why="Every JSON encoder, `dict(...)`, `**` and `==` then work. A lazy mapping would serialise"
    " as `{}`.",
    strategy=about_headers,
)


@clause(
    "HDR-002 Lower-case names",
    "Names are in lower case, by ASCII rules only.",
    why="Servers keep different spellings. Unicode rules would turn `Coo<U+212A>ie` into `cookie`.",
    source="RFC 9110 5.1",
    strategy=lambda: st.lists(header_names(), min_size=1, max_size=4).map(
        lambda names: plain(*((name, b"v") for name in names))
    ),
    always=(
        plain(("007", b"v"), ("A!#$%&'*+-.^`|~9", b"v"), ("X-" + "Aa" * 500, b"v")),
        plain(*((f"X-{number}", b"v") for number in range(90))),
    ),
)
def _lower_case_names(sent: AbstractRequest, seen: Seen) -> Found:
    yield Expectation("headers", sorted(sent.expected_headers), sorted(seen.headers))


checked_inside(
    "HDR-003 Look-up in any case",
    '`headers["User-Agent"]`, `headers.get("USER-AGENT")` and `"user-agent" in headers` find the'
    " same field.",
    source="RFC 9110 5.1",
    strategy=about_headers,
)


_KELVIN_SIGN = "\u212a"
"""Unicode has `k` for its lower case."""

_NOT_TOKENS = (
    *("X Foo", "X:Foo", "X(Foo)", "X@Foo", "X[Foo]", "X{Foo}", 'X"Foo"', "X/Foo", "X,Foo"),
    f"X-{_KELVIN_SIGN}",
)


@clause(
    "HDR-004 Tokens only",
    "A field whose name is not a token is absent. A server may refuse the request.",
    source="RFC 9110 5.6.2",
    may_refuse=True,
    strategy=one_of(*(plain((name, b"v"), ("X-After", b"there")) for name in _NOT_TOKENS)),
)
def _tokens_only(sent: AbstractRequest, seen: Seen) -> Found:
    names = sorted(seen.headers)
    if sent.fields[0].name != "X:Foo":
        yield Expectation("headers", ["host", "x-after"], names)
    else:
        # It is the field `X` with the value `Foo: v`.
        yield Expectation("headers.x", "Foo:v", seen.headers.get("x", "").replace(" ", ""))


@clause(
    "HDR-005 No underscore",
    "A field whose name contains `_` is absent and changes no other field. A server may refuse the"
    " request.",
    why="CGI-style servers give `X_Foo` and `X-Foo` the same key, so one could pose as the other.",
    source="RFC 3875 4.1.18",
    may_refuse=True,
    strategy=with_lines(
        (("X_Foo", b"under"), ("X-Bar", b"b")),
        (("X-Foo", b"dash"), ("X_Foo", b"under")),
        (("X_Foo", b"under"), ("X-Foo", b"dash")),
        (("X-Forwarded_For", b"6.6.6.6"), ("Remote_User", b"root"), ("X-Foo", b"dash")),
    ),
)
def _no_underscore(sent: AbstractRequest, seen: Seen) -> Found:
    expected = {n: v for n, v in sent.expected_headers.items() if "_" not in n}
    yield Expectation("headers.x-foo", expected.get("x-foo"), seen.headers.get("x-foo"))
    yield Expectation("headers.x_foo", None, seen.headers.get("x_foo"))


def _chunked(body: bytes, *more: tuple[str, bytes], before: bytes = b" ") -> AbstractRequest:
    framing = Field("Transfer-Encoding", b"chunked", before=before)
    return AbstractRequest("POST", fields=(framing, *plain(*more).fields), body=body)


@clause(
    "HDR-010 Framing is left out",
    "If Transfer-Encoding is present, `transfer-encoding`, `trailer` and `content-length` are"
    " absent.",
    why="Framing is the server's job, and servers differ in how much of it they leave visible.",
    source="RFC 9112 6.1",
    strategy=one_of(_chunked(b"0\r\n\r\n"), _chunked(b"3\r\nabc\r\n0\r\n\r\n")),
    always=(_chunked(b"0\r\n\r\n", ("Trailer", b"X-Sum"), before=b"\t"),),
)
def _framing_is_left_out(_: AbstractRequest, seen: Seen) -> Found:
    for name in ("transfer-encoding", "trailer", "content-length"):
        yield Expectation(f"headers.{name}", None, seen.headers.get(name))


@clause(
    "HDR-011 Empty means absent",
    "An empty Content-Type, Content-Length or Host is absent. Any other empty field is present"
    ' with the value `""`.',
    why="Some servers add these fields, empty, when the client did not send them.",
    strategy=with_lines(
        (("X-Empty", b""), ("Content-Type", b"")), (("Accept", b""), ("X-Empty", b""))
    ),
    always=(AbstractRequest(fields=(Field("X-Empty", b"", before=b"  \t "),)),),
)
def _empty_means_absent(sent: AbstractRequest, seen: Seen) -> Found:
    yield Expectation("headers.x-empty", "", seen.headers.get("x-empty"))
    yield Expectation("headers.content-type", None, seen.headers.get("content-type"))
    yield Expectation("headers.content-length", None, seen.headers.get("content-length"))
    if any(line.name == "Accept" for line in sent.fields):
        yield Expectation("headers.accept", "", seen.headers.get("accept"))


checked_inside(
    "HDR-016 One field at a time",
    "`get_header(name, default)` returns what `headers.get(name, default)` returns, in any case."
    " If no field can have the name (`X_FOO`, `HTTP_X_FOO`, `x foo`, `x-foo:`), it raises a"
    " `ValueError` that gives the right spelling (`x-foo`). If the name is not a `str`, it raises"
    " a `TypeError`. A look-up in `headers` finds nothing, as in any dict.",
    why="It takes a tenth of the time, and a misspelt name would otherwise never be found.",
    strategy=about_headers,
)


@clause(
    "HDR-017 Invented fields",
    "A field that the server added and the client did not send is absent, such as wsgiref's"
    " `Content-Type: text/plain`.",
    strategy=about_headers,
)
def _invented_fields(sent: AbstractRequest, seen: Seen) -> Found:
    invented = sorted(set(seen.headers) - set(sent.expected_headers))
    yield Expectation("headers", [], invented)


_posing = inside("HDR-018")


@clause(
    "HDR-018 No field poses as another",
    "`Content_Type` or `Content_Length` from a client never becomes `content-type` or"
    " `content-length`. A server may refuse the request.",
    source="PEP 3333 (`CONTENT_TYPE`, `CONTENT_LENGTH`)",
    may_refuse=True,
    strategy=with_lines(
        (("Content-Type", b"text/good"),),
        (("Content_Type", b"text/evil"),),
        (("Content-Type", b"text/good"), ("Content_Type", b"text/evil")),
        (("Content_Length", b"5"),),
        (("Content_Type", b"text/evil"), ("HTTP_CONTENT_TYPE", b"text/evil")),
        (("HTTP-Content-Type", b"text/evil"), ("Http-Content-Length", b"5")),
    ),
)
def _no_field_poses(sent: AbstractRequest, seen: Seen) -> Found:
    expected = sent.expected_headers
    for name in ("content-type", "content-length"):
        yield Expectation(f"headers.{name}", expected.get(name), seen.headers.get(name))
    yield from _posing(sent, seen)


@clause(
    "HDR-019 Trailers",
    "Trailer fields are not header fields. A server may refuse the request.",
    source="RFC 9110 6.5.1",
    level=Level.SHOULD,
    may_refuse=True,
    strategy=one_of(_chunked(b"1\r\na\r\n0\r\nX-Trailer: t\r\n\r\n", ("X-Head", b"h"))),
)
def _trailers(_: AbstractRequest, seen: Seen) -> Found:
    yield Expectation("headers.x-head", "h", seen.headers.get("x-head"))
    yield Expectation("headers.x-trailer", None, seen.headers.get("x-trailer"))


def _values() -> st.SearchStrategy[AbstractRequest]:
    return header_values().map(lambda value: plain(("X-Value", value)))


clause(
    "HDR-006 ISO-8859-1 values",
    "A value is its bytes decoded as ISO-8859-1. Nothing else is decoded.",
    why="This is lossless, and the only reading that WSGI allows.",
    source="RFC 9110 5.5, PEP 3333",
    strategy=_values,
    always=tuple(
        plain(("X-Value", value))
        for value in (
            b"caf\xc3\xa9",
            b"caf\xe9",
            # Apart from 0x85, which some servers take for the end of a line.
            bytes(octet for octet in range(0x80, 0x100) if octet != 0x85),
            b"caf%C3%A9 =?utf-8?q?caf=C3=A9?= \\u00e9 a+b UTF-8''caf%c3%a9",
            b": a: b:c;",
            b"v" * 7000,
        )
    ),
)(says("headers.x-value", lambda sent: sent.fields[0].text))


clause(
    "HDR-007 SP and TAB stripped",
    "A value has no SP or TAB at either end. Other white space stays.",
    source="RFC 9110 5.5",
    strategy=lambda: st.builds(
        Field,
        st.just("X-Value"),
        st.sampled_from((b"v", b"a b", b"\xa0", b"\x85", b"\xa0v\x85", b"")),
        before=st.sampled_from((b"", b" ", b"\t", b" \t ")),
        after=st.sampled_from((b" ", b"\t", b"  \t", b"")),
    ).map(lambda line: AbstractRequest(fields=(line,))),
)(says("headers.x-value", lambda sent: sent.fields[0].text))


def _repeated() -> st.SearchStrategy[AbstractRequest]:
    return st.lists(header_values().filter(lambda v: len(v) < 100), min_size=2, max_size=4).map(
        lambda values: plain(*(("X-Again", value) for value in values))
    )


clause(
    "HDR-008 Repeated fields",
    "The values of a repeated field are joined with `,` and nothing else, in the order received.",
    why="CGI-style servers join them before an application sees the field, so all servers can give"
    " only this form.",
    source="RFC 9110 5.3",
    strategy=_repeated,
    always=(
        plain(("X-Again", b"\xc3"), ("X-Between", b"v"), ("x-again", b"\xa9")),
        plain(("X-Again", b"a , b"), ("X-AGAIN", b""), ("X-Other", b"v"), ("x-aGain", b"c,")),
    ),
)(says("headers.x-again", lambda sent: sent.expected_headers["x-again"]))


_A, _B = Cookie("a", "1", b"a=1"), Cookie("b", "2", b"b=2")
_NOTHING = Cookie(None, None, b"")

clause(
    "HDR-009 Repeated Cookie fields",
    "The values of a repeated Cookie field are joined with `; `.",
    source="RFC 9113 8.2.3",
    strategy=lambda: st.lists(st.sampled_from(((_A,), (_B,))), min_size=2, max_size=3).map(
        lambda cookies: AbstractRequest(cookies=tuple(cookies))
    ),
    always=(
        AbstractRequest(
            cookies=(
                (_A, Cookie("b", "2", b" b=2")),
                (Cookie("a", "2", b"a=2"), _NOTHING),
                (Cookie("a", "3", b"a=3"),),
            )
        ),
        AbstractRequest(cookies=((_A,), (_NOTHING,))),
    ),
)(says("headers.cookie", lambda sent: sent.expected_headers["cookie"]))


@clause(
    "HDR-012 No CR, LF or NUL",
    "Each CR, LF and NUL in a value becomes SP. A server may refuse the request.",
    why="Some servers let them through, and they split logs and responses.",
    source="RFC 9110 5.5",
    may_refuse=True,
    strategy=with_lines((("X-Value", b"a\0b"),), (("X-Value", b"a\rb"),), (("X-Value", b"a\nb"),)),
)
def _no_line_breaks(sent: AbstractRequest, seen: Seen) -> Found:
    observed = seen.headers.get("x-value")
    ended = sent.fields[0].value == b"a\nb" and observed == "a"
    yield Expectation("headers.x-value", "a" if ended else "a b", observed)


@clause(
    "HDR-013 Folded lines",
    "If a server passes on a folded value, the value is unfolded: the CRLF and the white space"
    " after it do not remain. A server may refuse the request instead.",
    source="RFC 9112 5.2",
    may_refuse=True,
    strategy=with_lines((("X-Folded", b"a\r\n b"),), (("X-Folded", b"a\r\n\tb"),)),
)
def _folded_lines(_: AbstractRequest, seen: Seen) -> Found:
    observed = seen.headers.get("x-folded", "")
    yield Expectation("headers.x-folded", ["a", "b"], observed.split())
    yield Expectation("headers.x-folded", False, "\r" in observed or "\n" in observed)


def _lists() -> st.SearchStrategy[AbstractRequest]:
    return st.lists(list_fields(), min_size=1, max_size=2).map(
        lambda lines: AbstractRequest(fields=tuple(lines))
    )


def _listed(value: bytes, *members: str) -> AbstractRequest:
    return AbstractRequest(fields=(Field("X-List", value, members=members),))


@clause(
    "HDR-014 List members",
    "`headers.getlist(name)` returns the members of a list: split at commas outside quoted"
    " strings, stripped, without empty members. It returns `[]` if the field is absent. A quote"
    " that is never closed does not begin a quoted string.",
    why="The result does not depend on the separator that a server uses.",
    source="RFC 9110 5.6.1, 5.6.4",
    strategy=_lists,
    always=(
        _listed(b'a="x, y" , b', 'a="x, y"', "b"),
        _listed(b",a,, b,", "a", "b"),
        _listed(b'a, "b, c', "a", '"b', "c"),
    ),
)
def _list_members(sent: AbstractRequest, seen: Seen) -> Found:
    for name, lines in sent.lines_named():
        expected = [member for line in lines for member in line.members or ()]
        observed = dict(seen.derived["headers_all"]).get(name)
        yield Expectation(f"headers_all.{name}", expected, observed)
    yield absent("headers", seen)


_SINGLE = (
    ("Date", b"Sun, 06 Nov 1994 08:49:37 GMT"),
    ("If-Modified-Since", b"Sun, 06 Nov 1994 08:49:37 GMT"),
    ("User-Agent", b"Mozilla/5.0 (X11; U, Linux), like Gecko"),
    ("Authorization", b'Digest username="a", realm="b"'),
    ("Referer", b"http://h/a,b"),
    ("Range", b"bytes=0-1,3-4"),
    ("Cookie", b"a=1,2"),
)

_SINGLE_NAMES = ", ".join(
    f"`{name}`"
    for name in (
        "Accept-Datetime Access-Control-Request-Method Age Authorization Content-Disposition"
        " Content-Length Content-Location Content-Range Content-Type Cookie Date Destination DNT"
        " Early-Data ETag Expires From Host HTTP2-Settings If If-Modified-Since If-Range"
        " If-Schedule-Tag-Match If-Unmodified-Since Last-Event-ID Last-Modified Location Lock-Token"
        " Max-Forwards MIME-Version Origin Proxy-Authorization Range Referer Retry-After"
        " Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site Sec-Fetch-User Sec-GPC Sec-Purpose"
        " Sec-WebSocket-Accept Sec-WebSocket-Key Server Set-Cookie Sunset Traceparent"
        " Upgrade-Insecure-Requests User-Agent"
    ).split()
)


@clause(
    "HDR-015 Single-valued fields",
    "`getlist` never splits a field that has a single value by definition: "
    + _SINGLE_NAMES
    + ". It splits every field that is not in this list.",
    why="Dates, comments and credentials contain commas.",
    source="RFC 9110 5.5 and the specification of each field",
    strategy=with_lines(*((line, ("X-Other", b"a, b")) for line in _SINGLE)),
)
def _single_valued_fields(sent: AbstractRequest, seen: Seen) -> Found:
    name = sent.fields[0].name.lower()
    members = dict(seen.derived["headers_all"])
    yield Expectation(f"headers_all.{name}", [sent.fields[0].text], members.get(name))
    yield Expectation("headers_all.x-other", ["a", "b"], members.get("x-other"))
