"""QueryParams: the query of the target, read as application/x-www-form-urlencoded.

Pieces are separated by `&`, empty ones ignored; a name ends at the first `=`; `+` is a space;
escapes are undone and the bytes read as UTF-8. Where a name is repeated the last value wins.

Source: WHATWG URL, the application/x-www-form-urlencoded parser.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from unireq._mapping import ReadOnlyDict, fill, string_pairs
from unireq._octets import percent_decode
from unireq._redact import HIDDEN

__all__ = ["QueryParams", "parse_query"]


class QueryParams(ReadOnlyDict[str]):
    """The query parameters: a real `dict[str, str]`, the last value of each name.

    Args:
        params: A mapping or an iterable of (name, value) pairs; of a repeated name the last wins.

    Raises:
        TypeError: A name or a value is not a str.
    """

    __slots__ = ("_pairs",)

    _instead: ClassVar[str] = "use request.replace(query_string=...)"
    _pairs: list[tuple[str, str]] | None

    def __init__(self, params: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        _fill(self, string_pairs(params, "query_params"))

    def getlist(self, name: str) -> list[str]:
        """Every value of the parameter `name`, in the order sent; `[]` where there is none."""
        if self._pairs is None:
            return [self[name]] if name in self else []
        return [value for key, value in self._pairs if key == name]

    def multi_items(self) -> list[tuple[str, str]]:
        """Every (name, value) pair, in the order sent."""
        return list(self.items()) if self._pairs is None else list(self._pairs)

    def _shown(self) -> dict[str, str]:
        return dict.fromkeys(self, HIDDEN)

    def __reduce__(self) -> tuple[Any, ...]:
        return QueryParams, (self.multi_items(),)


def _fill(params: QueryParams, pairs: list[tuple[str, str]]) -> None:
    fields = dict(pairs)
    # Kept only where the dict can't tell: a name came twice.
    params._pairs = pairs if len(fields) != len(pairs) else None  # pyright: ignore[reportPrivateUsage]
    fill(params, fields)


def parse_query(query: str) -> QueryParams:
    """The parameters in `query` (ISO-8859-1 text of the bytes sent, without `?`)."""
    params = QueryParams.__new__(QueryParams)
    if not query:
        params._pairs = None  # pyright: ignore[reportPrivateUsage]
        return params
    # Spaces separate nothing, so they may be put in before the split; "%2B" is undone after it.
    query = query.replace("+", " ").replace("%20", " ")
    encoded = not query.isascii()
    if "%" in query and not encoded:
        decoded = percent_decode(query)
        # Decoding once is faster than for each part, and the same if no separator comes of it.
        if decoded.count("&") == query.count("&") and decoded.count("=") == query.count("="):
            query = decoded
        else:
            encoded = True
    pairs: list[tuple[str, str]] = []
    for piece in query.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            if encoded:
                name, value = percent_decode(name), percent_decode(value)
            pairs.append((name, value))
    _fill(params, pairs)
    return params
