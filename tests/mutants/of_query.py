"""Mutants of the query (QRY)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from mutants.lazy import lazy
from mutants.lenient import SoundASGI
from mutants.mutant import breaks, mutant
from unireq._urlencoded import QueryParams, _fill, parse_query, percent_decode


def _given(change: Callable[[str], str]) -> Callable[..., Any]:
    """Another query is parsed."""
    return lambda parse, query: parse(change(query))


def _pairs(change: Callable[..., Any]) -> Callable[..., Any]:
    """The list of pairs is changed."""
    return lambda parse, query: QueryParams(change(parse(query).multi_items(), query))


def _each(change: Callable[[str], str]) -> Callable[..., Any]:
    """Each name and each value is changed."""
    return _pairs(lambda pairs, _: [(change(n), change(v)) for n, v in pairs])


mutant(
    "lazy_query", "The mapping is filled when it is asked, so it serialises as `{}`.", "QRY-001"
).wraps(parse_query, lambda parse, query: lazy(parse(query)))
mutant(
    "DecodedQuery", "query_string is decoded.", "QRY-002 QRY-004 QRY-005 QRY-006 QRY-007 URL-002"
).wraps(
    (SoundASGI, "query_string"),
    lambda query, self: percent_decode(query(self)).encode("latin-1", "replace").decode("latin-1"),
)
mutant(
    "drops_blanks",
    "Parameters with an empty value are dropped.",
    "QRY-003 QRY-006 QRY-007 RSP-030 RSP-033 QRY-004",
).wraps(parse_query, _pairs(lambda pairs, _: [pair for pair in pairs if pair[1]]))
mutant("semicolon_separates", "A semicolon separates too.", "QRY-003").wraps(
    parse_query, _given(lambda query: query.replace(";", "&"))
)
mutant("splits_at_last_equals", "A name ends at the last `=`.", "QRY-003").edits(
    parse_query,
    'piece.partition("=")',
    'piece.rpartition("=") if "=" in piece else (piece, "", "")',
    times=2,
)
mutant(
    "keeps_empty_pieces", 'An empty piece is a parameter called `""`.', "QRY-003 QRY-006 QRY-007"
).wraps(
    parse_query,
    _pairs(lambda pairs, query: pairs + [("", "")] * (query != "" and "&&" in f"&{query}&")),
)
mutant("plus_stays", "A `+` is a `+`.", "QRY-004 QRY-006 QRY-007").wraps(
    parse_query, _given(lambda query: query.replace("+", "%2B"))
)
mutant("decodes_twice", "Percent-escapes are undone twice.", "QRY-004").wraps(
    parse_query, _each(lambda text: percent_decode(text) if text.isascii() else text)
)
mutant(
    "decodes_before_splitting", "What an escape stands for separates.", "QRY-004 QRY-006 QRY-007"
).wraps(
    parse_query,
    _given(lambda query: query.replace("%26", "&").replace("%3D", "=").replace("%3d", "=")),
)
mutant(
    "query_as_latin1", "Escapes are read as ISO-8859-1.", "QRY-005 QRY-006 QRY-007 QRY-004"
).puts(
    parse_query,
    lambda query: QueryParams(parse_qsl(query, keep_blank_values=True, encoding="latin-1")),
)
mutant(
    "invalid_escapes_stay",
    "Escapes that are not UTF-8 stay as they are, as in Werkzeug.",
    "QRY-005 QRY-006 QRY-007",
).wraps(parse_query, _each(lambda text: "%FF" if text == "\ufffd" else text))
mutant("byte_order_mark_goes", "A byte order mark is taken off.", "QRY-005").wraps(
    parse_query, _each(lambda text: text.lstrip("\ufeff"))
)


@breaks("QRY-006 RSP-030", of=_fill)
def first_parameter_wins(params: QueryParams, pairs: list[tuple[str, str]]) -> None:
    """The first value of a repeated name counts."""
    _fill(params, pairs)
    dict.update(params, dict(reversed(pairs)))


mutant("one_of_each_parameter", "multi_items has one pair of each name.", "QRY-007").puts(
    (QueryParams, "multi_items"), lambda self: list(self.items())
)
mutant("last_of_each_parameter", "`getlist` has the last value only.", "QRY-007 RSP-030").puts(
    (QueryParams, "getlist"), lambda self, name: [self[name]] if name in self else []
)
