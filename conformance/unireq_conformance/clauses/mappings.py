"""CKE and QRY: the clauses about cookies and the query."""

from __future__ import annotations

from hypothesis import strategies as st

from unireq_conformance.clause import Expectation, Found, clause
from unireq_conformance.clauses.drawing import (
    about_cookies,
    about_query,
    absent,
    checked_inside,
    literal,
    one_cookie_field,
    one_of,
    one_parameter,
    says,
)
from unireq_conformance.model import AbstractRequest, Parameter, Piece
from unireq_conformance.seen import Seen


def _compare(sent: AbstractRequest, seen: Seen) -> Found:
    expected = sent.expected_cookies
    observed = dict(seen.derived["cookies_all"])
    for name in [*expected, *sorted(set(observed) - set(expected))]:
        yield Expectation(f"cookies.{name}", expected.get(name), observed.get(name))


def _all_values(sent: AbstractRequest, seen: Seen) -> Found:
    yield from _compare(sent, seen)
    yield absent("cookies", seen)


checked_inside(
    "CKE-001 Real dict",
    "`cookies` is a `dict` of `str` to `str`, filled before the caller gets it.",
    strategy=about_cookies,
)

clause(
    "CKE-002 Pairs",
    "The value of the Cookie field is split at each `;`, and each piece at its first `=`. SP and"
    " TAB around names and values are removed. Other white space stays.",
    source="RFC 6265bis 5.6",
    strategy=about_cookies,
    always=(
        one_cookie_field(("a", "1,2", b"a=1,2"), ("b", "c=3", b" b=c=3")),
        one_cookie_field(("a", "v\u00a0", b"a=v\xc2\xa0"), ("b", "1", b"\t b=1")),
        one_cookie_field((None, None, b"flag"), ("a", "x y", b' a="x\\040y"')),
        one_cookie_field(("a", '"1', b'a="1'), ("b", '2"', b' b=2"')),
        one_cookie_field(("a", '"\\012"', b'a="\\012"'), ("a", "é", b' a="\\303\\251"')),
        one_cookie_field(
            ("a", "1", b" a = 1 "), ("b", "x\ty", b"\tb\t=\tx\ty\t"), ("c", "=", b"c==")
        ),
        one_cookie_field(
            ("a", '{"b": [1, 2]}', b'a={"b": [1, 2]}'), ("b", "x" * 4000, b"b=" + b"x" * 4000)
        ),
    ),
)(_compare)

clause(
    "CKE-003 No cookie without a name",
    "A piece without `=`, or with nothing before the `=`, is not a cookie.",
    why='Frameworks turn `a` into `{"": "a"}`, `{"a": ""}` or nothing. A cookie that nobody can'
    " set should not be read.",
    strategy=one_of(
        one_cookie_field((None, None, b"flag"), ("a", "1", b" a=1")),
        one_cookie_field((None, None, b"=v"), ("a", "1", b" a=1")),
        one_cookie_field(("a", "1", b"a=1"), (None, None, b" "), (None, None, b"")),
        one_cookie_field((None, None, b"flag")),
    ),
    always=(
        one_cookie_field((None, None, b"")),
        one_cookie_field((None, None, b"="), (None, None, b" = w"), ("a", "", b" a=")),
    ),
)(_compare)


@clause(
    "CKE-004 First value",
    "For a repeated name, `cookies` has the first value.",
    why="User agents send the cookie with the most specific path first.",
    source="RFC 6265bis 5.8.3",
    strategy=lambda: st.lists(st.sampled_from("123"), min_size=2, max_size=4).map(
        lambda values: one_cookie_field(*(("a", v, f" a={v}".encode()) for v in values))
    ),
)
def _first_value(sent: AbstractRequest, seen: Seen) -> Found:
    expected = {name: values[0] for name, values in sent.expected_cookies.items()}
    yield Expectation("cookies", expected, seen.derived["cookies"])


clause(
    "CKE-005 All values",
    "`cookies.getlist(name)` returns every value in the order sent, or `[]` if there is none.",
    strategy=lambda: st.lists(st.sampled_from("123"), min_size=1, max_size=4).map(
        lambda values: one_cookie_field(*(("a", v, f" a={v}".encode()) for v in values))
    ),
)(_all_values)

clause(
    "CKE-006 Quoted values",
    "If a value begins and ends with a double quote, both quotes are removed, and `\\ooo` (octal)"
    " and `\\x` inside are replaced by what they stand for.",
    why="Python frameworks quote values this way when they set a cookie.",
    strategy=one_of(
        one_cookie_field(("a", "x y", b'a="x y"')),
        one_cookie_field(("a", "é", b'a="\\303\\251"')),
        one_cookie_field(("a", 'q"\\', b'a="q\\"\\\\"')),
        one_cookie_field(("a", "", b'a=""')),
        one_cookie_field(("a", '"', b'a="')),
        one_cookie_field(("a", "x;", b'a="x\\073"')),
    ),
    always=(
        one_cookie_field(("a", "477", b'a="\\477"'), ("b", "08", b'b="\\08"')),
        one_cookie_field(("a", "\ufffd", b'a="\\377"'), ("b", "a", b'b="\\a"')),
        one_cookie_field(("a", "\\303", b"a=\\303"), ("b", 'x"y"z', b'b=x"y"z')),
    ),
)(_compare)

clause(
    "CKE-007 No control characters by quoting",
    "If unquoting would give a control character (Unicode Cc), the value stays as sent, including"
    " the quotes.",
    why="A cookie must not smuggle a line break past a server that checks for it.",
    strategy=one_of(
        *(
            one_cookie_field(("a", f'"{inner}"', f'a="{inner}"'.encode()))
            for inner in ("\\015\\012", "\\000", "a\\011", "\\177", "\\302\\205", "ok\\033[0m")
        )
    ),
    always=(one_cookie_field(("a", '"x\ty"', b'a="x\ty"')),),
)(_compare)

clause(
    "CKE-008 UTF-8",
    "Names and values are decoded as UTF-8. Invalid bytes become U+FFFD. Nothing is"
    " percent-decoded.",
    strategy=one_of(
        one_cookie_field(("a", "é", "a=é".encode())),
        one_cookie_field(("é", "1", "é=1".encode())),
        one_cookie_field(("a", "\ufffd", b"a=\xff")),
        one_cookie_field(("a", "\ufffdx", b"a=\xe2\x82x")),
        one_cookie_field(("a", "%C3%A9+", b"a=%C3%A9+")),
    ),
)(_compare)

clause(
    "CKE-009 Any name",
    "A name may contain any character except `;` and `=`. Prefixes such as `__Host-` are part of"
    " the name.",
    why="If a framework drops the prefix, `a` can forge `__Host-a`.",
    source="RFC 6265bis 4.1.3",
    strategy=one_of(
        one_cookie_field(("__Host-a", "1", b"__Host-a=1"), ("a", "3", b" a=3")),
        one_cookie_field(("a", "3", b"a=3"), ("__Secure-a", "1", b" __Secure-a=1")),
        one_cookie_field(("a/b", "1", b"a/b=1"), ("(c)", "2", b" (c)=2")),
        one_cookie_field(("d@e:[f]", "1", b"d@e:[f]=1")),
        one_cookie_field(("b c", "d", b"b c=d"), ("a", "1 2", b" a=1 2")),
    ),
    always=(
        one_cookie_field(("a", "1", b"a=1"), ("A", "2", b" A=2"), ("%61", "3", b" %61=3")),
        one_cookie_field(('"a"', "1", b'"a"=1'), ("{}?<>,", "2", b" {}?<>,=2")),
        one_cookie_field(
            *(("$Path", "/", b"$Path=/"), ("Path", "/x", b" Path=/x")),
            *(("HttpOnly", "", b" HttpOnly="), ("expires", "1", b" expires=1")),
        ),
    ),
)(_compare)

clause(
    "CKE-010 Quotes do not protect",
    "A `;` inside double quotes is a separator.",
    source="RFC 6265bis 5.6",
    strategy=one_of(
        one_cookie_field(("a", '"x', b'a="x'), (None, None, b'y"')),
        one_cookie_field(("a", '"x', b'a="x'), ("b", 'y"', b'b=y"')),
    ),
)(_compare)


def _pairs(sent: AbstractRequest, seen: Seen) -> Found:
    expected = [list(pair) for pair in sent.expected_pairs]
    yield Expectation("query_params", expected, seen.derived["query_all"])


def _all_parameters(sent: AbstractRequest, seen: Seen) -> Found:
    yield from _pairs(sent, seen)
    expected: dict[str, list[str]] = {}
    for name, value in sent.expected_pairs:
        expected.setdefault(name, []).append(value)
    yield Expectation("query_params.getlist", expected, seen.derived["query_lists"])
    yield absent("query_params", seen)


def _asked(*parameters: Parameter) -> AbstractRequest:
    return AbstractRequest(query=parameters)


def _piece(text: str, sent: bytes) -> AbstractRequest:
    return _asked(Parameter(literal("a"), (Piece(text, sent, "escape"),)))


checked_inside(
    "QRY-001 Real dict",
    "`query_params` is a `dict` of `str` to `str`, filled before the caller gets it.",
    strategy=about_query,
)


clause(
    "QRY-002 As sent",
    '`query_string` is the bytes after the first `?` of the target, decoded as ISO-8859-1, or `""`'
    " if there are none. `/q` and `/q?` give the same.",
    why="WSGI cannot tell `/q` from `/q?`.",
    strategy=about_query,
    always=(
        _asked(),
        _asked(*one_parameter("?a", "/x//../z?b=http://h/")),
        _asked(*one_parameter("a", "x" * 4000)),
    ),
)(says("query_string", lambda sent: sent.expected_query_string))


clause(
    "QRY-003 Pieces",
    "Only `&` separates pieces. Empty pieces are ignored. A name ends at the first `=`. A piece"
    ' without `=` is a name with the value `""`.',
    source="WHATWG URL, application/x-www-form-urlencoded parsing",
    strategy=one_of(
        _asked(Parameter((), None), *one_parameter("a", "1"), Parameter((), None)),
        _asked(Parameter(literal("a"), None), *one_parameter("b", "")),
        _asked(Parameter((), literal("v")), *one_parameter("a", "b=c")),
        _asked(*one_parameter("a", "1;b=2")),
        _asked(Parameter((), ())),
    ),
    always=(
        _asked(*one_parameter("a[]", "1"), *one_parameter("a[b][c]", "=")),
        _asked(*(Parameter((), None),) * 4),
    ),
)(_pairs)

clause(
    "QRY-004 Decoding",
    "`+` becomes a space. Percent-escapes are decoded, and broken ones stay as sent.",
    source="as QRY-003",
    strategy=one_of(
        _piece(" ", b"+"),
        _piece("+", b"%2B"),
        _piece(" ", b"%20"),
        _piece("&", b"%26"),
        _piece("=", b"%3d"),
        _piece("%zz", b"%zz"),
        _piece("%", b"%"),
        _piece("%4", b"%4"),
        _piece("%41", b"%2541"),
    ),
    always=(
        _piece("\0\n\r\x7f\x1b", b"%00%0A%0D%7F%1B"),
        _piece("%Aé%u00e9%41", b"%%41%c3%A9%u00e9%4%31"),
        # No escape goes over a separator.
        _asked(
            Parameter(literal("a"), (Piece("%4", b"%4", "broken"),)),
            Parameter(literal("1"), (Piece("%", b"%", "broken"),)),
            Parameter(literal("41"), None),
        ),
    ),
)(_pairs)

clause(
    "QRY-005 UTF-8",
    "The bytes are decoded as UTF-8. Each maximal subpart of invalid bytes becomes one U+FFFD. A"
    " byte order mark stays.",
    source="WHATWG Encoding, UTF-8 decode without BOM",
    strategy=one_of(
        _piece("é", b"%C3%A9"),
        _piece("\ufffd", b"%FF"),
        _piece("\ufffd", b"%E2%82"),
        _piece("\ufffd\ufffd\ufffd", b"%ED%A0%80"),
        _piece("\ufffd\ufffd", b"%C0%80"),
        _piece("\ufeffa", b"%EF%BB%BFa"),
        _piece("😀", b"%F0%9F%98%80"),
    ),
    always=(
        _piece("\uffff\ufdd0", b"%EF%BF%BF%EF%B7%90"),
        _piece("caf\ufffd", b"caf%E9"),
        _piece("\ufffd\ufffd", b"%F8%88"),
    ),
)(_pairs)


@clause(
    "QRY-006 Last value",
    "For a repeated name, `query_params` has the last value.",
    why="Starlette, Django, PHP and Rack do the same.",
    strategy=about_query,
    always=(
        _asked(
            *one_parameter("a", "1"),
            Parameter((Piece("a", b"%61", "escape"),), literal("2")),
            *one_parameter("A", "3"),
        ),
    ),
)
def _last_value(sent: AbstractRequest, seen: Seen) -> Found:
    yield Expectation("query_params", sent.expected_query_params, seen.derived["query"])


clause(
    "QRY-007 All values",
    "`query_params.getlist(name)` returns every value of a name, and `multi_items()` every pair,"
    " in the order sent.",
    strategy=about_query,
    always=(_asked(*(Parameter(literal("a"), None),) * 1001),),
)(_all_parameters)
