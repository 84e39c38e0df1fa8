"""URL, a `str` with its parts as properties; and the request target: path, authority, query.

A URL is split with the regular expression of RFC 3986 appendix B, which matches every string, so
reading a part never fails.

The path that a framework routes on may differ from the bytes that the client sent. So `path` is the
routed path, and `raw_path` is available only if it decodes to that path: code that guards a path
checks the same path as the router.

Sources: RFC 9112 3.2 (the four forms of a target), RFC 3986 2.1, 3.3 and appendix B.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from unireq._connection import remember
from unireq._redact import hide_target, hide_url, shown_name
from unireq._urlencoded import percent_decode, percent_encode

__all__ = [
    "AUTHORITY_END",
    "URL",
    "absolute_authority",
    "build_url",
    "decode_raw_path",
    "normalize_path",
    "normalize_raw_path",
    "says_path",
    "valid_host",
]

_PARTS = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_PORT = re.compile(r"(.*?)(?::([0-9]*))?", re.DOTALL)

# RFC 3986 3.2.2, 3.2.3: host [ ":" port ], without userinfo. The comma, a sub-delim, is excluded:
# a server joins two Host fields with it. An http URI has no empty host (RFC 9110 4.2.1).
_HOST = re.compile(
    r"(?:\[(?:[0-9A-Fa-f:.]{2,}|v[0-9A-Fa-f]+\.[0-9A-Za-z\-._~!$&'()*+;=:]+)\]"
    r"|(?:[0-9A-Za-z\-._~!$&'()*+;=]|%[0-9A-Fa-f]{2})+)"
    r"(?::([0-9]*))?"
)
_MAX_PORT = 65535
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}

# An app is asked for by few names.
_valid_hosts: set[str] = set()
AUTHORITY_END: Final = re.compile(r"[/?#]")

# The characters that would begin another part (RFC 3986 3).
_FORBIDDEN_IN: Final = {
    "scheme": re.compile(r"[^0-9A-Za-z+.\-]"),
    "netloc": re.compile(r"[/?#\s]"),
    "path": re.compile(r"[?#\s]"),
    "query": re.compile(r"[#\s]"),
}


def valid_host(value: str | None) -> str | None:
    """`value` if it is a valid host, with an optional port, of an http URI; else None.

    Source: RFC 3986 3.2.2 and 3.2.3, RFC 9110 4.2.1 and 7.2.
    """
    if value is None or value in _valid_hosts:
        return value
    match = _HOST.fullmatch(value)
    if match is None or (match[1] and (len(match[1]) > 5 or int(match[1]) > _MAX_PORT)):
        return None
    remember(_valid_hosts, value)
    return value


def _split(text: str) -> tuple[str, str | None, str, str | None, str | None]:
    """Scheme, authority, path, query and fragment."""
    match = _PARTS.fullmatch(text)
    if match is None:  # pragma: no cover (the expression matches every string)
        raise AssertionError
    return match[1] or "", match[2], match[3], match[4], match[5]


class URL(str):
    """A URL; a relative reference if the host is unknown; empty if there is no URL.

    It is a `str`, with its parts as properties, in which percent-escapes are unchanged. Only its
    `repr` hides userinfo and the values in the query.
    """

    __slots__ = ()

    def _parts(self) -> tuple[str, str | None, str, str | None]:
        return _split(self)[:4]

    @property
    def scheme(self) -> str:
        """The scheme: `"https"`; `""` in a relative reference."""
        return self._parts()[0]

    @property
    def netloc(self) -> str:
        """The authority, unchanged: `"example.org:8080"`; `""` if there is none."""
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
        """The port in the URL, 0 to 65535; None if it has none, so the scheme's default applies."""
        port = self._host_and_port()[1]
        return int(port) if port and len(port) < 6 and int(port) <= _MAX_PORT else None

    @property
    def origin(self) -> str | None:
        """Scheme, host and port: `"https://example.org:8080"`, as in an Origin field.

        In lower case, without the scheme's default port. None if the scheme is not http, https, ws
        or wss, or if there is no valid host. Source: RFC 6454 6.2, WHATWG HTML 7.1.1.
        """
        scheme = self.scheme.lower()
        match = _HOST.fullmatch(self.netloc.rpartition("@")[2])
        if scheme not in _DEFAULT_PORTS or match is None or len(match[1] or "") > 5:
            return None
        port = int(match[1] or _DEFAULT_PORTS[scheme])
        if port > _MAX_PORT:
            return None
        host = match[0].lower() if match[1] is None else match[0][: match.start(1) - 1].lower()
        return f"{scheme}://{host}" + (f":{port}" if port != _DEFAULT_PORTS[scheme] else "")

    def join(self, reference: str) -> URL:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        r"""The URL that `reference` means on the page with this URL.

        Characters that a URL can't hold are percent-encoded as UTF-8, so the result means the same
        to a browser: to it `/\evil.example` is another host, `/%5Cevil.example` is a path.
        Compare `origin` before you redirect to a URL that a client sent.

        Args:
            reference: A relative reference (`"../img?a=1"`), or a URL.

        Raises:
            TypeError: `reference` is not a str.

        Source: RFC 3986 5.2, strict.
        """
        if not isinstance(reference, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"join: expected a str, got {type(reference).__name__}")
        reference = quote(reference, safe=_REFERENCE_SAFE, errors="replace")
        scheme, netloc, path, query = self._parts()
        new_scheme, new_netloc, new_path, new_query, fragment = _split(reference)
        if new_scheme or new_netloc is not None:
            scheme, netloc, query = new_scheme or scheme, new_netloc, new_query
            path = _without_dot_segments(new_path)
        elif new_path:
            if not new_path.startswith("/"):
                directory = "/" if netloc and not path else path[: path.rfind("/") + 1]
                new_path = directory + new_path
            path, query = _without_dot_segments(new_path), new_query
        elif new_query is not None:
            query = new_query
        if netloc is None and path.startswith("//"):
            path = f"/.{path}"  # or it would be read as a netloc (WHATWG URL 4.5)
        elif netloc is None and not scheme and ":" in path.partition("/")[0]:
            path = f"./{path}"  # or it would be read as a scheme (RFC 3986 4.2)
        return URL(
            (f"{scheme}:" if scheme else "")
            + (f"//{netloc}" if netloc is not None else "")
            + path
            + (f"?{query}" if query is not None else "")
            + (f"#{fragment}" if fragment is not None else "")
        )

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
        """A copy of the URL with some parts replaced.

        Args:
            scheme: The new scheme; None keeps the old one.
            netloc: The new authority; None keeps the old one.
            path: The new path, percent-encoded; None keeps the old one.
            query: The new query, percent-encoded; None keeps the old one.

        Raises:
            TypeError: A part is not a str.
            ValueError: A character in a part would begin the next part, or the path could be
                mistaken for a scheme or a netloc (RFC 3986 3.3, 4.2).
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
        # An empty authority (`file:///etc`) is kept, but never added.
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
    """`path` for an error message; an invalid one may be anything, even a whole URL."""
    return shown_name(hide_target(path))


def _without_dot_segments(path: str) -> str:
    """`path` with its segments `.` and `..` resolved. Source: RFC 3986 5.2.4."""
    if "." not in path:
        return path
    kept: list[str] = []
    # Before the first slash is an empty segment, which stays.
    rooted = path.startswith("/")
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > rooted:
                kept.pop()
                if not kept:  # what follows begins with a slash
                    kept, rooted = [""], True
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


# RFC 3986 2: the characters of a URL; a reference may have escapes and a fragment too.
_REFERENCE_SAFE = "!#$%&'()*+,/:;=?@[]~"
# RFC 3986 3.3: pchar and "/"; `quote` escapes the rest (letters, digits and "-._~" always pass).
_PATH_SAFE = "/!$&'()*+,;=:@"
_ABSOLUTE = re.compile(r"[A-Za-z][0-9A-Za-z+.\-]*://([^/?#]*)")
_ESCAPED_SLASH = re.compile(r"%(2[Ff])")


def normalize_path(path: str) -> str:
    """`path` with leading slashes collapsed to one."""
    return "/" + path.lstrip("/") if path[:2] == "//" else path


def raw_origin(raw: bytes) -> str:
    """The path part of a raw target, as sent: without the query, scheme and authority."""
    text = raw.decode("latin-1")
    text = text.partition("?")[0]
    if text[:1] != "/" and (absolute := _ABSOLUTE.match(text)) is not None:
        return text[absolute.end() :]
    return text


def decode_raw_path(raw: bytes, errors: str = "replace") -> str:
    """The path part of a raw target, percent-decoded.

    Args:
        raw: A target as sent, in any form.
        errors: How to handle invalid UTF-8, as in `bytes.decode`.
    """
    return percent_decode(raw_origin(raw), errors)


def says_path(origin: str, path: str) -> bool:
    """Whether the path as sent decodes to `path`.

    Decoding may leave `%2F` unchanged: some servers do (cheroot), because an escaped slash does not
    separate segments (RFC 3986 2.2).
    """
    if percent_decode(origin) == path:
        return True
    if "%2" not in path:
        return False
    kept = (_ESCAPED_SLASH.sub(by, origin) for by in ("%252F", r"%25\1"))
    return path in map(percent_decode, kept)


def normalize_raw_path(raw: bytes | None, path: str) -> bytes | None:
    """The bytes of the path as sent, if they decode to `path`; else None."""
    if raw is None:
        return None
    origin = raw_origin(raw)
    if origin == path and "%" not in path and path.isascii():
        return raw[: len(path)] if raw[:1] == b"/" else origin.encode("latin-1")
    return origin.encode("latin-1") if says_path(origin, path) else None


def absolute_authority(target: str) -> str | None:
    """The authority of a target in absolute form; None for the other forms."""
    match = _ABSOLUTE.match(target)
    return None if match is None else match[1]


def _quoted(path: str) -> str:
    # Only a test client's path has surrogates, which UTF-8 can't encode.
    return quote(path, safe=_PATH_SAFE, errors="replace")


def build_url(
    scheme: str, host: str | None, method: str, path: str, raw_path: bytes | None, query: str
) -> URL:
    """The URL of a request, ASCII only.

    A path that doesn't begin with `/` is never appended to the authority: `*` and CONNECT give only
    the origin, an absolute form gives its path, anything else an empty URL. Without a host, the
    result is a relative reference.
    """
    if raw_path is not None and raw_path[:1] == b"/" and path[:1] == "/":
        sent = percent_encode(raw_path.decode("latin-1"))
    elif path[:1] in ("/", ""):
        sent = _quoted(path)
    elif path == "*" or method == "CONNECT":
        return URL(f"{scheme}://{host}" if host is not None else "")
    elif (absolute := _ABSOLUTE.match(path)) and path[absolute.end() :][:1] in ("/", ""):
        sent = _quoted(normalize_path(path[absolute.end() :]))
    else:
        return URL()
    origin = f"{scheme}://{host}" if host is not None else ""
    return URL(f"{origin}{sent}?{percent_encode(query)}" if query else origin + sent)
