"""Mutants of the URL and the host (URL)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from mutants.lenient import SoundASGI
from mutants.mutant import breaks, changed
from unireq import _native, _url, _urlencoded
from unireq._url import URL

_build = _url.build_url
_valid = _url.valid_host


@breaks("URL-001", of=(URL, "port"))
@property
def port_as_text(self: URL) -> str | None:
    """`url`.port is text."""
    return self._host_and_port()[1]


@breaks("URL-001", of=(URL, "hostname"))
@property
def hostname_with_port(self: URL) -> str | None:
    """`url`.hostname has the port."""
    return self.netloc.lower() or None


@breaks("API-007", "API-004", "URL-001", of=_build)
def text_without_parts(*parts: Any) -> str:
    """`url` is a str and no more."""
    return str(_build(*parts))


@breaks("URL-002", "URL-004", "URL-006", of=_build)
def without_query(
    scheme: str, host: str | None, method: str, path: str, raw: bytes | None, query: str
) -> URL:
    """`url` lacks the query."""
    return _build(scheme, host, method, path, raw, "")


@breaks("URL-002", "URL-004", of=_build)
def path_quoted_anew(
    scheme: str, host: str | None, method: str, path: str, raw: bytes | None, query: str
) -> URL:
    """`url` has the path quoted anew, where it could have it as sent."""
    return _build(scheme, host, method, path, None, query)


changed(
    "quotes_more",
    "Of a quoted path, more is escaped than has to be.",
    (_url, "_PATH_SAFE"),
    "/",
    "URL-003",
)


@breaks("URL-003", of=_url._quoted)
def quotes_in_lower_case(path: str) -> str:
    """Escapes are in lower case."""
    return re.sub("%..", lambda escape: escape[0].lower(), quote(path, safe=_url._PATH_SAFE))


@breaks("URL-002", "URL-004", of=_urlencoded.percent_encode)
def normalises(text: str) -> str:
    """What was sent is quoted anew."""
    return text.replace("%c3%a9", "%C3%A9").replace("|", "%7C")


@breaks("URL-005", of=_build)
def glued_to_the_host(
    scheme: str, host: str | None, method: str, path: str, raw: bytes | None, query: str
) -> URL:
    """A path that begins with no slash is glued to the host."""
    if path[:1] == "/" or host is None:
        return _build(scheme, host, method, path, raw, query)
    return URL(f"{scheme}://{host}{path}")


@breaks("URL-006", of=_build)
def a_host_made_up(
    scheme: str, host: str | None, method: str, path: str, raw: bytes | None, query: str
) -> URL:
    """Without a host, url has the server's name."""
    return _build(scheme, host or "localhost", method, path, raw, query)


@breaks("SER-003", "URL-006", "URL-010", "URL-011", of=_url.valid_host)
def any_host(value: str | None) -> str | None:
    """Any host goes."""
    return value


@breaks("URL-010", of=_url.valid_host)
def host_without_port(value: str | None) -> str | None:
    """The host lacks its port."""
    host = _valid(value)
    return None if host is None else re.sub(":[0-9]*$", "", host)


@breaks("URL-010", of=_url.valid_host)
def host_in_lower_case(value: str | None) -> str | None:
    """The host is in lower case."""
    host = _valid(value)
    return None if host is None else host.lower()


@breaks("URL-011")
class LastHost(SoundASGI):
    """The last of several Host fields is believed."""

    __slots__ = ()

    @property
    def host(self) -> str | None:
        fields = [v.decode("latin-1").strip() for n, v in self._scope["headers"] if n == b"Host"]
        return super().host or (_valid(fields[-1]) if len(fields) > 1 else None)


@breaks("URL-012", of=(_native, "absolute_authority"))
def host_field_first(target: str) -> str | None:
    """The Host field goes before the authority of the target."""
    return None


@breaks("URL-013")
class AllowsAnyHost(SoundASGI):
    """The framework's list of hosts is not asked."""

    __slots__ = ()

    def _allows_host(self, host: str) -> bool:
        return True
