"""Mutants of cookies (CKE)."""

from __future__ import annotations

from contextlib import suppress
from http.cookies import CookieError, SimpleCookie

from mutants.mutant import mutants
from unireq import Cookies


def pairs_of(cookies: Cookies) -> list[tuple[str, str]]:
    return [(name, value) for name in cookies for value in cookies.getlist(name)]


def by_library(field: str | None) -> Cookies:
    found = SimpleCookie()
    with suppress(CookieError):
        found.load(field or "")
    return Cookies([(name, morsel.value) for name, morsel in found.items()])


mutants(
    r"""
lazy_cookies: The mapping is filled when it is asked, so it serialises as `{}`. [CKE-001]
  parse_cookies = lambda field: lazy(was(field))
splits_at_each_equals: A value ends at the next `=`. [CKE-002]
  parse_cookies = lambda field: was(re.sub("(=[^=;]*)=[^;]*", r"\1", field or ""))
splits_at_commas: A comma separates too, as in RFC 2109. [CKE-002,009]
  parse_cookies = lambda field: was((field or "").replace(",", ";"))
strips_no_tabs: Only spaces are stripped. [CKE-002]
  parse_cookies: value = value.strip(" \t") => value = value.strip(" ")
strips_unicode: Whatever Unicode calls white space is stripped. [CKE-002]
  parse_cookies = lambda field: was(re.sub(r"\s*;\s*", ";", (field or "").strip()))
a_name_without_equals: A piece without `=` is a cookie with an empty value. [CKE-002,003,010]
  parse_cookies: if not equals or not name: => if not name:
a_value_without_name: A piece with nothing before its `=` is a cookie called `""`. [CKE-002,003]
  parse_cookies: if not equals or not name: => if not equals:
last_cookie_wins: The last value of a repeated name counts. [CKE-004]
  _cookies._fill: several[0] => several[-1]
one_of_each_cookie: `getlist` has the first value only. [CKE-002,005]
  Cookies.getlist: return list(self._repeated[name]) => return self._repeated[name][:1]
quotes_stay: Quoted values stay quoted. [CKE-002,006]
  _unquote = lambda value: value
escapes_stay: Quotes go, the escapes inside stay. [CKE-002,006]
  _unquote: else inner => else value[1:-1]
control_characters_by_quoting: Undoing the quotes may give any character. [CKE-002,007]
  _unquote: _CONTROL.search(latin1_to_utf8(inner)) => False
c1_controls_by_quoting: Undoing the quotes may give the control characters beyond ASCII. [CKE-007]
  _unquote: _CONTROL.search( => re.search(r"[\x00-\x1f\x7f]",
cookies_as_latin1: Names and values are read as ISO-8859-1. [CKE-002,006,008]
  _cookies.latin1_to_utf8 = str
percent_decodes_cookies: Percent-escapes are undone. [CKE-002,008]
  parse_cookies = lambda field: Cookies([(name, unquote(value)) for name, value in
    pairs_of(was(field))])
drops_prefixes: The prefixes `__Host-` and `__Secure-` are taken off the names. [CKE-009]
  parse_cookies = lambda field: was(re.sub("__(Host|Secure)-", "", field or ""))
drops_odd_names: Cookies with names that are no tokens are dropped. [CKE-002,009]
  parse_cookies = lambda field: Cookies([(name, value) for name, value in pairs_of(was(field))
    if re.fullmatch(r'[^\s()<>@,;:\\"/\[\]?={}]+', name)])
quotes_shield: A `;` inside double quotes separates nothing. [CKE-002,010]
  parse_cookies: field.split(";") => re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', field)
by_simple_cookie: The standard library's parser is asked. [CKE-002..010]
  parse_cookies = by_library
""",
    *(pairs_of, by_library),
)
