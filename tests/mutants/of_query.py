"""Mutants of the query (QRY)."""

from __future__ import annotations

from urllib.parse import parse_qsl

from mutants.lazy import lazy
from mutants.lenient import SoundASGI
from mutants.mutant import breaks
from unireq import _urlencoded
from unireq._urlencoded import QueryParams, percent_decode

_parse = _urlencoded.parse_query
_fill = _urlencoded._fill


def _made(pairs: list[tuple[str, str]]) -> QueryParams:
    made = QueryParams.__new__(QueryParams)
    _fill(made, pairs)
    return made


@breaks("QRY-001", of=_parse)
def lazy_query(query: str) -> QueryParams:
    """The mapping is filled when it is asked, so it serialises as `{}`."""
    return lazy(_parse(query))


@breaks("QRY-002", "QRY-004", "QRY-005", "QRY-006", "QRY-007", "URL-002")
class DecodedQuery(SoundASGI):
    """query_string is decoded."""

    __slots__ = ()

    @property
    def query_string(self) -> str:
        return percent_decode(super().query_string).encode("latin-1", "replace").decode("latin-1")


@breaks("QRY-003", "QRY-006", "QRY-007", "RSP-030", "RSP-033", of=_parse)
def drops_blanks(query: str) -> QueryParams:
    """Parameters with an empty value are dropped."""
    return _made([pair for pair in _parse(query).multi_items() if pair[1]])


@breaks("QRY-003", of=_parse)
def semicolon_separates(query: str) -> QueryParams:
    """A semicolon separates too."""
    return _parse(query.replace(";", "&"))


@breaks("QRY-003", of=_parse)
def splits_at_last_equals(query: str) -> QueryParams:
    """A name ends at the last `=`."""
    pieces = [
        piece.rpartition("=") if "=" in piece else (piece, "", "") for piece in query.split("&")
    ]
    return _made(
        [
            (percent_decode(n.replace("+", " ")), percent_decode(v.replace("+", " ")))
            for n, e, v in pieces
            if n or e
        ]
    )


@breaks("QRY-003", "QRY-006", "QRY-007", of=_parse)
def keeps_empty_pieces(query: str) -> QueryParams:
    """An empty piece is a parameter called `""`."""
    pairs = _parse(query).multi_items()
    return _made([*pairs, ("", "")] if "&&" in f"&{query}&" and query else pairs)


@breaks("QRY-004", "QRY-006", "QRY-007", of=_parse)
def plus_stays(query: str) -> QueryParams:
    """A `+` is a `+`."""
    return _parse(query.replace("+", "%2B"))


@breaks("QRY-004", of=_parse)
def decodes_twice(query: str) -> QueryParams:
    """Percent-escapes are undone twice."""
    twice = [
        (percent_decode(n) if n.isascii() else n, percent_decode(v) if v.isascii() else v)
        for n, v in _parse(query).multi_items()
    ]
    return _made(twice)


@breaks("QRY-004", "QRY-006", "QRY-007", of=_parse)
def decodes_before_splitting(query: str) -> QueryParams:
    """What an escape stands for separates."""
    return _parse(query.replace("%26", "&").replace("%3D", "=").replace("%3d", "="))


@breaks(
    "QRY-005",
    "QRY-006",
    "QRY-007",
    of=_parse,
)
def query_as_latin1(query: str) -> QueryParams:
    """Escapes are read as ISO-8859-1."""
    return _made(parse_qsl(query, keep_blank_values=True, encoding="latin-1"))


@breaks("QRY-005", "QRY-006", "QRY-007", of=_parse)
def invalid_escapes_stay(query: str) -> QueryParams:
    """Escapes that are not UTF-8 stay as they are, as in Werkzeug."""
    decoded = _parse(query).multi_items()
    return _made([(n, "%FF" if v == "\ufffd" else v) for n, v in decoded])


@breaks("QRY-005", of=_parse)
def byte_order_mark_goes(query: str) -> QueryParams:
    """A byte order mark is taken off."""
    return _made([(n.lstrip("\ufeff"), v.lstrip("\ufeff")) for n, v in _parse(query).multi_items()])


@breaks("QRY-006", "RSP-030", of=_fill)
def first_parameter_wins(params: QueryParams, pairs: list[tuple[str, str]]) -> None:
    """The first value of a repeated name counts."""
    _fill(params, pairs)
    dict.update(params, dict(reversed(pairs)))


@breaks("QRY-007", of=(QueryParams, "multi_items"))
def one_of_each_parameter(self: QueryParams) -> list[tuple[str, str]]:
    """multi_items has one pair of each name."""
    return list(self.items())


@breaks("QRY-007", "RSP-030", of=(QueryParams, "getlist"))
def last_of_each_parameter(self: QueryParams, name: str) -> list[str]:
    """`getlist` has the last value only."""
    return [self[name]] if name in self else []
