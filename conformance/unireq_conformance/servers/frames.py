"""Translates the bytes of an HTTP/1.1 request to HTTP/2.

Rule: the translation means what the bytes mean, as a gateway's would, and adds nothing. What HTTP/2
cannot express raises `Inexpressible` with the reason, and is never sent as something else. What
HTTP/2 only forbids (a name that is not a token, a NUL in a value) is translated as it is: the
server has to refuse it.

Source: RFC 9113 section 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["Frames", "Inexpressible", "translate"]

Pair = tuple[bytes, bytes]

_OF_CONNECTION: Final = frozenset(
    (b"connection", b"keep-alive", b"proxy-connection", b"upgrade", b"trailer")
)
_HEXADECIMAL: Final = frozenset(b"0123456789abcdefABCDEF")


class Inexpressible(Exception):
    """The protocol of a target cannot express the request; the message says why."""


@dataclass(frozen=True)
class Frames:
    """A request, ready for HTTP/2.

    Attributes:
        head: Pseudo-header fields, then fields, names in lower case.
        content: What goes into DATA frames, a piece each.
        trailers: Trailer fields.
    """

    head: tuple[Pair, ...]
    content: tuple[bytes, ...] = ()
    trailers: tuple[Pair, ...] = ()


def translate(octets: bytes, scheme: str = "http") -> Frames:
    """The request `octets` in HTTP/2, over a connection of `scheme`.

    Raises:
        Inexpressible: HTTP/2 cannot express it.
    """
    head, blank, body = octets.partition(b"\r\n\r\n")
    if not blank:
        raise Inexpressible("in HTTP/2 the head of a message always has an end")
    start, *lines = head.split(b"\r\n")
    pairs = _fields(lines)
    pseudo, pairs = _pseudo(start, pairs, scheme)
    names = {name for name, _ in pairs}
    chunked = b"transfer-encoding" in names
    for name in sorted(_OF_CONNECTION & names):
        if chunked or name != b"trailer":
            raise Inexpressible(f"HTTP/2 has no {name.decode()}: it is about the connection")
    if chunked:
        content, trailers = _chunks(pairs, body)
        without = (b"transfer-encoding", b"content-length")
        pairs = [pair for pair in pairs if pair[0] not in without]
        return Frames((*pseudo, *_crumbled(pairs)), content, trailers)
    return Frames((*pseudo, *_crumbled(pairs)), _content(pairs, body))


def _fields(lines: list[bytes]) -> list[Pair]:
    pairs: list[Pair] = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or line[:1] in {b" ", b"\t"} or b"\n" in line:
            raise Inexpressible(f"HTTP/2 has fields, not lines, and {line!r} is not one field")
        pairs.append((name.lower(), value.strip(b" \t")))
    return pairs


def _pseudo(start: bytes, pairs: list[Pair], scheme: str) -> tuple[list[Pair], list[Pair]]:
    parts = start.split(b" ")
    if len(parts) != 3:
        raise Inexpressible("HTTP/2 has no request line, so none can be malformed")
    method, target, version = parts
    if version not in {b"HTTP/1.1", b"HTTP/2"}:
        raise Inexpressible(f"over HTTP/2 the version is 2, never {version.decode('latin-1')}")
    if method != b"CONNECT" and not target.startswith(b"/") and target != b"*":
        raise Inexpressible("HTTP/2 sends the scheme and the authority apart from the path")
    hosts = [value for name, value in pairs if name == b"host"]
    if len(hosts) > 1:
        raise Inexpressible("HTTP/2 has only one authority")
    rest = [pair for pair in pairs if pair[0] != b"host"]
    pseudo = [(b":method", method)]
    if method == b"CONNECT":
        return [*pseudo, (b":authority", target)], rest
    pseudo += [(b":scheme", scheme.encode("ascii")), *((b":authority", host) for host in hosts)]
    return [*pseudo, (b":path", target)], rest


def _content(pairs: list[Pair], body: bytes) -> tuple[bytes, ...]:
    lengths = {value for name, value in pairs if name == b"content-length"}
    if not lengths:
        # On HTTP/1.1 it would be the next request.
        return ()
    (length, *others) = lengths
    if not others and length.isdigit():
        body = body[: int(length)]
    return (body,) if body else ()


def _chunks(pairs: list[Pair], body: bytes) -> tuple[tuple[bytes, ...], tuple[Pair, ...]]:
    if [value.lower() for name, value in pairs if name == b"transfer-encoding"] != [b"chunked"]:
        raise Inexpressible("HTTP/2 has no transfer codings")
    chunks: list[bytes] = []
    while True:
        line, end, body = body.partition(b"\r\n")
        size = line.partition(b";")[0].rstrip(b" \t")
        if not end or not size or not _HEXADECIMAL.issuperset(size):
            raise Inexpressible("HTTP/2 has no chunks, so none can be malformed")
        number = int(size, 16)
        if not number:
            lines, blank, _ = (b"\r\n" + body).partition(b"\r\n\r\n")
            if not blank:
                raise Inexpressible("HTTP/2 has no chunks, so none can be missing")
            return tuple(chunks), tuple(_fields(lines.split(b"\r\n")[1:]))
        chunk, body = body[:number], body[number:]
        if len(chunk) < number or not body.startswith(b"\r\n"):
            raise Inexpressible("HTTP/2 has no chunks, so none can be malformed")
        chunks.append(chunk)
        body = body[2:]


def _crumbled(pairs: list[Pair]) -> list[Pair]:
    """`pairs` with Cookie fields split at `; `, as browsers send them (RFC 9113 section 8.2.3)."""
    found: list[Pair] = []
    for name, value in pairs:
        crumbs = value.split(b"; ") if name == b"cookie" else [value]
        # A value that would change when joined again stays whole.
        whole = any(not crumb or crumb.strip(b" \t") != crumb for crumb in crumbs)
        found += [(name, value)] if whole else [(name, crumb) for crumb in crumbs]
    return found
