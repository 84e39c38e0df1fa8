"""The target: path, raw path, authority and URL.

A framework routes on one path; the bytes that the client sent may say another. So the path is the
one that was routed on, and the bytes are given only where they say the same: whoever guards a path
guards the one that the router saw.

Sources: RFC 9112 3.2 (the four forms of a target), RFC 3986 3.3 and 2.1.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from unireq._octets import percent_decode, percent_encode
from unireq._url import URL

__all__ = [
    "absolute_authority",
    "build_url",
    "decode_raw_path",
    "says_path",
    "settle_path",
    "settle_raw_path",
]

# RFC 3986 3.3: pchar and "/"; everything else in a path is escaped (letters, digits, "-._~" always
# pass).
_PATH_SAFE = "/!$&'()*+,;=:@"
_ABSOLUTE = re.compile(r"[A-Za-z][0-9A-Za-z+.\-]*://([^/?#]*)")
_ESCAPED_SLASH = re.compile(r"%(2[Ff])")


def settle_path(path: str) -> str:
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
    """What the path part of a raw target says, decoded.

    Args:
        raw: A target as sent, in any form.
        errors: What becomes of bytes that are not UTF-8, as in `bytes.decode`.
    """
    return percent_decode(raw_origin(raw), errors)


def says_path(origin: str, path: str) -> bool:
    """Whether decoding the path as sent gives `path`.

    Or gives it where `%2F` is left as it is: some servers and frameworks route on that (cheroot),
    so that it is no slash between two segments (RFC 3986 2.2).
    """
    if percent_decode(origin) == path:
        return True
    if "%2" not in path:
        return False
    kept = (_ESCAPED_SLASH.sub(by, origin) for by in ("%252F", r"%25\1"))
    return path in map(percent_decode, kept)


def settle_raw_path(raw: bytes | None, path: str) -> bytes | None:
    """The bytes of the path as sent, if they say `path`; else None."""
    if raw is None:
        return None
    origin = raw_origin(raw)
    return origin.encode("latin-1") if says_path(origin, path) else None


def absolute_authority(target: str) -> str | None:
    """The authority of a target in absolute form; None for the other forms."""
    match = _ABSOLUTE.match(target)
    return None if match is None else match[1]


def _quoted(path: str) -> str:
    # Only a test client's path holds surrogates, which UTF-8 has no bytes for.
    return quote(path, safe=_PATH_SAFE, errors="replace")


def build_url(
    scheme: str, host: str | None, method: str, path: str, raw_path: bytes | None, query: str
) -> URL:
    """The URL of a request, ASCII only.

    A path that doesn't begin with `/` is never glued to the authority: `*` and CONNECT give the
    origin alone, an absolute form its path, anything else no URL (an empty one). Without a host it
    is the relative reference.
    """
    if raw_path is not None and raw_path[:1] == b"/" and path[:1] == "/":
        sent = percent_encode(raw_path.decode("latin-1"))
    elif path[:1] in ("/", ""):
        sent = _quoted(path)
    elif path == "*" or method == "CONNECT":
        return URL(f"{scheme}://{host}" if host is not None else "")
    elif (absolute := _ABSOLUTE.match(path)) and path[absolute.end() :][:1] in ("/", ""):
        sent = _quoted(settle_path(path[absolute.end() :]))
    else:
        return URL()
    origin = f"{scheme}://{host}" if host is not None else ""
    return URL(f"{origin}{sent}?{percent_encode(query)}" if query else origin + sent)
