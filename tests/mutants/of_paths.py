"""Mutants of the path and of path parameters (PTH)."""

from __future__ import annotations

import posixpath
from typing import Any

from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import breaks, mutant
from unireq._url import normalize_path, normalize_raw_path
from unireq._views import name_of_view
from unireq.adapter import latin1_to_utf8, percent_decode

_PATH = (SoundASGI, "_routed_path")
_WSGI_PATH = (SoundWSGI, "_routed_path")
_PARAMS = (SoundASGI, "path_params")

mutant(
    "WithoutMount", "The path lacks the mount prefix.", "API-004 PTH-006 PTH-007", on=SoundWSGI
).puts(_WSGI_PATH, lambda self: latin1_to_utf8(self._environ["PATH_INFO"]) or "/")
mutant(
    "PathAsSent",
    "The path is what was sent, not what is routed on.",
    "API-004 PTH-001 PTH-002 PTH-005 PTH-006 URL-002 URL-003 URL-004 PTH-003 PTH-004 PTH-007",
).puts(_PATH, lambda self: self._scope["raw_path"].decode("latin-1"))
mutant("DecodedTwice", "The path is decoded twice.", "PTH-001 PTH-002 PTH-005 PTH-006").wraps(
    _PATH, lambda routed, self: percent_decode(p) if (p := routed(self)).isascii() else p
)
mutant(
    "PathAsLatin1",
    "The path is left as the environ has it.",
    "PTH-001 PTH-002 PTH-005 PTH-006 URL-002 URL-003 URL-004",
    on=SoundWSGI,
).puts(_WSGI_PATH, lambda self: self._environ["SCRIPT_NAME"] + self._environ["PATH_INFO"] or "/")
mutant(
    "PlusIsSpace",
    "A `+` in the path is a space.",
    "PTH-001 PTH-002 PTH-005 URL-002 URL-003 URL-004",
).wraps(_PATH, lambda routed, self: routed(self).replace("+", " "))
mutant("slashes_stay", "Leading slashes stay.", "PTH-001 PTH-003 PTH-005 URL-003").puts(
    normalize_path, lambda path: path
)
mutant(
    "DotsResolved", "Dot segments are resolved.", "PTH-001 PTH-004 PTH-005 URL-002 PTH-007"
).wraps(_PATH, lambda routed, self: posixpath.normpath(p) if "/." in (p := routed(self)) else p)
mutant(
    "SlashesMerged", "Several slashes inside become one.", "PTH-001 PTH-004 PTH-005 URL-002"
).wraps(_PATH, lambda routed, self: (p := routed(self))[:1] + p[1:].replace("//", "/"))
mutant(
    "raw_path_always",
    "raw_path is given even where it says something else than path.",
    "PTH-005 SER-001 SER-004 SER-005 URL-003",
).puts(normalize_raw_path, lambda raw, path: raw and raw.partition(b"?")[0])
mutant("NoRawPath", "raw_path is never given.", "PTH-005 PTH-006 URL-002 URL-004").puts(
    (SoundASGI, "_raw_target"), lambda self: None
)
mutant(
    "raw_path_with_query",
    "raw_path has the query, where there is one.",
    "PTH-005 SER-001 SER-004 SER-005 URL-002 URL-004 URL-006",
    on=SoundWSGI,
).wraps(
    normalize_raw_path,
    lambda normalize, raw, path: (
        raw if (path := normalize(raw, path)) is not None and raw[-1:] != b"?" else path
    ),
)


@breaks("PTH-001 PTH-002 PTH-005 PTH-006 URL-002 URL-003", of=_PATH)
def UndecodableAsEscape(self: Any) -> str:  # noqa: N802
    """Octets that are not UTF-8 are escapes in the path, as Django has them."""
    raw = self._scope["raw_path"].decode("latin-1")
    kept = percent_decode(raw, "surrogateescape")
    return "".join(f"%{ord(c) & 0xFF:02X}" if "\udc80" <= c <= "\udcff" else c for c in kept)


mutant("NoMount", "root_path is empty.", "API-004 PTH-007").puts((SoundASGI, "root_path"), "")
mutant(
    "MountTwice", "The mount prefix is put before a path that has it.", "API-004 PTH-007 PTH-006"
).wraps(_PATH, lambda routed, self: self.root_path + routed(self))
mutant("ChangedByRouting", "What the router has found changes the query.", "PTH-008 PRX-006").wraps(
    (SoundASGI, "query_string"),
    lambda query, self: query(self) if "endpoint" in self._scope else "early",
)
mutant(
    "ParametersAsText",
    "Path parameters are text, whatever the router made of them.",
    "API-004 PTH-010",
).wraps(_PARAMS, lambda params, self: {n: str(value) for n, value in params(self).items()})
mutant("NoParameters", "There are no path parameters.", "API-004 PTH-010 PTH-011").puts(
    _PARAMS, property(lambda self: {})
)
mutant("ParametersDecodedTwice", "Text in path parameters is decoded once more.", "PTH-011").wraps(
    _PARAMS,
    lambda params, self: {
        n: percent_decode(v) if isinstance(v, str) and v.isascii() else v
        for n, v in params(self).items()
    },
)
mutant("ParametersAsSent", "Text in path parameters is as sent, as in Sanic.", "PTH-011").wraps(
    _PARAMS,
    lambda params, self: {
        n: self._scope["raw_path"].decode().split("/", 3)[-1] if isinstance(v, str) else v
        for n, v in params(self).items()
    },
)

_ROUTE = (SoundASGI, "route")
mutant("NoRoute", "There is no route.", "PTH-012").puts(_ROUTE, None)
mutant("RouteAsDeclared", "The route is in the notation of the framework.", "PTH-012").puts(
    _ROUTE, property(lambda self: getattr(self._scope.get("route"), "path", None))
)
mutant("RouteFilledIn", "The route has what the client sent.", "PTH-012").wraps(
    _ROUTE, lambda route, self: route(self) and self.path
)
mutant(
    "RouteTooEarly", "The route is known before the router has found it.", "MID-012 PTH-008"
).wraps(_ROUTE, lambda route, self: route(self) or "/params/str/{value}")
mutant("NoView", "There is no view.", "PTH-013").puts((SoundASGI, "_find_view"), lambda self: None)
mutant("ViewAsShown", "A view is shown, not named.", "PTH-013").puts(name_of_view, repr)
mutant("ViewTooEarly", "A view is named before routing.", "MID-012 PTH-008").puts(
    (SoundASGI, "_find_view"), lambda self: _ROUTE
)
