"""HDR: the clauses about header fields: which there are, and how they are looked up."""

from __future__ import annotations

from hypothesis import strategies as st

from unireq_conformance.clause import Expectation, Found, Level, clause
from unireq_conformance.clauses.drawing import (
    about_headers,
    checked_inside,
    inside,
    one_of,
    plain,
    with_lines,
)
from unireq_conformance.model import AbstractRequest, Field
from unireq_conformance.seen import Seen
from unireq_conformance.strategies import header_names

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
