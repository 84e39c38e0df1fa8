"""Cookies: the pairs of the Cookie field.

A pair is split from the next at `;` and from its value at the first `=`; SP and TAB around both
go. A piece without `=`, or without a name, is no cookie. Where a name is repeated the first value
wins, because user agents send the cookie with the most specific path first.

Sources: RFC 6265bis 5.6 and 5.8.3; quoting as Python's `http.cookies` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from unireq._mapping import ReadOnlyDict, fill, string_pairs
from unireq._octets import utf8
from unireq._redact import HIDDEN

__all__ = ["Cookies", "parse_cookies"]

_ESCAPE = re.compile(r"(\\(?:[0-3][0-7][0-7]|.))", re.DOTALL)
_OCTAL = {f"\\{code:03o}": chr(code) for code in range(256)}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Cookies(ReadOnlyDict[str]):
    """The cookies: a real `dict[str, str]`, the first value of each name.

    Args:
        cookies: A mapping or an iterable of (name, value) pairs; of a repeated name the first wins.

    Raises:
        TypeError: A name or a value is not a str.
    """

    __slots__ = ("_repeated",)

    _instead: ClassVar[str] = "use request.replace(headers=...) with another Cookie field"
    _repeated: dict[str, list[str]] | None

    def __init__(self, cookies: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        _fill(self, string_pairs(cookies, "cookies"))

    def getlist(self, name: str) -> list[str]:
        """Every value of the cookie `name`, in the order sent; `[]` where there is none."""
        if self._repeated is not None and name in self._repeated:
            return list(self._repeated[name])
        return [self[name]] if name in self else []

    def _shown(self) -> dict[str, str]:
        return dict.fromkeys(self, HIDDEN)

    def __reduce__(self) -> tuple[Any, ...]:
        return Cookies, ([(name, value) for name in self for value in self.getlist(name)],)


def _fill(cookies: Cookies, pairs: list[tuple[str, str]]) -> None:
    repeated = None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        values: dict[str, list[str]] = {}
        for name, value in pairs:
            values.setdefault(name, []).append(value)
        fields = {name: several[0] for name, several in values.items()}
        repeated = {name: several for name, several in values.items() if len(several) > 1}
    # Kept only where the dict can't tell: a name came twice.
    cookies._repeated = repeated  # pyright: ignore[reportPrivateUsage]
    fill(cookies, fields)


def parse_cookies(field: str | None) -> Cookies:
    """The cookies in the value of a Cookie field (ISO-8859-1 text, several fields joined by `; `).

    Names and values are UTF-8; undecodable bytes become U+FFFD. Surrounding double quotes and the
    backslash escapes inside are undone, unless a control character would come of it: then the
    value stays as it was sent. Nothing is percent-decoded.
    """
    cookies = Cookies.__new__(Cookies)
    if not field:
        cookies._repeated = None  # pyright: ignore[reportPrivateUsage]
        return cookies
    # Asked once for all: most fields have neither.
    quoted, encoded = '"' in field, not field.isascii()
    pairs: list[tuple[str, str]] = []
    for piece in field.split(";"):
        name, equals, value = piece.partition("=")
        name = name.strip(" \t")
        if not equals or not name:
            continue
        value = value.strip(" \t")
        if quoted and value[:1] == '"':
            value = _unquote(value)
        pairs.append((name, value))
    if quoted or encoded:
        pairs = [(utf8(name), utf8(value)) for name, value in pairs]
    _fill(cookies, pairs)
    return cookies


def _unquote(value: str) -> str:
    if len(value) < 2 or value[-1] != '"':
        return value
    inner = value[1:-1]
    if "\\" in inner:
        pieces = _ESCAPE.split(inner)
        pieces[1::2] = [_OCTAL.get(escape) or escape[1] for escape in pieces[1::2]]
        inner = "".join(pieces)
    return value if _CONTROL.search(utf8(inner)) else inner
