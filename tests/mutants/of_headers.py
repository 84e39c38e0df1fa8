"""Mutants of header fields (HDR)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mutants.lenient import SoundASGI
from mutants.mutant import mutants
from unireq import Headers
from unireq._mapping import restore
from unireq.adapter import headers_from_asgi


class Whole(SoundASGI):
    """Looks up single fields in the mapping, so that both are wrong in the same way."""

    __slots__ = ()

    def get_header(self, name: str, default: Any = None) -> Any:
        super().get_header(name)  # which names are none is not what is wrong
        return self.headers.get(name, default)


def of_pairs(pairs: Iterable[tuple[bytes, bytes]]) -> Headers:
    return headers_from_asgi(list(pairs))


def made(fields: Mapping[str, str]) -> Headers:
    return restore(Headers, dict(fields))


def sent(request: Any, name: str) -> list[str]:
    """The values of a field as sent."""
    pairs = [(n.lower().decode("latin-1"), v) for n, v in request._scope["headers"]]
    return [v.decode("latin-1") for n, v in pairs if n == name]


def names(request: Any) -> list[str]:
    return [name.decode("latin-1") for name, _ in request._scope["headers"]]


class Name(str):
    __slots__ = ()


mutants(
    r"""
NamesOfAnotherType (Whole): Names are of a subclass of str. [HDR-001]
  adapter._make_headers = lambda self: made({Name(n): value for n, value in was(self).items()})
NamesAsSent (Whole): Names also stand there as they were sent. [HDR-002,004,017 SER-001]
  adapter._make_headers = lambda self: made((fields := was(self)) | {
    n: fields[n] for n in names(self) if n.startswith("X-") and n in fields})
UnicodeNames (Whole): Names are lowered by the rules of Unicode. [HDR-004 PRX-006]
  adapter._make_headers = lambda self: of_pairs(
    (n.decode("utf-8", "replace").lower().encode("latin-1", "replace"), value)
    for n, value in self._scope["headers"])
TrailersToo (Whole): Trailer fields are there like header fields.
  [FRM-007,008,011,013,020 HDR-019 PRX-006]
  adapter._make_headers = lambda self: of_pairs(self._scope["headers"] + self._scope["trailers"])
finds_lower_case_only: headers[name] finds names in lower case only. [HDR-003]
  Headers.__missing__: _get(self, name.lower()) => _get(self, name)
has_lower_case_only: `name in headers` knows names in lower case only. [HDR-003]
  Headers.__contains__ = dict.__contains__
AnyName (Whole): Fields are there whose names are no tokens. [HDR-004]
  adapter._make_headers = lambda self: made({n.lower(): "v" for n in names(self)
    if "_" not in n and not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", n)} | was(self))
Underscores (Whole): Fields are there whose names have an underscore. [HDR-005]
  adapter._make_headers = lambda self: made(
    {n.lower(): "v" for n in names(self) if "_" in n} | was(self))
UnderscoresAsDashes (Whole): An underscore in a name is taken for a dash, as CGI does.
  [HDR-005,018 PRX-006]
  adapter._make_headers = lambda self: of_pairs(
    (n.replace(b"_", b"-"), value) for n, value in self._scope["headers"])
ValuesAsUTF8 (Whole): Values are read as UTF-8. [HDR-006..008 SER-001,005]
  adapter._make_headers = lambda self: made(
    {n: latin1_to_utf8(v) if n != "cookie" else v for n, v in was(self).items()})
NotStripped (Whole): White space around values stays, but for one space. [HDR-007,011 SER-001]
  adapter._make_headers = lambda self: made({n: last.removeprefix(" ")
    if (last := sent(self, n)[-1]).strip(" \t") == v else v for n, v in was(self).items()})
StrippedAsUnicode (Whole): Whatever Unicode calls white space is stripped off values.
  [FRM-023 HDR-007]
  adapter._make_headers = lambda self: made({n: value.strip() for n, value in was(self).items()})
LastField (Whole): The last of a repeated field is the only one, but for Cookie and Host.
  [FLD-001,003 FRM-006 HDR-008,014 PRX-001,005]
  adapter._make_headers = lambda self: made({n: last if n not in {"cookie", "host"} and
    v.endswith(last := sent(self, n)[-1].strip(" \t")) else v for n, v in was(self).items()})
JoinedWithSpace: Values of a repeated field are joined with a comma and a space. [HDR-008]
  _headers._joined: ",".join(values) => ", ".join(values).rstrip(" ")
CookiesJoinedWithComma: Cookie fields are joined as any other field is. [HDR-009]
  _headers._joined: name == "cookie" => False
framing_is_told: Transfer-Encoding and its company are there. [HDR-010]
  _headers.FRAMING = frozenset()
empty_is_there: An empty Content-Type, Content-Length or Host is there. [HDR-011]
  _headers._ABSENT_IF_EMPTY = frozenset()
EmptyIsAbsent (Whole): Every empty field is absent. [HDR-006,007,011]
  adapter._make_headers = lambda self: made({n: value for n, value in was(self).items() if value})
control_characters_pass: NUL, CR and LF stay in values, unless the line was folded. [HDR-012]
  _headers._FORBIDDEN = {}
folds_stay: A folded value is handed on with its line ends. [HDR-013]
  _headers._clean = lambda value: value if "\r\n" in value else was(value)
splits_quoted_strings: A comma inside a quoted string separates. [HDR-014]
  members = lambda value: [name for each in value.split(",") if (name := each.strip(" \t"))]
keeps_empty_members: Empty members of a list are members. [HDR-014]
  members = lambda value: was(value) + [""] * (",," in value)
splits_everything: Fields with one value are split at commas. [HDR-015]
  _headers.SINGLE_VALUED = frozenset()
splits_nothing_unknown: Fields that are in no table are not split. [HDR-014,015]
  _headers.SINGLE_VALUED = was | {"x-other", "x-list"}
SingleLookUpByCase: get_header finds names in lower case only. [HDR-016]
  adapter.get_header = lambda self, name, default=None: (
    was(self, name, default) if name == name.lower() else default)
MisspeltIsAbsent: get_header does not mind a name that no field can have. [HDR-016]
  adapter.get_header = lambda self, name, default=None: (
    caught(lambda: was(self, name, default), (TypeError, ValueError), default))
misspelt_without_the_right_spelling: get_header does not say how a name is spelt. [HDR-016]
  _fields._respelt = lambda name: ""
single_look_up_unstripped (WSGI): On WSGI, get_header gives the value as the server has it.
  [HDR-016]
  header_from_wsgi = lambda environ, name: f"{found} " if (found := was(environ, name)) and (
    re.match("(?i)x-(?!session-hash)", name)) else found
InventedType (Whole): A Content-Type is made up where none was sent. [NONE_MADE_UP]
  adapter._make_headers = lambda self: made({"content-type": "text/plain"} | was(self))
BelievesWsgiref (WSGI): The Content-Type that wsgiref makes up is believed. [NONE_MADE_UP]
  adapter._content_type_is_made_up = lambda self: False
PosingFields (WSGI): Content_Type is taken for Content-Type, as the environ has room for both.
  [HDR-018]
  adapter._make_headers = lambda self: made(was(self) | {name: value for name in (
    "content-type", "content-length") if (value := self._environ.get("HTTP_" +
    name.upper().replace("-", "_"))) is not None})
""",
    *(Whole, of_pairs, made, sent, names, Name),
    NONE_MADE_UP="FLD-001 HDR-002 HDR-004 HDR-011 HDR-017..018",
)
