"""QRY: the clauses about the query."""

from __future__ import annotations

from unireq_conformance.clause import Expectation, Found, clause
from unireq_conformance.clauses.drawing import (
    about_query,
    absent,
    checked_inside,
    literal,
    one_of,
    one_parameter,
    says,
)
from unireq_conformance.model import AbstractRequest, Parameter, Piece
from unireq_conformance.seen import Seen


def _pairs(sent: AbstractRequest, seen: Seen) -> Found:
    expected = [list(pair) for pair in sent.expected_pairs]
    yield Expectation("query_params", expected, seen.derived["query_all"])


def _all_values(sent: AbstractRequest, seen: Seen) -> Found:
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
)(_all_values)
