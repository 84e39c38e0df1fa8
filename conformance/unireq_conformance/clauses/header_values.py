"""HDR: the clauses about the values of header fields."""

from __future__ import annotations

from hypothesis import strategies as st

from unireq_conformance.clause import Expectation, Found, clause
from unireq_conformance.clauses.drawing import absent, plain, says, with_lines
from unireq_conformance.model import AbstractRequest, Cookie, Field
from unireq_conformance.seen import Seen
from unireq_conformance.strategies import header_values, list_fields


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
