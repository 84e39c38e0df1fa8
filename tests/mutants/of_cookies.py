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


def _given(change: Callable[[str], str]) -> Callable[..., Any]:
    """Another field is parsed."""
    return lambda parse, field: parse(change(field or ""))


def _pieces(change: Callable[[str], str]) -> Callable[..., Any]:
    """Each piece of the field is changed."""
    return _given(lambda field: ";".join(map(change, field.split(";"))))


def _all(cookies: Cookies) -> list[tuple[str, str]]:
    return [(name, value) for name in cookies for value in cookies.getlist(name)]


def _pairs(change: Callable[..., Any]) -> Callable[..., Any]:
    """The list of pairs is changed."""
    return lambda parse, field: Cookies(change(_all(parse(field)), field or ""))


mutant(
    "lazy_cookies", "The mapping is filled when it is asked, so it serialises as `{}`.", "CKE-001"
).wraps(parse_cookies, lambda parse, field: lazy(parse(field)))
mutant("splits_at_each_equals", "A value ends at the next `=`.", "CKE-002").wraps(
    parse_cookies, _pieces(lambda piece: "=".join(piece.split("=")[:2]))
)
mutant("splits_at_commas", "A comma separates too, as in RFC 2109.", "CKE-002 CKE-009").wraps(
    parse_cookies, _given(lambda field: field.replace(",", ";"))
)
mutant("strips_no_tabs", "Only spaces are stripped.", "CKE-002").edits(
    parse_cookies, r'.strip(" \t")', '.strip(" ")', times=2
)
mutant("strips_unicode", "Whatever Unicode calls white space is stripped.", "CKE-002").wraps(
    parse_cookies, _pieces(str.strip)
)
mutant(
    "a_name_without_equals",
    "A piece without `=` is a cookie with an empty value.",
    "CKE-002 CKE-003 CKE-010",
).wraps(
    parse_cookies,
    _pieces(lambda piece: piece if "=" in piece or not piece.strip() else f"{piece}="),
)
mutant(
    "a_value_without_name",
    'A piece with nothing before its `=` is a cookie called `""`.',
    "CKE-002 CKE-003",
).wraps(
    parse_cookies,
    _pairs(
        lambda pairs, field: [
            *pairs,
            *(
                ("", latin1_to_utf8(value))
                for value in re.findall(r"(?:^|;)\s*=([^;]*?)\s*(?![^;])", field)
            ),
        ]
    ),
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
).edits(_unquote, "_CONTROL.search(latin1_to_utf8(inner))", "False")
mutant(
    "c1_controls_by_quoting",
    "Undoing the quotes may give the control characters beyond ASCII.",
    "CKE-007",
).edits(_unquote, "_CONTROL.search(", r're.search(r"[\x00-\x1f\x7f]", ')
mutant(
    "cookies_as_latin1", "Names and values are read as ISO-8859-1.", "CKE-002 CKE-006 CKE-008"
).puts((_cookies, "latin1_to_utf8"), str)
mutant("percent_decodes_cookies", "Percent-escapes are undone.", "CKE-002 CKE-008").wraps(
    parse_cookies,
    _pairs(lambda pairs, _: [(name, percent_decode(v) if v.isascii() else v) for name, v in pairs]),
)
mutant(
    "drops_prefixes", "The prefixes `__Host-` and `__Secure-` are taken off the names.", "CKE-009"
).wraps(
    parse_cookies,
    _pairs(
        lambda pairs, _: [(re.sub("__(Host|Secure)-", "", name), value) for name, value in pairs]
    ),
)
mutant(
    "drops_odd_names", "Cookies with names that are no tokens are dropped.", "CKE-002 CKE-009"
).wraps(
    parse_cookies,
    _pairs(
        lambda pairs, _: [
            pair for pair in pairs if re.fullmatch(r"[^\s()<>@,;:\\\"/\[\]?={}]+", pair[0])
        ]
    ),
)


@breaks("CKE-002 CKE-010", of=parse_cookies)
def quotes_shield(field: str | None) -> Cookies:
    """A `;` inside double quotes separates nothing."""
    shielded = re.sub(r'="[^"]*"', lambda match: match[0].replace(";", "\x1f"), field or "")
    pairs = _all(parse_cookies(shielded))
    return Cookies([(n, v.replace("\x1f", ";").strip('"') if "\x1f" in v else v) for n, v in pairs])


@breaks("CKE-002 CKE-003 CKE-004 CKE-005 CKE-006 CKE-007 CKE-008 CKE-009 CKE-010", of=parse_cookies)
def by_simple_cookie(field: str | None) -> Cookies:
    """The standard library's parser is asked."""
    found = SimpleCookie()
    with contextlib.suppress(CookieError):
        found.load(field or "")
    return Cookies([(name, morsel.value) for name, morsel in found.items()])
