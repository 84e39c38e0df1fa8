"""Mutants of the query (QRY)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from mutants.lazy import lazy
from mutants.lenient import SoundASGI
from mutants.mutant import breaks, mutant
from unireq._urlencoded import QueryParams, _fill, parse_query, percent_decode


def _given(name: str, does: str, fails: str, change: Callable[[str], str]) -> None:
    """A mutant that parses another query."""
    mutant(name, does, fails).wraps(parse_query, lambda parse, query: parse(change(query)))


def _pairs(name: str, does: str, fails: str, change: Callable[..., Any]) -> None:
    """A mutant that changes the list of pairs."""
    mutant(name, does, fails).wraps(
        parse_query, lambda parse, query: QueryParams(change(parse(query).multi_items(), query))
    )


def _each(name: str, does: str, fails: str, change: Callable[[str], str]) -> None:
    """A mutant that changes each name and each value."""
    _pairs(name, does, fails, lambda pairs, _: [(change(n), change(v)) for n, v in pairs])


mutant(
    "lazy_query", "The mapping is filled when it is asked, so it serialises as `{}`.", "QRY-001"
).wraps(parse_query, lambda parse, query: lazy(parse(query)))
mutant(
    "DecodedQuery", "query_string is decoded.", "QRY-002 QRY-004 QRY-005 QRY-006 QRY-007 URL-002"
).wraps(
    (SoundASGI, "query_string"),
    lambda query, self: percent_decode(query(self)).encode("latin-1", "replace").decode("latin-1"),
)
_pairs(
    "drops_blanks",
    "Parameters with an empty value are dropped.",
    "QRY-003 QRY-006 QRY-007 RSP-030 RSP-033",
    lambda pairs, _: [pair for pair in pairs if pair[1]],
)
_given(
    "semicolon_separates",
    "A semicolon separates too.",
    "QRY-003",
    lambda query: query.replace(";", "&"),
)
mutant("splits_at_last_equals", "A name ends at the last `=`.", "QRY-003").edits(
    parse_query,
    'piece.partition("=")',
    'piece.rpartition("=") if "=" in piece else (piece, "", "")',
    times=2,
)
_pairs(
    "keeps_empty_pieces",
    'An empty piece is a parameter called `""`.',
    "QRY-003 QRY-006 QRY-007",
    lambda pairs, query: pairs + [("", "")] * (query != "" and "&&" in f"&{query}&"),
)
_given(
    "plus_stays",
    "A `+` is a `+`.",
    "QRY-004 QRY-006 QRY-007",
    lambda query: query.replace("+", "%2B"),
)
_each(
    "decodes_twice",
    "Percent-escapes are undone twice.",
    "QRY-004",
    lambda text: percent_decode(text) if text.isascii() else text,
)
_given(
    "decodes_before_splitting",
    "What an escape stands for separates.",
    "QRY-004 QRY-006 QRY-007",
    lambda query: query.replace("%26", "&").replace("%3D", "=").replace("%3d", "="),
)
mutant("query_as_latin1", "Escapes are read as ISO-8859-1.", "QRY-005 QRY-006 QRY-007").puts(
    parse_query,
    lambda query: QueryParams(parse_qsl(query, keep_blank_values=True, encoding="latin-1")),
)
_each(
    "invalid_escapes_stay",
    "Escapes that are not UTF-8 stay as they are, as in Werkzeug.",
    "QRY-005 QRY-006 QRY-007",
    lambda text: "%FF" if text == "\ufffd" else text,
)
_each(
    "byte_order_mark_goes",
    "A byte order mark is taken off.",
    "QRY-005",
    lambda text: text.lstrip("\ufeff"),
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
