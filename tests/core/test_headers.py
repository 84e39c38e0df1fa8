from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import unireq
from unireq import Headers, _fields, _headers
from unireq.adapter import (
    header_from_asgi,
    header_from_h1_head,
    header_from_wsgi,
    headers_from_asgi,
    headers_from_h1_head,
    headers_from_wsgi,
)

KELVIN = "coo\N{KELVIN SIGN}ie"

HEADS = [
    (b"", {}),
    (b"GET / HTTP/1.1", {}),
    (b"X-Foo: in the start line\r\nX-Bar: 1\r\n\r\n", {"x-bar": "1"}),
    (b"GET / HTTP/1.1\r\nX-Foo: a", {"x-foo": "a"}),
    (b"GET / HTTP/1.1\r\nX-Foo\r\nX-Bar: 1\r\n", {"x-bar": "1"}),
    (b"GET / HTTP/1.1\r\nX-Foo : a\r\nX-Bar: 1\r\n", {"x-bar": "1"}),
    (b"GET / HTTP/1.1\r\nX-Foo: a\r\n b\r\n\t c\r\n", {"x-foo": "a b c"}),
    (b"GET / HTTP/1.1\r\nX-Foo:\r\n a\r\nX-Bar: 1\r\n", {"x-foo": "a", "x-bar": "1"}),
    (b"GET / HTTP/1.1\r\nX-Foo: a\r\n X-Bar: 1\r\n", {"x-foo": "a X-Bar: 1"}),
    (b"GET / HTTP/1.1\r\n X-Foo: a\r\nX-Bar: 1\r\n", {"x-bar": "1"}),
    (b"GET / HTTP/1.1\r\nX-Foo: a\r\nx-foo: b\r\nX-FOO:c\r\n", {"x-foo": "a,b,c"}),
    (b"GET / HTTP/1.1\nX-Foo: a\n\n", {}),
    (b"GET / HTTP/1.1\r\nX-Foo: a\nX-Bar: b\r\n", {"x-foo": "a X-Bar: b"}),
    (b"GET / HTTP/1.1\r\nX-Foo: a\r\r\nX-Bar: b\r\n", {"x-foo": "a", "x-bar": "b"}),
    (b"GET / HTTP/1.1\r\nCoo\xe2\x84\xaaie: a=1\r\n", {}),
]

ENVIRONS: list[tuple[dict[Any, Any], dict[str, str]]] = [
    ({"REQUEST_METHOD": "GET", "SERVER_NAME": "h", "wsgi.input": object()}, {}),
    (
        {"CONTENT_TYPE": "t/p", "CONTENT_LENGTH": "1"},
        {"content-type": "t/p", "content-length": "1"},
    ),
    ({"HTTP_CONTENT_TYPE": "evil", "HTTP_CONTENT_LENGTH": "9", "HTTPS": "on"}, {}),
    ({"CONTENT_TYPE": "a/b", "HTTP_CONTENT_TYPE": "evil"}, {"content-type": "a/b"}),
    ({"HTTP_X_FOO": "a", "HTTP_x_foo": "evil", "HTTP_X-FOO": "evil"}, {"x-foo": "a"}),
    ({"HTTP_X_FOO": 5, "HTTP_X_BAR": None, 7: "x", b"HTTP_X": "x"}, {"x-foo": "5"}),
    ({"CONTENT_LENGTH": 12, ("HTTP_X",): "x"}, {"content-length": "12"}),
    ({"CONTENT_TYPE": "", "CONTENT_LENGTH": "", "HTTP_X_FOO": " a"}, {"x-foo": "a"}),
    # wsgiref leaves the folds in.
    ({"HTTP_X_FOO": "a\r\n  b\r\n\tc"}, {"x-foo": "a b c"}),
    ({"HTTP_TRANSFER_ENCODING": None, "CONTENT_LENGTH": "1"}, {"content-length": "1"}),
]


@pytest.mark.parametrize(("head", "expected"), HEADS)
def test_heads(head: bytes, expected: dict[str, str]) -> None:
    assert headers_from_h1_head(head) == expected
    for name in {*expected, "X-Foo", "x-bar", "cookie"}:
        assert header_from_h1_head(head, name) == expected.get(name.lower())


PAIRS = [(b" a\t", "a"), (b"\xe9", "é"), (b"\r", "")]
PAIRS += [(b"a" + control + b"b", "a b") for control in (b"\0", b"\r", b"\n")]


@pytest.mark.parametrize(("value", "text"), PAIRS)
def test_pairs(value: bytes, text: str) -> None:
    one = [(b"X-Foo", value)]
    for pairs, expected in ((one, text), ([*one, (b"x-foo", b"c")], f"{text},c")):
        assert headers_from_asgi(pairs) == {"x-foo": expected}
        assert header_from_asgi(pairs, "x-foo") == expected


@pytest.mark.parametrize(("environ", "expected"), ENVIRONS)
def test_environs(environ: dict[Any, Any], expected: dict[str, str]) -> None:
    assert headers_from_wsgi(environ) == expected
    for name in {*expected, "Content-Type", "content-length", "x-foo", "x-bar"}:
        assert header_from_wsgi(environ, name) == expected.get(name.lower())


# Header fields in the abstract, and as each kind of server hands them over.
Fields = list[tuple[str, str]]

# Those whose name or presence changes how they, or others, are treated.
SPECIAL = (
    "accept content-length content-type cookie expect host trailer transfer-encoding user-agent"
    " x-foo x-forwarded-for"
).split()

FOLDS = (str.lower, str.upper, str.title, str.swapcase)

# Among them characters that no token has, and the one that environs can't tell from "-".
SENT_NAMES = st.one_of(
    st.sampled_from(SPECIAL),
    st.text("abzAZ09!#$%&'*+-.^`|~", min_size=1, max_size=6),
    st.text('ab-_(@"é/', max_size=4).filter(lambda name: name[:1] != " "),
)

NAMES = st.builds(lambda fold, name: fold(name), st.sampled_from(FOLDS), SENT_NAMES)
VALUES = st.text(
    st.one_of(
        st.sampled_from('ab,;=" \t\\\r\n\0\x7f\x80\xa0\xe9\xff'), st.characters(max_codepoint=0xFF)
    ),
    max_size=12,
)
ONE_LINE_VALUES = VALUES.filter(lambda value: "\r\n" not in value)


def as_pairs(fields: Fields) -> list[tuple[bytes, bytes]]:
    """ASGI's form."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]


def as_environ(fields: Fields) -> dict[str, str]:
    """A WSGI server's form: names with `_` dropped, repeated fields joined."""
    joined: dict[str, list[str]] = {}
    for name, value in fields:
        if "_" not in name:
            key = "HTTP_" + name.upper().replace("-", "_")
            own = key.removeprefix("HTTP_")
            key = own if own in {"CONTENT_TYPE", "CONTENT_LENGTH"} else key
            joined.setdefault(key, []).append(value.strip(" \t"))
    return {
        key: ("; " if key == "HTTP_COOKIE" else ",").join(several)
        for key, several in joined.items()
    }


def as_head(fields: Fields) -> bytes:
    """The bytes of an HTTP/1.1 head, for values without CRLF."""
    lines = ["GET / HTTP/1.1", *(f"{name}:{value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode("latin-1")


@given(st.lists(st.tuples(NAMES, ONE_LINE_VALUES), max_size=8))
def test_three_kinds_of_server_give_the_same_headers(fields: Fields) -> None:
    from_pairs = headers_from_asgi(as_pairs(fields))
    assert headers_from_wsgi(as_environ(fields)) == from_pairs
    # A carriage return before the end of a line would move the end of the line.
    if not any(value.endswith("\r") for _, value in fields):
        assert headers_from_h1_head(as_head(fields)) == from_pairs
        assert list(headers_from_h1_head(as_head(fields))) == list(from_pairs)


any_pairs = st.lists(
    st.tuples(
        st.one_of(NAMES.map(lambda name: name.encode("latin-1")), st.binary(max_size=4)),
        VALUES.map(lambda value: value.encode("latin-1")),
    ),
    max_size=8,
)
any_environ = st.dictionaries(
    st.one_of(
        st.sampled_from(["CONTENT_TYPE", "CONTENT_LENGTH", "wsgi.input", "HTTPS"]),
        NAMES.map(lambda name: "HTTP_" + name.upper().replace("-", "_")),
        NAMES.map(lambda name: "HTTP_" + name),
        st.text(max_size=4),
    ),
    st.one_of(VALUES, VALUES, st.integers(), st.none()),
    max_size=8,
)
any_head = st.lists(
    st.one_of(
        st.sampled_from(
            [b"\r\n", b":", b": ", b" ", b"\t", b"\r", b"\n", b"x", b"a,b", b"\0", b"\xff"]
        ),
        NAMES.map(lambda name: b"\r\n" + name.encode("latin-1") + b":"),
        st.binary(max_size=3),
    ),
    max_size=16,
).map(b"".join)


# What is drawn, all of its fields, and one of them.
WAYS: dict[str, tuple[st.SearchStrategy[Any], Any, Any]] = {
    "pairs": (any_pairs, headers_from_asgi, lambda some, name: header_from_asgi(iter(some), name)),
    "environ": (any_environ, headers_from_wsgi, header_from_wsgi),
    "head": (any_head, headers_from_h1_head, header_from_h1_head),
}


@pytest.mark.parametrize("way", WAYS)
@given(st.data(), st.text(max_size=4))
def test_one_field_as_in_all_of_them(way: str, data: st.DataObject, extra: str) -> None:
    drawn, all_of, one_of = WAYS[way]
    source = data.draw(drawn)
    headers = all_of(source)
    known = {*headers, *SPECIAL, "x_foo", "X-Foo ", "", KELVIN, "accept\xe9", extra}
    for name in {fold(name) for name in known for fold in FOLDS}:
        expected = dict(headers).get(name.lower()) if name.isascii() else None
        is_name = _fields.is_field_name(name.lower() if name.isascii() else "")
        refused = pytest.raises(ValueError, match=r"^get_header: expected ")
        with nullcontext() if is_name else refused:
            assert one_of(source, name) == expected, name
        assert headers.get(name, 5) == (5 if expected is None else expected)
        assert (name in headers) == (expected is not None)
        with pytest.raises(KeyError) if expected is None else nullcontext():
            assert headers[name] == expected


# What no field can be called, and what the error says.
MISSPELT: list[tuple[str, list[Any]]] = [
    ("'x-forwarded-for' for this header field, got 'X_FORWARDED_FO", ["X_FORWARDED_FOR"]),
    ("'x-forwarded-for'", ["HTTP_X_FORWARDED_FOR"]),
    ("'user-agent'", ["http_user_agent"]),
    ("'content-type'", ["content_type"]),
    ("'content-length'", ["CONTENT_LENGTH"]),
    ("'x-foo'", ["X Foo", " X-Foo\n", "X-Foo:", "X-Foo: 1"]),
    ("'x-foo'", ["X\N{EN DASH}Foo\N{ZERO WIDTH SPACE}"]),
    ("'x-foo'", ["\N{FULLWIDTH LATIN CAPITAL LETTER X}-foo"]),
    ("which isn't one; use request.client", ["REMOTE_ADDR"]),
    ("which isn't one; use request.host", [":authority"]),
    ("which isn't one; use request.scheme$", ["wsgi.url_scheme", "HTTPS", "Request_Scheme"]),
    (r"which isn't one; use request.stream\(\)$", ["wsgi.input"]),
    ("which isn't one; use request.path$", ["DOCUMENT_URI"]),
    ("request.native, where", "SERVER_SOFTWARE AUTH_TYPE PATH_TRANSLATED wsgi.multithread".split()),
    ("request.native, where", ["GATEWAY_INTERFACE", "SSL_CLIENT_VERIFY"]),
    ("the name of a header field such as 'user-agent'", ["caf\xe9", "__"]),
    ("such as 'user-agent' .*, got ''$", [""]),
    ("such as 'user-agent' .{0,150}$", ["x_" * 10_000]),
    ("a str such as 'x-foo', got bytes", [b"X-Foo", b"HTTP_X_FOO"]),
    ("a str such as 'user-agent', got int", [5]),
    ("a str such as 'user-agent', got NoneType", [None]),
]


@pytest.mark.parametrize(("said", "names"), MISSPELT)
def test_a_name_that_no_field_can_have(said: str, names: list[Any]) -> None:
    headers: Any = Headers({"x-foo": "1"})
    for name in names:
        kind = ValueError if isinstance(name, str) else TypeError
        for get in (
            lambda name: header_from_asgi([(b"x-foo", b"1")], name),
            lambda name: header_from_wsgi({"HTTP_X_FOO": "1"}, name),
            lambda name: header_from_h1_head(b"GET / HTTP/1.1\r\nX-Foo: 1", name),
            unireq.Request(headers={"x-foo": "1"}).get_header,
        ):
            for _ in range(2):
                with pytest.raises(kind, match=rf"^get_header: expected .*{said}"):
                    get(name)
        # A dict finds nothing.
        assert headers.get(name) is None
        assert name not in headers


def test_a_variable_of_a_gateway_is_no_field() -> None:
    for name, instead in (("SERVER_NAME", "host"), ("wsgi.input", r"stream\(\)")):
        with pytest.raises(KeyError, match=f"is not a header field: use request.{instead}"):
            Headers()[name]
    # Somebody may have sent one of such a name.
    assert Headers({"https": "on"})["HTTPS"] == "on"


# What single fields say.
QUOTED = 'a, "b,c"'
PARSED: list[tuple[str, str, Any]] = [
    *(("content-length", field, 5) for field in ("5", "5,5 ,\t5")),
    *(("content-length", field, None) for field in ("5,05", "\xb2", "9" * 20)),
    ("content-length", "9" * 19, 10**19 - 1),
    ("cookie", "\ta = 1 2 ;\t b c =\td\t", {"a": "1 2", "b c": "d"}),
    ("cookie", "a=1 ;b=2; c", {"a": "1", "b": "2"}),
    ("cookie", "\x0ba\x0c=1\x0b", {"\x0ba\x0c": "1\x0b"}),
    ("cookie", 'a="\\303\\251\\"";a=2', {"a": 'é"'}),
    *(("x-unknown", QUOTED, ["a", '"b,c"']), ("x-unknown", "", []), ("user-agent", "", [""])),
    *((name, QUOTED, [QUOTED]) for name in ("user-agent", "date", "authorization", "host")),
    *(("accept", "a/b;q=1, c/d", ["a/b;q=1", "c/d"]), ("x-forwarded-for", "a,b , c", [*"abc"])),
]


@pytest.mark.parametrize(("name", "field", "expected"), PARSED)
def test_what_a_field_says(name: str, field: str, expected: Any) -> None:
    request = unireq.Request(headers={name: field})
    found = {"cookie": request.cookies, "content-length": request.content_length}
    assert found.get(name, request.headers.getlist(name.upper())) == expected


# Names that anybody can invent are remembered up to a bound.


@pytest.mark.parametrize("name", ["FROM_WIRE", "FROM_TEXT", "FROM_ENVIRON"])
def test_what_is_seeded_is_what_would_be_found(name: str) -> None:
    table: dict[object, str | None] = getattr(_fields, name)
    fresh = type(table)()
    for key in list(table):
        # Two keys of an environ are exceptions to the rule; they have a test above.
        if str(key) not in {"CONTENT_TYPE", "CONTENT_LENGTH"} and "HTTP_CONTENT_" not in str(key):
            assert fresh[key] == table[key], key


FLOODS: list[tuple[str, Callable[[Fields], Any], Callable[[str], Any]]] = [
    ("FROM_WIRE", lambda fields: headers_from_asgi(as_pairs(fields)), str.encode),
    ("FROM_TEXT", lambda fields: headers_from_h1_head(as_head(fields)), str),
    (
        "FROM_ENVIRON",
        lambda fields: headers_from_wsgi(as_environ(fields)),
        lambda name: "HTTP_" + name.upper().replace("-", "_"),
    ),
]


@pytest.mark.parametrize(("table", "parse", "key"), FLOODS)
def test_invented_names_do_not_pile_up(
    monkeypatch: pytest.MonkeyPatch, table: str, parse: Any, key: Callable[[str], Any]
) -> None:
    flooded = type(getattr(_headers, table))()
    flooded.update(
        (key(name), name) for name in _fields._WELL_KNOWN if name not in _fields._OWN_KEYS
    )
    known = dict(flooded)
    monkeypatch.setattr(_headers, table, flooded)

    invented = [(f"x-invented-{number}", "1") for number in range(100_000)]
    assert len(parse(invented)) == len(invented)

    assert len(flooded) == _fields._MAX_ENTRIES == 1024
    assert len(flooded.plain) <= _fields._MAX_ENTRIES
    assert known.items() <= flooded.items()
    assert len(parse([(name, "1") for name in _fields._WELL_KNOWN[:3]] + invented[-2:])) == 5
    assert len(flooded) == _fields._MAX_ENTRIES
    # Long names are not remembered.
    fresh, x = type(flooded)(), key("x")
    longest = x + x[-1:] * (_fields._MAX_LENGTH - len(x))
    for several in (longest, longest + x[-1:]):
        assert set(fresh[several] or "") == {"x"}
    assert list(fresh) == [longest]


ENVIRON = {"HTTP_X_FOO": "1", "CONTENT_TYPE": "text/html"}
HEAD = b"GET / HTTP/1.1\r\nX-Foo: 1\r\n\r\n"


@pytest.mark.parametrize(
    ("table", "ask"),
    [
        ("TO_ENVIRON", lambda name: header_from_wsgi(ENVIRON, name)),
        ("TO_WIRE", lambda name: header_from_asgi([(b"x-foo", b"1")], name)),
        ("TO_WIRE", lambda name: header_from_h1_head(HEAD, name)),
    ],
)
def test_names_that_are_asked_for_do_not_pile_up(
    monkeypatch: pytest.MonkeyPatch, table: str, ask: Callable[[str], str | None]
) -> None:
    fresh, asked = type(getattr(_headers, table))(), type(_fields.ASKED)()
    monkeypatch.setattr(_headers, table, fresh)
    monkeypatch.setattr(_fields, table, fresh)
    monkeypatch.setattr(_fields, "ASKED", asked)

    for number in range(2 * _fields._MAX_ENTRIES):
        assert ask(f"x-invented-{number}") is None
    assert ask("x" * (_fields._MAX_LENGTH + 1)) is None
    assert ask("X-FOO") == "1"

    for known in (fresh, asked):
        assert len(known) == _fields._MAX_ENTRIES
        assert max(map(len, known)) <= _fields._MAX_LENGTH
    # Full, it goes on finding.
    assert header_from_wsgi(ENVIRON, "X-Foo") == "1"
    assert header_from_wsgi(ENVIRON, "Content-Type") == "text/html"
    with pytest.raises(ValueError, match="'x-foo'"):
        header_from_wsgi(ENVIRON, "x foo")
