"""Mutants of header fields (HDR)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import mutant
from unireq import _fields, _headers
from unireq._fields import is_field_name, members
from unireq._headers import Headers, header_from_wsgi
from unireq._mapping import restore
from unireq.adapter import headers_from_asgi, latin1_to_utf8

_GET = (SoundASGI, "get_header")
_NONE_MADE_UP = "HDR-002 HDR-004 HDR-011 HDR-017 HDR-018 FLD-001"


class _Whole(SoundASGI):
    """Looks up single fields in the mapping, so that both are wrong in the same way."""

    __slots__ = ()

    def get_header(self, name: str, default: Any = None) -> Any:
        super().get_header(name)  # which names are none is not what is wrong
        return self.headers.get(name, default)


_MAKE = (_Whole, "_make_headers")


def _altered(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Headers are made of other (name, value) pairs; `change` takes the scope."""
    return lambda make, self: headers_from_asgi(list(change(self._scope)))


def _changed(change: Callable[..., Any]) -> Callable[..., Any]:
    """The fields are changed; `change` takes them and the scope."""
    return lambda make, self: restore(Headers, dict(change(dict(make(self)), self._scope)))


def _sent(scope: Any, name: str) -> list[str]:
    """The values of a field as sent, stripped."""
    pairs = [(n.lower().decode("latin-1"), v) for n, v in scope["headers"]]
    return [v.decode("latin-1").strip(" \t") for n, v in pairs if n == name]


def _names(scope: Any, *, underscores: bool) -> list[str]:
    names = [n.lower().decode("latin-1") for n, _ in scope["headers"]]
    return [name for name in names if ("_" in name) == underscores]


class _Name(str):
    __slots__ = ()


mutant("NamesOfAnotherType", "Names are of a subclass of str.", "HDR-001", on=_Whole).wraps(
    _MAKE, _changed(lambda fields, _: {_Name(name): value for name, value in fields.items()})
)
mutant(
    "NamesAsSent",
    "Names also stand there as they were sent.",
    "HDR-002 HDR-004 HDR-017 SER-001",
    on=_Whole,
).wraps(
    _MAKE,
    _changed(
        lambda fields, scope: {
            **fields,
            **{
                name: fields[name.lower()]
                for name in (octets.decode("latin-1") for octets, _ in scope["headers"])
                if name.startswith("X-") and name.lower() in fields
            },
        }
    ),
)
mutant(
    "UnicodeNames", "Names are lowered by the rules of Unicode.", "HDR-004 PRX-006", on=_Whole
).wraps(
    _MAKE,
    _altered(
        lambda scope: (
            (name.decode("utf-8", "replace").lower().encode("latin-1", "replace"), value)
            for name, value in scope["headers"]
        )
    ),
)
mutant(
    "TrailersToo",
    "Trailer fields are there like header fields.",
    "HDR-019 FRM-007 FRM-008 FRM-011 FRM-013 FRM-020 PRX-006",
    on=_Whole,
).wraps(_MAKE, _altered(lambda scope: [*scope["headers"], *scope["trailers"]]))
mutant("finds_lower_case_only", "headers[name] finds names in lower case only.", "HDR-003").edits(
    (Headers, "__missing__"), "_get(self, name.lower())", "_get(self, name)"
)
mutant("has_lower_case_only", "`name in headers` knows names in lower case only.", "HDR-003").puts(
    (Headers, "__contains__"), dict.__contains__
)
mutant("AnyName", "Fields are there whose names are no tokens.", "HDR-004", on=_Whole).wraps(
    _MAKE,
    _changed(
        lambda fields, scope: {
            **{n: "v" for n in _names(scope, underscores=False) if not is_field_name(n)},
            **fields,
        }
    ),
)
mutant(
    "Underscores", "Fields are there whose names have an underscore.", "HDR-005", on=_Whole
).wraps(
    _MAKE,
    _changed(
        lambda fields, scope: {**dict.fromkeys(_names(scope, underscores=True), "v"), **fields}
    ),
)
mutant(
    "UnderscoresAsDashes",
    "An underscore in a name is taken for a dash, as CGI does.",
    "HDR-005 HDR-018 PRX-006",
    on=_Whole,
).wraps(
    _MAKE,
    _altered(lambda scope: [(name.replace(b"_", b"-"), value) for name, value in scope["headers"]]),
)
mutant(
    "ValuesAsUTF8",
    "Values are read as UTF-8.",
    "HDR-006 HDR-007 HDR-008 SER-001 SER-005",
    on=_Whole,
).wraps(
    _MAKE,
    _changed(
        lambda fields, _: {n: latin1_to_utf8(v) if n != "cookie" else v for n, v in fields.items()}
    ),
)


def _not_stripped(fields: dict[str, str], scope: Any) -> dict[str, str]:
    sent = {n.lower().decode("latin-1"): v.decode("latin-1") for n, v in scope["headers"]}
    # Every server strips the one space that almost every client sends.
    kept = {n: sent[n].removeprefix(" ") for n, v in fields.items() if sent[n].strip(" \t") == v}
    return {**fields, **kept}


mutant(
    "NotStripped", "White space around values stays.", "HDR-007 SER-001 HDR-011", on=_Whole
).wraps(_MAKE, _changed(_not_stripped))
mutant(
    "StrippedAsUnicode",
    "Whatever Unicode calls white space is stripped off values.",
    "FRM-023 HDR-007",
    on=_Whole,
).wraps(_MAKE, _changed(lambda fields, _: {name: value.strip() for name, value in fields.items()}))
mutant(
    "LastField",
    "The last of a repeated field is the only one, but for Cookie and Host.",
    "HDR-008 HDR-014 FRM-006 FLD-001 FLD-003 PRX-001 PRX-005",
    on=_Whole,
).wraps(
    _MAKE,
    _changed(
        lambda fields, scope: {
            name: last
            if name not in {"cookie", "host"} and value.endswith(last := _sent(scope, name)[-1])
            else value
            for name, value in fields.items()
        }
    ),
)
mutant(
    "JoinedWithSpace",
    "Values of a repeated field are joined with a comma and a space.",
    "HDR-008",
    on=_Whole,
).wraps(
    _MAKE,
    _changed(
        lambda fields, scope: {
            name: ", ".join(several).strip(" ")
            if name.startswith("x-") and len(several := _sent(scope, name)) > 1
            else value
            for name, value in fields.items()
        }
    ),
)
mutant(
    "CookiesJoinedWithComma",
    "Cookie fields are joined as any other field is.",
    "HDR-009",
    on=_Whole,
).wraps(
    _MAKE,
    _changed(
        lambda fields, scope: {
            name: ",".join(_sent(scope, name)) if name == "cookie" else value
            for name, value in fields.items()
        }
    ),
)
mutant("framing_is_told", "Transfer-Encoding and its company are there.", "HDR-010").puts(
    (_headers, "FRAMING"), frozenset[str]()
)
mutant("empty_is_there", "An empty Content-Type, Content-Length or Host is there.", "HDR-011").puts(
    (_headers, "_ABSENT_IF_EMPTY"), frozenset[str]()
)
mutant("EmptyIsAbsent", "Every empty field is absent.", "HDR-006 HDR-007 HDR-011", on=_Whole).wraps(
    _MAKE, _changed(lambda fields, _: {name: value for name, value in fields.items() if value})
)
mutant(
    "control_characters_pass",
    "NUL, CR and LF stay in values, unless the line was folded.",
    "HDR-012",
).puts((_headers, "_FORBIDDEN"), {})
mutant("folds_stay", "A folded value is handed on with its line ends.", "HDR-013").wraps(
    _headers._clean, lambda clean, value: value if "\r\n" in value else clean(value)
)
mutant("splits_quoted_strings", "A comma inside a quoted string separates.", "HDR-014").puts(
    members, lambda value: [name for each in value.split(",") if (name := each.strip(" \t"))]
)
mutant("keeps_empty_members", "Empty members of a list are members.", "HDR-014").wraps(
    members, lambda members, value: members(value) + [""] * (",," in value)
)
mutant("splits_everything", "Fields with one value are split at commas.", "HDR-015").puts(
    (_headers, "SINGLE_VALUED"), frozenset[str]()
)
mutant(
    "splits_nothing_unknown", "Fields that are in no table are not split.", "HDR-014 HDR-015"
).puts((_headers, "SINGLE_VALUED"), _fields.SINGLE_VALUED | {"x-other", "x-list"})
mutant("SingleLookUpByCase", "get_header finds names in lower case only.", "HDR-016").wraps(
    _GET,
    lambda get, self, name, default=None: (
        get(self, name, default) if name == name.lower() else default
    ),
)


def _get_or_default(get: Any, self: Any, name: str, default: Any = None) -> Any:
    try:
        return get(self, name, default)
    except (TypeError, ValueError):
        return default


mutant(
    "MisspeltIsAbsent", "get_header does not mind a name that no field can have.", "HDR-016"
).wraps(_GET, _get_or_default)
mutant(
    "misspelt_without_the_right_spelling", "get_header does not say how a name is spelt.", "HDR-016"
).puts((_fields, "_respelt"), lambda name: "")
mutant(
    "single_look_up_unstripped",
    "On WSGI, get_header gives the value as the server has it.",
    "HDR-016",
    on=SoundWSGI,
).wraps(
    header_from_wsgi,
    lambda get, environ, name: (
        f"{found} "
        if (found := get(environ, name)) and re.match("x-(?!session-hash)", name, re.IGNORECASE)
        else found
    ),
)
mutant(
    "InventedType", "A Content-Type is made up where none was sent.", _NONE_MADE_UP, on=_Whole
).wraps(_MAKE, _changed(lambda fields, _: {"content-type": "text/plain", **fields}))
mutant(
    "BelievesWsgiref",
    "The Content-Type that wsgiref makes up is believed.",
    _NONE_MADE_UP,
    on=SoundWSGI,
).puts((SoundWSGI, "_content_type_is_made_up"), lambda self: False)


def _posing(make: Any, self: Any) -> Headers:
    posing = {name: self._environ.get(f"HTTP_{key}") for name, key in _fields._OWN_KEYS.items()}
    return restore(Headers, {**make(self), **{n: v for n, v in posing.items() if v is not None}})


mutant(
    "PosingFields",
    "Content_Type is taken for Content-Type, as the environ has room for both.",
    "HDR-018",
    on=SoundWSGI,
).wraps((SoundWSGI, "_make_headers"), _posing)
