"""Mutants of cookies (CKE)."""

from __future__ import annotations

import contextlib
import re
from http.cookies import CookieError, SimpleCookie

from mutants.lazy import lazy
from mutants.mutant import breaks, changed
from unireq import _cookies
from unireq._cookies import Cookies
from unireq._urlencoded import latin1_to_utf8, percent_decode

_parse = _cookies.parse_cookies
_fill = _cookies._fill
_unquote = _cookies._unquote


def _made(pairs: list[tuple[str, str]]) -> Cookies:
    made = Cookies.__new__(Cookies)
    _fill(made, pairs)
    return made


def _all(cookies: Cookies) -> list[tuple[str, str]]:
    return [(name, value) for name in cookies for value in cookies.getlist(name)]


@breaks("CKE-001", of=_parse)
def lazy_cookies(field: str | None) -> Cookies:
    """The mapping is filled when it is asked, so it serialises as `{}`."""
    return lazy(_parse(field))


@breaks("CKE-002", of=_parse)
def splits_at_each_equals(field: str | None) -> Cookies:
    """A value ends at the next `=`."""
    pieces = [piece.split("=") for piece in (field or "").split(";")]
    return _parse(";".join("=".join(piece[:2]) for piece in pieces))


@breaks("CKE-002", of=_parse)
def splits_at_commas(field: str | None) -> Cookies:
    """A comma separates too, as in RFC 2109."""
    return _parse((field or "").replace(",", ";"))


@breaks("CKE-002", of=_parse)
def strips_no_tabs(field: str | None) -> Cookies:
    """Only spaces are stripped."""
    found = _parse((field or "").replace("\t", "\x0e"))
    return _made([(n.replace("\x0e", "\t"), v.replace("\x0e", "\t")) for n, v in _all(found)])


@breaks("CKE-002", of=_parse)
def strips_unicode(field: str | None) -> Cookies:
    """Whatever Unicode calls white space is stripped."""
    return _parse(";".join(piece.strip() for piece in (field or "").split(";")))


@breaks("CKE-002", "CKE-003", "CKE-010", of=_parse)
def a_name_without_equals(field: str | None) -> Cookies:
    """A piece without `=` is a cookie with an empty value."""
    pieces = (field or "").split(";")
    return _parse(";".join(p if "=" in p or not p.strip() else p + "=" for p in pieces))


@breaks("CKE-002", "CKE-003", of=_parse)
def a_value_without_name(field: str | None) -> Cookies:
    """A piece with nothing before its `=` is a cookie called `""`."""
    nameless = [p.strip()[1:] for p in (field or "").split(";") if p.strip(" \t")[:1] == "="]
    return _made([*_all(_parse(field)), *(("", latin1_to_utf8(value)) for value in nameless)])


@breaks("CKE-004", of=_fill)
def last_cookie_wins(cookies: Cookies, pairs: list[tuple[str, str]]) -> None:
    """The last value of a repeated name counts."""
    _fill(cookies, pairs)
    dict.update(cookies, dict(pairs))


@breaks("CKE-002", "CKE-005", of=(Cookies, "getlist"))
def one_of_each_cookie(self: Cookies, name: str) -> list[str]:
    """`getlist` has the first value only."""
    return [self[name]] if name in self else []


@breaks("CKE-002", "CKE-006", of=_unquote)
def quotes_stay(value: str) -> str:
    """Quoted values stay quoted."""
    return value


@breaks("CKE-002", "CKE-006", of=_unquote)
def escapes_stay(value: str) -> str:
    """Quotes go, the escapes inside stay."""
    return (
        value[1:-1] if len(value) > 1 and value[-1] == '"' and _unquote(value) != value else value
    )


changed(
    "control_characters_by_quoting",
    "Undoing the quotes may give any character.",
    (_cookies, "_CONTROL"),
    re.compile(r"(?!)"),
    "CKE-002",
    "CKE-007",
)
changed(
    "c1_controls_by_quoting",
    "Undoing the quotes may give the control characters beyond ASCII.",
    (_cookies, "_CONTROL"),
    re.compile(r"[\x00-\x1f\x7f]"),
    "CKE-007",
)
changed(
    "cookies_as_latin1",
    "Names and values are read as ISO-8859-1.",
    (_cookies, "latin1_to_utf8"),
    str,
    "CKE-002",
    "CKE-006",
    "CKE-008",
)


@breaks("CKE-002", "CKE-008", of=_parse)
def percent_decodes_cookies(field: str | None) -> Cookies:
    """Percent-escapes are undone."""
    return _made(
        [(name, percent_decode(v) if v.isascii() else v) for name, v in _all(_parse(field))]
    )


@breaks("CKE-009", of=_parse)
def drops_prefixes(field: str | None) -> Cookies:
    """The prefixes `__Host-` and `__Secure-` are taken off the names."""
    prefix = re.compile(r"__(Host|Secure)-")
    return _made([(prefix.sub("", name), value) for name, value in _all(_parse(field))])


@breaks("CKE-002", "CKE-009", of=_parse)
def drops_odd_names(field: str | None) -> Cookies:
    """Cookies with names that are no tokens are dropped."""
    token = re.compile(r"[^\s()<>@,;:\\\"/\[\]?={}]+")
    return _made([pair for pair in _all(_parse(field)) if token.fullmatch(pair[0])])


@breaks("CKE-002", "CKE-010", of=_parse)
def quotes_shield(field: str | None) -> Cookies:
    """A `;` inside double quotes separates nothing."""
    shielded = re.sub(r'="[^"]*"', lambda match: match[0].replace(";", "\x1f"), field or "")
    return _made(
        [
            (n, v.replace("\x1f", ";").strip('"') if "\x1f" in v else v)
            for n, v in _all(_parse(shielded))
        ]
    )


@breaks(
    "CKE-002",
    "CKE-003",
    "CKE-004",
    "CKE-005",
    "CKE-006",
    "CKE-007",
    "CKE-008",
    "CKE-009",
    "CKE-010",
    of=_parse,
)
def by_simple_cookie(field: str | None) -> Cookies:
    """The standard library's parser is asked."""
    found = SimpleCookie()
    with contextlib.suppress(CookieError):
        found.load(field or "")
    return _made([(name, morsel.value) for name, morsel in found.items()])
