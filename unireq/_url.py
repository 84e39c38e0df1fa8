"""URL: a `str` that knows its parts.

Taken apart with the expression of RFC 3986 appendix B, which matches every string, so reading a
part never fails.
"""

from __future__ import annotations

import re
from typing import Final

from unireq._redact import hide_target, hide_url, shown_name

__all__ = ["AUTHORITY_END", "URL", "valid_host"]

_PARTS = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_PORT = re.compile(r"(.*?)(?::([0-9]*))?", re.DOTALL)

# RFC 3986 3.2.2, 3.2.3: host [ ":" port ], without userinfo. A comma, though a sub-delim, is left
# out: it is how a server joins two Host fields. An http URI has no empty host (RFC 9110 4.2.1).
_HOST = re.compile(
    r"(?:\[(?:[0-9A-Fa-f:.]{2,}|v[0-9A-Fa-f]+\.[0-9A-Za-z\-._~!$&'()*+;=:]+)\]"
    r"|(?:[0-9A-Za-z\-._~!$&'()*+;=]|%[0-9A-Fa-f]{2})+)"
    r"(?::([0-9]*))?"
)
_MAX_PORT = 65535
AUTHORITY_END: Final = re.compile(r"[/?#]")

# What may stand in each part without starting the next one (RFC 3986 3).
_FORBIDDEN_IN: Final = {
    "scheme": re.compile(r"[^0-9A-Za-z+.\-]"),
    "netloc": re.compile(r"[/?#\s]"),
    "path": re.compile(r"[?#\s]"),
    "query": re.compile(r"[#\s]"),
}


def valid_host(value: str | None) -> str | None:
    """`value` if it is the host and port of an http URI, else None.

    Source: RFC 3986 3.2.2 and 3.2.3, RFC 9110 4.2.1 and 7.2.
    """
    if value is None:
        return None
    match = _HOST.fullmatch(value)
    if match is None or (match[1] and (len(match[1]) > 5 or int(match[1]) > _MAX_PORT)):
        return None
    return value


class URL(str):
    """A URL, or a relative reference where the host is not known, or empty where there is none.

    It is a `str` in every respect; its parts are read from it, percent-escapes as they stand. Only
    its `repr` hides userinfo and the values in the query.
    """

    __slots__ = ()

    def _parts(self) -> tuple[str, str | None, str, str | None]:
        match = _PARTS.fullmatch(self)
        if match is None:  # pragma: no cover (the expression matches every string)
            raise AssertionError(self)
        return match[1] or "", match[2], match[3], match[4]

    @property
    def scheme(self) -> str:
        """The scheme: `"https"`; `""` in a relative reference."""
        return self._parts()[0]

    @property
    def netloc(self) -> str:
        """The authority, host and port as they stand: `"example.org:8080"`; `""` if none."""
        return self._parts()[1] or ""

    @property
    def path(self) -> str:
        """The path, percent-encoded: `"/caf%C3%A9"`."""
        return self._parts()[2]

    @property
    def query(self) -> str:
        """The query without `?`, percent-encoded; `""` if there is none."""
        return self._parts()[3] or ""

    @property
    def hostname(self) -> str | None:
        """The host without port and brackets, in lower case; None if there is none."""
        host = self._host_and_port()[0].rpartition("@")[2].strip("[]").lower()
        return host or None

    @property
    def port(self) -> int | None:
        """The port that the URL names, 0 to 65535.

        None where it names none: then the scheme's default holds.
        """
        port = self._host_and_port()[1]
        return int(port) if port and len(port) < 6 and int(port) <= _MAX_PORT else None

    def _host_and_port(self) -> tuple[str, str | None]:
        match = _PORT.fullmatch(self.netloc)
        return (match[1], match[2]) if match else ("", None)

    def with_(
        self,
        *,
        scheme: str | None = None,
        netloc: str | None = None,
        path: str | None = None,
        query: str | None = None,
    ) -> URL:
        """The URL with other parts; each is given percent-encoded, None leaves it as it is.

        Raises:
            TypeError: A part is not a str.
            ValueError: A part would be read as another part: a character in it begins the next one,
                or the path could be mistaken for a scheme or a netloc (RFC 3986 3.3, 4.2).
        """
        old_scheme, old_netloc, old_path, old_query = self._parts()
        given = {"scheme": scheme, "netloc": netloc, "path": path, "query": query}
        for name, value in given.items():
            if value is None:
                continue
            if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise TypeError(f"with_({name}=...): expected a str, got {type(value).__name__}")
            if (wrong := _FORBIDDEN_IN[name].search(value)) is not None:
                raise ValueError(
                    f"with_({name}=...): expected a percent-encoded {name}, got {wrong[0]!r} in it"
                )
        scheme = old_scheme if scheme is None else scheme
        # What has an empty authority (`file:///etc`) keeps it, but none is made.
        netloc = old_netloc if netloc is None else netloc or None
        path = old_path if path is None else path
        query = old_query if query is None else query
        if netloc is not None and path and not path.startswith("/"):
            raise ValueError(
                f"with_(path=...): expected a path that begins with '/', got {_shown(path)}"
            )
        if netloc is None and path.startswith("//"):
            raise ValueError(
                "with_(path=...): expected one leading '/' where there is no netloc, got"
                f" {_shown(path)}"
            )
        if netloc is None and not scheme and ":" in path.partition("/")[0]:
            raise ValueError(
                "with_(path=...): expected no ':' in the first segment where there is neither"
                f" scheme nor netloc, got {_shown(path)}"
            )
        return URL(
            (f"{scheme}:" if scheme else "")
            + (f"//{netloc}" if netloc is not None else "")
            + path
            + (f"?{query}" if query else "")
        )

    def __repr__(self) -> str:
        return f"URL({hide_url(self)!r})"


def _shown(path: str) -> str:
    """What is no path may be anything."""
    return shown_name(hide_target(path))
