"""Hypothesis strategies for the parts of HTTP messages, for anybody's HTTP code.

Each gives abstract values of `model`: bytes and what they mean, side by side. Simple requests come
first when an example shrinks: short names, no escapes, one of each.

This module imports neither unireq nor a framework.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from unireq_conformance.content_strategies import (
    bodies,
    chunkings,
    json_texts,
    multipart_forms,
    urlencoded_forms,
)
from unireq_conformance.model import AbstractRequest, Cookie, Field, Parameter, Piece, Pieces
from unireq_conformance.response_strategies import responses, set_cookies

__all__ = [
    "bodies",
    "chunkings",
    "cookie_headers",
    "header_fields",
    "header_names",
    "header_values",
    "json_texts",
    "list_fields",
    "multipart_forms",
    "queries",
    "requests",
    "responses",
    "set_cookies",
    "targets",
    "urlencoded_forms",
]

_ALPHA = "abcdefghijklmnopqrstuvwxyz"
_TOKEN = _ALPHA + _ALPHA.upper() + "0123456789" + "-" + "!#$%&'*+.^`|~"
_UNRESERVED = _ALPHA + _ALPHA.upper() + "0123456789-._~"
_PATH_LITERALS = _UNRESERVED + "!$&'()*+,;=:@"
_QUERY_LITERALS = _UNRESERVED + "!$'()*,;:@/?"
_NON_ASCII = "éßñ€한日本😀\u0301\ufeff\u202e\u00a0\u0085"
# What separates the parts of a target, and must not where it is escaped.
_SEPARATORS = "/%?#+&=;"
_ESCAPED_ASCII = [chr(c) for c in range(0x20, 0x7F)]
# None of these bytes can be part of UTF-8, so what stands beside them doesn't matter.
_NEVER_UTF8 = (0xFF, 0xFE, 0xC0, 0xF8)
# A sequence that ends too early, and the letter that ends it.
_TRUNCATED = ("%C3x", "%E2%82x", "%F0%9F%98x", "%ED%A0x")
_BROKEN = ("%zz", "%g1", "%1g", "%-", "%%zz", "%u0041")

# Fields with a meaning for servers on the way, or for those of the kit.
_USUAL_NAMES = (
    "Accept Accept-Language Authorization Cache-Control If-None-Match Origin Referer User-Agent"
    " X-Requested-With X-Request-Id X-Session-Hash"
).split()


@cache
def header_names() -> st.SearchStrategy[str]:
    """Field names: tokens in any case, without `_`, with no meaning for a server."""
    invented = st.text(_TOKEN, min_size=1, max_size=12).map("X-".__add__)
    long = st.integers(20, 60).map(lambda n: "X-" + "n" * n)
    return st.one_of(st.sampled_from(_USUAL_NAMES), invented, long)


def _octets(alphabet: bytes, *, max_size: int = 24) -> st.SearchStrategy[bytes]:
    # Text is drawn in one piece, a list of bytes one by one.
    text = st.text(alphabet.decode("latin-1"), max_size=max_size)
    return text.map(lambda drawn: drawn.encode("latin-1"))


_VISIBLE = bytes(range(0x21, 0x7F))
_OBS_TEXT = bytes(range(0x80, 0x100))


def _trimmed(value: bytes) -> bytes:
    return value.strip(b" \t")


@cache
def header_values() -> st.SearchStrategy[bytes]:
    """Field values: visible ASCII, obs-text, quoted strings, lists; empty and long ones too."""
    return st.one_of(
        _octets(_VISIBLE),
        _octets(_VISIBLE + b" \t").map(_trimmed),
        _octets(_OBS_TEXT + b"a ,").map(_trimmed),
        st.just(b""),
        st.integers(200, 2000).map(lambda n: b"v" * n),
        _lists().map(lambda members: b", ".join(m.encode("latin-1") for m in members)),
    )


def _quoted(inner: str) -> str:
    return '"' + inner.replace("\\", "\\\\").replace('"', '\\"') + '"'


@cache
def _lists() -> st.SearchStrategy[tuple[str, ...]]:
    token = st.text(_UNRESERVED, min_size=1, max_size=6)
    quoted = st.text(_UNRESERVED + ' ,;"\\', max_size=6).map(_quoted)
    member = st.one_of(token, quoted, st.tuples(token, quoted).map("=".join))
    return st.lists(member, min_size=1, max_size=4).map(tuple)


@cache
def list_fields() -> st.SearchStrategy[Field]:
    """Fields that are lists, made of known members."""
    return st.builds(
        _list_field,
        st.sampled_from(("Accept", "If-None-Match", "X-List", "Cache-Control")),
        _lists(),
        st.sampled_from((", ", ",", " , ", ",,", ",\t")),
    )


def _list_field(name: str, members: tuple[str, ...], separator: str) -> Field:
    return Field(name, separator.join(members).encode("latin-1"), members=members)


@cache
def header_fields() -> st.SearchStrategy[tuple[Field, ...]]:
    """Field lines, some names repeated, with white space around values."""
    white = st.sampled_from((b" ", b"", b"  ", b"\t", b" \t "))
    line = st.builds(
        Field,
        name=header_names(),
        value=header_values(),
        before=white,
        after=st.sampled_from((b"", b"", b" ", b"\t")),
    )
    one = st.one_of(line, list_fields())
    nothing: st.SearchStrategy[list[bytes]] = st.just([])
    again = st.one_of(nothing, st.lists(header_values(), min_size=1, max_size=3))
    return st.builds(_repeat, st.lists(one, max_size=6), again)


def _repeat(lines: list[Field], values: list[bytes]) -> tuple[Field, ...]:
    """`lines`, and the name of the first of them again, in another case, with these values."""
    names = [line.name.swapcase() for line in lines[:1]]
    return (*lines, *(Field(name, value) for name in names for value in values))


def _escaped(text: str, lower: bool) -> Piece:  # it is drawn
    octets = "".join(f"%{octet:02x}" if lower else f"%{octet:02X}" for octet in text.encode())
    return Piece(text, octets.encode("ascii"), "escape")


@cache
def _pieces(literals: str, *, plus: bool) -> st.SearchStrategy[Pieces]:
    """Pieces of a path or a query."""
    options = [
        st.text(literals, min_size=1, max_size=6).map(lambda t: Piece(t, t.encode("ascii"))),
        st.builds(_escaped, st.sampled_from(_ESCAPED_ASCII), st.booleans()),
        st.builds(_escaped, st.sampled_from(_SEPARATORS), st.booleans()),
        st.builds(_escaped, st.sampled_from(_NON_ASCII), st.booleans()),
        st.sampled_from(_NEVER_UTF8).map(lambda o: Piece("\ufffd", b"%%%02X" % o, "invalid")),
        st.sampled_from(_TRUNCATED).map(_truncated),
        st.sampled_from(_BROKEN).map(lambda t: Piece(t, t.encode("ascii"), "broken")),
    ]
    if plus:
        options.append(st.just(Piece(" ", b"+", "escape")))
    return st.lists(st.one_of(options), max_size=4).map(tuple)


def _truncated(sent: str) -> Piece:
    # The WHATWG decoder gives one U+FFFD for each maximal subpart; ED A0 has none longer than one.
    count = 2 if sent.startswith("%ED") else 1
    return Piece("\ufffd" * count + "x", sent.encode("ascii"), "invalid")


@cache
def targets() -> st.SearchStrategy[tuple[Pieces, int]]:
    """Paths: what follows the first slashes, and how many slashes there are.

    With every kind of percent-escape, dot segments, empty segments and an encoded slash.
    """
    segment = st.one_of(
        _pieces(_PATH_LITERALS, plus=False),
        st.sampled_from((".", "..", "", "a.b", "caf")).map(_as_it_is),
    )
    joined = st.lists(segment, max_size=4).map(_with_slashes)
    return st.tuples(joined, st.sampled_from((1, 1, 1, 1, 2, 3)))


def _as_it_is(text: str) -> Pieces:
    return (Piece(text, text.encode("ascii")),)


def _with_slashes(segments: list[Pieces]) -> Pieces:
    pieces: list[Piece] = []
    for index, several in enumerate(segments):
        pieces += [Piece("/", b"/")] if index else []
        pieces += several
    return tuple(piece for piece in pieces if piece.octets)


@cache
def queries() -> st.SearchStrategy[tuple[Parameter, ...] | None]:
    """Queries: pairs, blanks, repeats, empty pieces, every kind of escape; None for none at all."""
    pieces = _pieces(_QUERY_LITERALS, plus=True)
    nothing: st.SearchStrategy[Pieces] = st.just(())
    name = st.one_of(st.sampled_from("ab").map(_as_it_is), pieces, nothing)
    parameter = st.builds(Parameter, name, st.one_of(st.none(), nothing, pieces))
    return st.one_of(st.none(), st.lists(parameter, max_size=5).map(tuple))


_COOKIE_NAME = _UNRESERVED + "!#$%&'*+^`|/()@:[]"
_COOKIE_VALUE = _UNRESERVED + "!#$%&'()*+/:<=>?@[]^`{|}"


_AS_SENT = (("\ufffd", b"\xff"), ('"\\012"', b'"\\012"'), ('"open', b'"open'), ("%41", b"%41"))


def _as_utf8(text: str) -> tuple[str, bytes]:
    return text, text.encode()


def _cookies() -> st.SearchStrategy[Cookie]:
    invented = st.text(_COOKIE_NAME, min_size=1, max_size=8)
    name = st.one_of(st.sampled_from(("a", "b", "sid")), invented)
    value = st.one_of(
        st.text(_COOKIE_VALUE, max_size=8).map(_as_utf8),
        st.text("ab=" + _NON_ASCII[:7], max_size=6).map(_as_utf8),
        st.text(_COOKIE_VALUE + ' ,"\\é', max_size=6).map(_cookie_quoted),
        st.sampled_from(_AS_SENT),
    )
    return st.builds(
        _cookie,
        name,
        value,
        st.sampled_from((b" ", b"", b"  ", b"\t")),
        st.sampled_from((b"", b" ")),
    )


def _cookie(name: str, value: tuple[str, bytes], before: bytes, after: bytes) -> Cookie:
    text, sent = value
    return Cookie(name, text, before + name.encode() + b"=" + sent + after)


def _cookie_quoted(text: str) -> tuple[str, bytes]:
    """`text` as Python's frameworks quote it in a cookie."""
    sent = b""
    for octet in text.encode():
        if octet in b'"\\':
            sent += b"\\" + bytes([octet])
        elif octet > 0x7E or octet in b" ,":
            sent += b"\\%03o" % octet
        else:
            sent += bytes([octet])
    return text, b'"' + sent + b'"'


_NO_COOKIES = st.sampled_from(
    [Cookie(None, None, sent) for sent in (b"flag", b"=v", b" =v", b"", b" ")]
)


@cache
def cookie_headers() -> st.SearchStrategy[tuple[Cookie, ...]]:
    """Cookie fields: pairs, repeats, quoted values, UTF-8, pieces that are no cookies."""
    piece = st.one_of(_cookies(), _cookies(), _NO_COOKIES)
    return st.lists(piece, min_size=1, max_size=5).map(tuple)


@cache
def requests() -> st.SearchStrategy[AbstractRequest]:
    """Whole requests, which every server takes: HTTP/1.1, one Host, no body."""
    cookies = cookie_headers()
    return st.builds(
        _request,
        method=st.sampled_from(("GET", "GET", "DELETE", "OPTIONS", "POST")),
        target=targets(),
        query=queries(),
        host=st.sampled_from(("example.org", "example.org:8080", "127.0.0.1", "[::1]:80")),
        fields=header_fields(),
        cookies=st.one_of(
            st.just(()), st.tuples(cookies), st.tuples(cookies), st.tuples(cookies, cookies)
        ),
    )


def _request(target: tuple[Pieces, int], **parts: Any) -> AbstractRequest:
    path, slashes = target
    return AbstractRequest(path=path, slashes=slashes, **parts)
