"""Mutants of the path and of path parameters (PTH)."""

from __future__ import annotations

import posixpath
from typing import Any

from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import breaks
from unireq import _url
from unireq.adapter import latin1_to_utf8, percent_decode

_normalize = _url.normalize_raw_path


@breaks("API-004", "PTH-007")
class WithoutMount(SoundWSGI):
    """The path lacks the mount prefix."""

    __slots__ = ()

    def _routed_path(self) -> str:
        return latin1_to_utf8(self._environ["PATH_INFO"]) or "/"


@breaks("API-004", "PTH-001", "PTH-002", "PTH-005", "PTH-006", "URL-002", "URL-003", "URL-004")
class PathAsSent(SoundASGI):
    """The path is what was sent, not what is routed on."""

    __slots__ = ()

    def _routed_path(self) -> str:
        return self._scope["raw_path"].decode("latin-1")  # type: ignore[no-any-return]


@breaks("PTH-001", "PTH-002", "PTH-005", "PTH-006")
class DecodedTwice(SoundASGI):
    """The path is decoded twice."""

    __slots__ = ()

    def _routed_path(self) -> str:
        path = super()._routed_path()
        return percent_decode(path) if path.isascii() else path


@breaks("PTH-001", "PTH-002", "PTH-005", "PTH-006", "URL-002", "URL-003", "URL-004")
class PathAsLatin1(SoundWSGI):
    """The path is left as the environ has it."""

    __slots__ = ()

    def _routed_path(self) -> str:
        return self._environ["SCRIPT_NAME"] + self._environ["PATH_INFO"] or "/"


@breaks("PTH-001", "PTH-002", "PTH-005", "URL-002", "URL-003", "URL-004")
class PlusIsSpace(SoundASGI):
    """A `+` in the path is a space."""

    __slots__ = ()

    def _routed_path(self) -> str:
        return super()._routed_path().replace("+", " ")


@breaks("PTH-001", "PTH-003", "PTH-005", "URL-003", of=_url.normalize_path)
def slashes_stay(path: str) -> str:
    """Leading slashes stay."""
    return path


@breaks("PTH-001", "PTH-004", "PTH-005", "URL-002")
class DotsResolved(SoundASGI):
    """Dot segments are resolved."""

    __slots__ = ()

    def _routed_path(self) -> str:
        path = super()._routed_path()
        return posixpath.normpath(path) if "/." in path else path


@breaks("PTH-001", "PTH-004", "PTH-005", "URL-002")
class SlashesMerged(SoundASGI):
    """Several slashes inside become one."""

    __slots__ = ()

    def _routed_path(self) -> str:
        path = super()._routed_path()
        return path[:1] + path[1:].replace("//", "/")


@breaks("PTH-005", "SER-001", "SER-004", "SER-005", "URL-003", of=_url.normalize_raw_path)
def raw_path_always(raw: bytes | None, path: str) -> bytes | None:
    """raw_path is given even where it says something else than path."""
    return None if raw is None else raw.partition(b"?")[0]


@breaks("PTH-005", "PTH-006", "URL-002", "URL-004")
class NoRawPath(SoundASGI):
    """raw_path is never given."""

    __slots__ = ()

    def _raw_target(self) -> bytes | None:
        return None


@breaks(
    "PTH-005",
    "SER-001",
    "SER-004",
    "SER-005",
    "URL-002",
    "URL-004",
    "URL-006",
    of=_url.normalize_raw_path,
    on=SoundWSGI,
)
def raw_path_with_query(raw: bytes | None, path: str) -> bytes | None:
    """raw_path has the query, where there is one."""
    settled = _normalize(raw, path)
    return raw if settled is not None and raw is not None and raw[-1:] != b"?" else settled


@breaks("PTH-001", "PTH-002", "PTH-005", "PTH-006", "URL-002", "URL-003")
class UndecodableAsEscape(SoundASGI):
    """Octets that are not UTF-8 are escapes in the path, as Django has them."""

    __slots__ = ()

    def _routed_path(self) -> str:
        raw = self._scope["raw_path"].decode("latin-1")
        kept = percent_decode(raw, "surrogateescape")
        return "".join(f"%{ord(c) & 0xFF:02X}" if "\udc80" <= c <= "\udcff" else c for c in kept)


@breaks("API-004", "PTH-007")
class NoMount(SoundASGI):
    """root_path is empty."""

    __slots__ = ()

    @property
    def root_path(self) -> str:
        return ""


@breaks("API-004", "PTH-007")
class MountTwice(SoundASGI):
    """The mount prefix is put before a path that has it."""

    __slots__ = ()

    def _routed_path(self) -> str:
        return self.root_path + super()._routed_path()


@breaks("PTH-008")
class ChangedByRouting(SoundASGI):
    """What the router has found changes the query."""

    __slots__ = ()

    @property
    def query_string(self) -> str:
        return super().query_string if "endpoint" in self._scope else "early"


@breaks("API-004", "PTH-010")
class ParametersAsText(SoundASGI):
    """Path parameters are text, whatever the router made of them."""

    __slots__ = ()

    @property
    def path_params(self) -> dict[str, Any]:
        return {name: str(value) for name, value in super().path_params.items()}


@breaks("API-004", "PTH-010", "PTH-011")
class NoParameters(SoundASGI):
    """There are no path parameters."""

    __slots__ = ()

    @property
    def path_params(self) -> dict[str, Any]:
        return {}


@breaks("PTH-011")
class ParametersDecodedTwice(SoundASGI):
    """Text in path parameters is decoded once more."""

    __slots__ = ()

    @property
    def path_params(self) -> dict[str, Any]:
        found = super().path_params
        return {
            n: percent_decode(v) if isinstance(v, str) and v.isascii() else v
            for n, v in found.items()
        }


@breaks("PTH-011")
class ParametersAsSent(SoundASGI):
    """Text in path parameters is as sent, as in Sanic."""

    __slots__ = ()

    @property
    def path_params(self) -> dict[str, Any]:
        sent = self._scope["raw_path"].decode("ascii").split("/", 3)[-1]
        return {n: sent if isinstance(v, str) else v for n, v in super().path_params.items()}
