"""Mutants of cookies (CKE)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any

from mutants.lazy import lazy
from mutants.mutant import breaks, mutant
from unireq import _cookies
from unireq._cookies import Cookies, _fill, _unquote, parse_cookies
from unireq._urlencoded import latin1_to_utf8, percent_decode


def _given(name: str, does: str, fails: str, change: Callable[[str], str]) -> None:
    """A mutant that parses another field."""
    mutant(name, does, fails).wraps(parse_cookies, lambda parse, field: parse(change(field or "")))


def _pieces(name: str, does: str, fails: str, change: Callable[[str], str]) -> None:
    """A mutant that changes each piece of the field."""
    _given(name, does, fails, lambda field: ";".join(map(change, field.split(";"))))


def _pairs(name: str, does: str, fails: str, change: Callable[..., Any]) -> None:
    """A mutant that changes the list of pairs."""

    def changed(parse: Any, field: str | None) -> Cookies:
        found = parse(field)
        pairs = [(name, value) for name in found for value in found.getlist(name)]
        return Cookies(change(pairs, field or ""))

    mutant(name, does, fails).wraps(parse_cookies, changed)


mutant(
    "lazy_cookies", "The mapping is filled when it is asked, so it serialises as `{}`.", "CKE-001"
).wraps(parse_cookies, lambda parse, field: lazy(parse(field)))
_pieces(
    "splits_at_each_equals",
    "A value ends at the next `=`.",
    "CKE-002",
    lambda piece: "=".join(piece.split("=")[:2]),
)
_given(
    "splits_at_commas",
    "A comma separates too, as in RFC 2109.",
    "CKE-002",
    lambda field: field.replace(",", ";"),
)
mutant("strips_no_tabs", "Only spaces are stripped.", "CKE-002").edits(
    parse_cookies, r'.strip(" \t")', '.strip(" ")', times=2
)
_pieces("strips_unicode", "Whatever Unicode calls white space is stripped.", "CKE-002", str.strip)
_pieces(
    "a_name_without_equals",
    "A piece without `=` is a cookie with an empty value.",
    "CKE-002 CKE-003 CKE-010",
    lambda piece: piece if "=" in piece or not piece.strip() else f"{piece}=",
)
_pairs(
    "a_value_without_name",
    'A piece with nothing before its `=` is a cookie called `""`.',
    "CKE-002 CKE-003",
    lambda pairs, field: [
        *pairs,
        *(
            ("", latin1_to_utf8(value))
            for value in re.findall(r"(?:^|;)\s*=([^;]*?)\s*(?![^;])", field)
        ),
    ],
)


@breaks("CKE-004", of=_fill)
def last_cookie_wins(cookies: Cookies, pairs: list[tuple[str, str]]) -> None:
    """The last value of a repeated name counts."""
    _fill(cookies, pairs)
    dict.update(cookies, dict(pairs))


mutant("one_of_each_cookie", "`getlist` has the first value only.", "CKE-002 CKE-005").puts(
    (Cookies, "getlist"), lambda self, name: [self[name]] if name in self else []
)
mutant("quotes_stay", "Quoted values stay quoted.", "CKE-002 CKE-006").puts(
    _unquote, lambda value: value
)
mutant("escapes_stay", "Quotes go, the escapes inside stay.", "CKE-002 CKE-006").edits(
    _unquote, "else inner", "else value[1:-1]"
)
mutant(
    "control_characters_by_quoting", "Undoing the quotes may give any character.", "CKE-002 CKE-007"
).puts((_cookies, "_CONTROL"), re.compile(r"(?!)"))
mutant(
    "c1_controls_by_quoting",
    "Undoing the quotes may give the control characters beyond ASCII.",
    "CKE-007",
).puts((_cookies, "_CONTROL"), re.compile(r"[\x00-\x1f\x7f]"))
mutant(
    "cookies_as_latin1", "Names and values are read as ISO-8859-1.", "CKE-002 CKE-006 CKE-008"
).puts((_cookies, "latin1_to_utf8"), str)
_pairs(
    "percent_decodes_cookies",
    "Percent-escapes are undone.",
    "CKE-002 CKE-008",
    lambda pairs, _: [(name, percent_decode(v) if v.isascii() else v) for name, v in pairs],
)
_pairs(
    "drops_prefixes",
    "The prefixes `__Host-` and `__Secure-` are taken off the names.",
    "CKE-009",
    lambda pairs, _: [(re.sub("__(Host|Secure)-", "", name), value) for name, value in pairs],
)
_pairs(
    "drops_odd_names",
    "Cookies with names that are no tokens are dropped.",
    "CKE-002 CKE-009",
    lambda pairs, _: [
        pair for pair in pairs if re.fullmatch(r"[^\s()<>@,;:\\\"/\[\]?={}]+", pair[0])
    ],
)


@breaks("CKE-002 CKE-010", of=parse_cookies)
def quotes_shield(field: str | None) -> Cookies:
    """A `;` inside double quotes separates nothing."""
    shielded = re.sub(r'="[^"]*"', lambda match: match[0].replace(";", "\x1f"), field or "")
    found = parse_cookies(shielded)
    pairs = [(name, value) for name in found for value in found.getlist(name)]
    return Cookies([(n, v.replace("\x1f", ";").strip('"') if "\x1f" in v else v) for n, v in pairs])


@breaks("CKE-002 CKE-003 CKE-004 CKE-005 CKE-006 CKE-007 CKE-008 CKE-009 CKE-010", of=parse_cookies)
def by_simple_cookie(field: str | None) -> Cookies:
    """The standard library's parser is asked."""
    found = SimpleCookie()
    with contextlib.suppress(CookieError):
        found.load(field or "")
    return Cookies([(name, morsel.value) for name, morsel in found.items()])
