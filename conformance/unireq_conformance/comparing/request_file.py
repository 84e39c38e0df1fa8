"""The request to send: exact bytes, from a file or built in.

Rule: the file is sent as it is, except for two things that editors do to files: if all line ends of
the head are LF, they become CRLF, and a missing blank line at its end is added. Both are noted.
Content after the head is not changed.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Final

from unireq_conformance.runs.errors import Unusable

MAX_REQUEST: Final = 64 * 1024
"""Most bytes that a request file may have."""

# RFC 9112 section 3, but for the target: a strange one is what somebody may want to compare.
_REQUEST_LINE: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [^\r\n]+ HTTP/1\.[0-9]")
_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n")
_LENGTH: Final = re.compile(rb"\ncontent-length:[ \t]*([0-9]{1,15})[ \t]*\r", re.IGNORECASE)
_WHAT_TO_DO: Final = (
    "put a request line first, then one field on each line, then a blank line, as in\n"
    "  GET /path?a=1 HTTP/1.1\n"
    "  Host: example.org\n"
)


@dataclass(frozen=True)
class RawRequest:
    """A request as it goes over the wire."""

    data: bytes
    source: str
    """The name of the file, or "The built-in request"."""
    notes: tuple[str, ...] = ()
    """What was changed, and what is odd about it; a sentence each."""


DEFAULT_REQUEST: Final = RawRequest(
    b"GET /params/str/caf%C3%A9%20noir"
    b"?odd=%zz%ff&tag=a&tag=b&blank=&sum=1+1&gap=1%201 HTTP/1.1\r\n"
    b"Host: example.org:8080\r\n"
    b"X-Tag: one\r\n"
    b"X-Name: Caf\xe9\r\n"
    b"X-Tag: two\r\n"
    b"Accept: text/html\r\n"
    b'Cookie: id=1; id=2; name="caf\\303\\251"\r\n'
    b"\r\n",
    "The built-in request",
)
"""A plain GET whose parts the frameworks read differently, and no server refuses or loses."""


def read_request(path: str | os.PathLike[str]) -> RawRequest:
    """Return the request in the file `path`.

    Raises:
        Unusable: it can't be read, or does not begin as an HTTP/1.x request does.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # reading stops at the limit
            data = file.read(MAX_REQUEST + 1)
    except OSError as error:
        raise Unusable(
            f"{path}: expected a file with a request, got: {error.strerror or error};"
            " give --file the path of one, or leave it out for the built-in request"
        ) from None
    return parse_request(data, os.fspath(path))


def parse_request(data: bytes, source: str) -> RawRequest:
    """Return the request in `data`, which came from `source`.

    Raises:
        Unusable: see `read_request`.
    """
    if len(data) > MAX_REQUEST:
        raise Unusable(
            f"{source}: expected at most {MAX_REQUEST:,} bytes, got more;"
            " shorten it: servers refuse a head of that size anyway"
        )
    if not data.strip():
        got = "blank lines only" if data else "no bytes"
        raise Unusable(f"{source}: expected a request, got {got}; {_WHAT_TO_DO}")
    first = data.split(b"\n", 1)[0].rstrip(b"\r")
    if _REQUEST_LINE.fullmatch(first) is None:
        raise Unusable(
            f"{source}, line 1: expected a request line of HTTP/1.x (METHOD target HTTP/1.1),"
            f" got {repr(first[:60])[1:]}{'...' * (len(first) > 60)}{_guess(first)}; {_WHAT_TO_DO}"
        )
    notes: list[str] = []
    blank = _BLANK_LINE.search(data)
    end = len(data) if blank is None else blank.end()
    head, content = data[:end], data[end:]
    if b"\r" not in head:
        head = head.replace(b"\n", b"\r\n")
        notes.append("its lines end in LF: sent with CRLF, as HTTP requires")
    if not _BLANK_LINE.search(head[-4:]):
        head += b"\r\n" if head.endswith(b"\n") else b"\r\n\r\n"
        notes.append("the blank line at its end is missing: added")
    if (length := _LENGTH.search(head)) is not None and int(length[1]) > len(content):
        notes.append(
            f"Content-Length promises {int(length[1]):,} bytes and {len(content):,} follow:"
            " a server may wait for the rest"
        )
    return RawRequest(head + content, source, tuple(notes))


def _guess(line: bytes) -> str:
    if line.startswith(b"\xef\xbb\xbf"):
        return " (it begins with a byte order mark: save the file without it)"
    if b"HTTP/2" in line or b"HTTP/3" in line:
        return " (HTTP/2 and HTTP/3 have no text form: write the request as HTTP/1.1)"
    if line.startswith((b"curl ", b"http://", b"https://")):
        return " (give the bytes of the request: `curl -v` shows them after `>`)"
    return ""
