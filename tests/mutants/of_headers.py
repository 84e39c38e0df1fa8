"""Mutants of header fields (HDR)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, overload

from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import breaks, changed
from unireq import _fields, _headers
from unireq._fields import is_field_name
from unireq._headers import Headers
from unireq._mapping import restore
from unireq.adapter import headers_from_asgi, latin1_to_utf8

_get_from_environ = _headers.header_from_wsgi
_members = _fields.members

_T = TypeVar("_T")
_Pairs = Iterable[tuple[bytes, bytes]]


class _Whole(SoundASGI):
    """Looks up single fields in the mapping, so that both are wrong in the same way."""

    __slots__ = ()

    @overload
    def get_header(self, name: str, default: None = None) -> str | None: ...
    @overload
    def get_header(self, name: str, default: _T) -> str | _T: ...
    def get_header(self, name: str, default: Any = None) -> Any:
        super().get_header(name)  # which names are none is not what is wrong
        return self.headers.get(name, default)

    def _make_headers(self) -> Headers:
        pairs = [(name, value) for name, value in self._scope["headers"]]
        fields = dict(headers_from_asgi(self._altered(pairs)))
        return restore(Headers, self._changed(fields))

    def _altered(self, pairs: list[tuple[bytes, bytes]]) -> _Pairs:
        return pairs

    def _changed(self, fields: dict[str, str]) -> dict[str, str]:
        return fields

    def _sent(self, name: bytes) -> list[str]:
        """The values of a field as sent, stripped."""
        pairs = self._scope["headers"]
        return [v.decode("latin-1").strip(" \t") for n, v in pairs if n.lower() == name]


class _Name(str):
    __slots__ = ()


@breaks("HDR-001")
class NamesOfAnotherType(_Whole):
    """Names are of a subclass of str."""

    __slots__ = ()

    def _changed(self, fields: dict[str, str]) -> dict[str, str]:
        return {_Name(name): value for name, value in fields.items()}


@breaks("HDR-002", "HDR-004", "HDR-017", "SER-001")
class NamesAsSent(_Whole):
    """Names also stand there as they were sent."""

    __slots__ = ()

    def _changed(self, fields: dict[str, str]) -> dict[str, str]:
        names = [name.decode("latin-1") for name, _ in self._scope["headers"]]
        more = {n: fields[n.lower()] for n in names if n.startswith("X-") and n.lower() in fields}
        return {**fields, **more}


@breaks("HDR-004")
class UnicodeNames(_Whole):
    """Names are lowered by the rules of Unicode."""

    __slots__ = ()

    def _altered(self, pairs: list[tuple[bytes, bytes]]) -> _Pairs:
        for name, value in pairs:
            lowered = name.decode("utf-8", "replace").lower()
            yield (lowered.encode("latin-1", "replace"), value)


@breaks("HDR-019", "FRM-007", "FRM-008", "FRM-011", "FRM-013", "FRM-020")
class TrailersToo(_Whole):
    """Trailer fields are there like header fields."""

    __slots__ = ()

    def _altered(self, pairs: list[tuple[bytes, bytes]]) -> _Pairs:
        return [*pairs, *self._scope["trailers"]]


@breaks("HDR-003", of=(Headers, "__missing__"))
def finds_lower_case_only(self: Headers, name: str) -> str:
    """headers[name] finds names in lower case only."""
    raise KeyError(name)


@breaks("HDR-003", of=(Headers, "__contains__"))
def has_lower_case_only(self: Headers, name: object) -> bool:
    """`name in headers` knows names in lower case only."""
    return dict.__contains__(self, name)


@breaks("HDR-004")
class AnyName(_Whole):
    """Fields are there whose names are no tokens."""

    __slots__ = ()

    def _changed(self, fields: dict[str, str]) -> dict[str, str]:
        names = [n.lower().decode("latin-1") for n, _ in self._scope["headers"] if b"_" not in n]
        return {**{name: "v" for name in names if not is_field_name(name)}, **fields}


@breaks("HDR-005")
class Underscores(_Whole):
    """Fields are there whose names have an underscore."""

    __slots__ = ()

    def _changed(self, fields: dict[str, str]) -> dict[str, str]:
        odd = [n.lower().decode("latin-1") for n, _ in self._scope["headers"] if b"_" in n]
        return {**dict.fromkeys(odd, "v"), **fields}


@breaks("HDR-005", "HDR-018")
class UnderscoresAsDashes(_Whole):
    """An underscore in a name is taken for a dash, as CGI does."""

    __slots__ = ()

    def _altered(self, pairs: list[tuple[bytes, bytes]]) -> _Pairs:
        return [(name.replace(b"_", b"-"), value) for name, value in pairs]


@breaks("HDR-006", "HDR-007", "HDR-008", "SER-001", "SER-005")
class ValuesAsUTF8(_Whole):
    """Values are read as UTF-8."""

    __slots__ = ()

    def _changed(self, fields: dict[str, str]) -> dict[str, str]:
        return {n: latin1_to_utf8(v) if n != "cookie" else v for n, v in fields.items()}


@breaks("HDR-007", "SER-001")
class NotStripped(_Whole):
    """White space around values stays."""

    __slots__ = ()

    def _changed(self, fields: dict[str, str]) -> dict[str, str]:
        sent = {n.lower().decode("latin-1"): v.decode("latin-1") for n, v in self._scope["headers"]}
        # Every server strips the one space that almost every client sends.
        kept = {
            n: sent[n].removeprefix(" ") for n, v in fields.items() if sent[n].strip(" \t") == v
        }
        return {**fields, **kept}


@breaks("FRM-023", "HDR-007")
class StrippedAsUnicode(_Whole):
    """Whatever Unicode calls white space is stripped off values."""

    __slots__ = ()

    def _changed(self, fields: dict[str, str]) -> dict[str, str]:
        return {name: value.strip() for name, value in fields.items()}


@breaks("HDR-008", "HDR-014", "FRM-006")
class LastField(_Whole):
    """The last of a repeated field is the only one, but for Cookie and Host."""

    __slots__ = ()

    def _changed(self, fields: dict[str, str]) -> dict[str, str]:
        kept = ("cookie", "host")
        last = {n: self._sent(n.encode("latin-1"))[-1] for n in fields if n not in kept}
        return {**fields, **{n: v for n, v in last.items() if fields[n].endswith(v)}}


@breaks("HDR-008")
class JoinedWithSpace(_Whole):
    """Values of a repeated field are joined with a comma and a space."""

    __slots__ = ()

    def _changed(self, fields: dict[str, str]) -> dict[str, str]:
        several = {n: self._sent(n.encode("latin-1")) for n in fields if n.startswith("x-")}
        return {
            **fields,
            **{n: ", ".join(vs).strip(" ") for n, vs in several.items() if len(vs) > 1},
        }


@breaks("HDR-009")
class CookiesJoinedWithComma(_Whole):
    """Cookie fields are joined as any other field is."""

    __slots__ = ()

    def _changed(self, fields: dict[str, str]) -> dict[str, str]:
        return (
            {**fields, "cookie": ",".join(self._sent(b"cookie"))} if "cookie" in fields else fields
        )


changed(
    "framing_is_told",
    "Transfer-Encoding and its company are there.",
    (_headers, "FRAMING"),
    frozenset[str](),
    "HDR-010",
)
changed(
    "empty_is_there",
    "An empty Content-Type, Content-Length or Host is there.",
    (_headers, "_ABSENT_IF_EMPTY"),
    frozenset[str](),
    "HDR-011",
)


@breaks("HDR-006", "HDR-007", "HDR-011")
class EmptyIsAbsent(_Whole):
    """Every empty field is absent."""

    __slots__ = ()

    def _changed(self, fields: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in fields.items() if value}


changed(
    "control_characters_pass",
    "NUL, CR and LF stay in values, unless the line was folded.",
    (_headers, "_FORBIDDEN"),
    {},
    "HDR-012",
)


@breaks("HDR-013", of=_headers._clean)
def folds_stay(value: str) -> str:
    """A folded value is handed on with its line ends."""
    return value if "\r\n" in value else value.translate(_headers._FORBIDDEN).strip(" \t")


@breaks("HDR-014", of=_fields.members)
def splits_quoted_strings(value: str) -> list[str]:
    """A comma inside a quoted string separates."""
    return [member for piece in value.split(",") if (member := piece.strip(" \t"))]


@breaks("HDR-014", of=_fields.members)
def keeps_empty_members(value: str) -> list[str]:
    """Empty members of a list are members."""
    return _members(value) + [""] * (",," in value)


changed(
    "splits_everything",
    "Fields with one value are split at commas.",
    (_headers, "SINGLE_VALUED"),
    frozenset[str](),
    "HDR-015",
)
changed(
    "splits_nothing_unknown",
    "Fields that are in no table are not split.",
    (_headers, "SINGLE_VALUED"),
    _fields.SINGLE_VALUED | {"x-other", "x-list"},
    "HDR-014",
    "HDR-015",
)


@breaks("HDR-016")
class SingleLookUpByCase(SoundASGI):
    """get_header finds names in lower case only."""

    __slots__ = ()

    def get_header(self, name: str, default: Any = None) -> Any:
        return super().get_header(name, default) if name == name.lower() else default


@breaks("HDR-016")
class MisspeltIsAbsent(SoundASGI):
    """get_header does not mind a name that no field can have."""

    __slots__ = ()

    def get_header(self, name: str, default: Any = None) -> Any:
        try:
            return super().get_header(name, default)
        except (TypeError, ValueError):
            return default


changed(
    "misspelt_without_the_right_spelling",
    "get_header does not say how a name is spelt.",
    (_fields, "_respelt"),
    lambda name: "",  # pyright: ignore[reportUnknownLambdaType]
    "HDR-016",
)


@breaks("HDR-016", of=_headers.header_from_wsgi, on=SoundWSGI)
def single_look_up_unstripped(environ: dict[str, Any], name: str) -> str | None:
    """On WSGI, get_header gives the value as the server has it."""
    found = _get_from_environ(environ, name)
    return f"{found} " if found and name.lower().startswith("x-") else found


@breaks("HDR-002", "HDR-004", "HDR-011", "HDR-017", "HDR-018")
class InventedType(_Whole):
    """A Content-Type is made up where none was sent."""

    __slots__ = ()

    def _changed(self, fields: dict[str, str]) -> dict[str, str]:
        return {"content-type": "text/plain", **fields}


@breaks("HDR-002", "HDR-004", "HDR-011", "HDR-017", "HDR-018")
class BelievesWsgiref(SoundWSGI):
    """The Content-Type that wsgiref makes up is believed."""

    __slots__ = ()

    def _content_type_is_made_up(self) -> bool:
        return False


@breaks("HDR-018")
class PosingFields(SoundWSGI):
    """Content_Type is taken for Content-Type, as the environ has room for both."""

    __slots__ = ()

    def _make_headers(self) -> Headers:
        made = super()._make_headers()
        posing = {
            "content-type": self._environ.get("HTTP_CONTENT_TYPE"),
            "content-length": self._environ.get("HTTP_CONTENT_LENGTH"),
        }
        return restore(Headers, {**made, **{n: v for n, v in posing.items() if v is not None}})
