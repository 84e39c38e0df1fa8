"""Mutants of the query (QRY)."""

from __future__ import annotations

from collections.abc import Callable

from mutants.mutant import mutants
from unireq import QueryParams


def each(params: QueryParams, change: Callable[[str], str]) -> QueryParams:
    """`params` with another text in place of each name and each value."""
    return QueryParams([(change(name), change(value)) for name, value in params.multi_items()])


mutants(
    r"""
lazy_query: The mapping is filled when it is asked, so it serialises as `{}`. [QRY-001]
  parse_query = lambda query: lazy(was(query))
DecodedQuery: query_string is decoded. [QRY-002,004..007 URL-002]
  adapter.query_string = lambda self: unquote(was(self)).encode("latin-1", "replace").decode(
    "latin-1")
drops_blanks: Parameters with an empty value are dropped. [QRY-003,004,006,007 RSP-030,033]
  parse_query = lambda query: QueryParams([each for each in was(query).multi_items() if each[1]])
semicolon_separates: A semicolon separates too. [QRY-003]
  parse_query = lambda query: was(query.replace(";", "&"))
splits_at_last_equals: A name ends at the last `=`. [QRY-003]
  parse_query = lambda query: was(re.sub("=(?=[^&]*=)", "%3D", query))
keeps_empty_pieces: An empty piece is a parameter called `""`. [QRY-003,006,007]
  parse_query = lambda query: QueryParams(was(query).multi_items() + [("", "")] * (
    query != "" and "&&" in f"&{query}&"))
plus_stays: A `+` is a `+`. [QRY-004,006,007]
  parse_query: query.replace("+", " ") => query
decodes_twice: Percent-escapes are undone twice. [QRY-004]
  parse_query = lambda query: each(was(query), unquote)
decodes_before_splitting: What an escape stands for separates. [QRY-004,006,007]
  parse_query = lambda query: was(query.replace("%26", "&").replace("%3D", "=").replace("%3d", "="))
query_as_latin1: Escapes are read as ISO-8859-1. [QRY-004..007]
  parse_query = lambda query: QueryParams(parse_qsl(query, True, encoding="latin-1"))
invalid_escapes_stay: Escapes that are not UTF-8 stay as they are, as in Werkzeug. [QRY-005..007]
  parse_query = lambda query: each(was(query), lambda text: text.replace("\ufffd", "%FF"))
byte_order_mark_goes: A byte order mark is taken off. [QRY-005]
  parse_query = lambda query: each(was(query), lambda text: text.lstrip("\ufeff"))
first_parameter_wins: The first value of a repeated name counts. [QRY-006 RSP-030]
  _urlencoded._fill: fill(params, fields) => fill(params, fields | dict(reversed(pairs)))
one_of_each_parameter: multi_items has one pair of each name. [QRY-007]
  QueryParams.multi_items = lambda self: list(self.items())
last_of_each_parameter: `getlist` has the last value only. [QRY-007 RSP-030]
  QueryParams.getlist = lambda self, name: [self[name]] if name in self else []
""",
    each,
)
