"""The body of a WSGI request, read from its input stream.

The body ends after CONTENT_LENGTH bytes; reading more may block forever. Without CONTENT_LENGTH the
stream may only be read if it ends by itself: the server says so, which servers do that decode
chunked framing, or the stream is seekable, so it is not a connection. Source: PEP 3333, RFC 3875
4.1.2; a body needs no length in HTTP/2 (RFC 9113 8.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import unireq
from unireq.adapter import ReadBody, parse_content_length
from unireq_wsgi._greenlets import read_in_greenlet

__all__ = ["begun", "body_from", "content_length", "may_have_body", "rewind"]


def content_length(environ: Mapping[str, Any]) -> int | None:
    """CONTENT_LENGTH as an int; None if it is missing or not one number."""
    return parse_content_length(str(environ.get("CONTENT_LENGTH") or ""))


def may_have_body(environ: Mapping[str, Any]) -> bool:
    """Whether the request may have a body."""
    length = content_length(environ)
    if length is None:
        return bool(environ.get("HTTP_TRANSFER_ENCODING")) or _ends_by_itself(environ)
    return length > 0


def body_from(environ: Mapping[str, Any]) -> ReadBody:
    """A function that reads the body.

    Raises:
        unireq.IncompleteBody: The server does not decode the framing of the body.
    """
    stream = environ.get("wsgi.input")
    if stream is None:
        return _nothing
    left = content_length(environ)
    if begun(environ):
        # Other code has read from it: WebOb leaves an input at its end.
        rewind(environ)
    if not _ends_by_itself(environ):
        _check_framing(environ, left)
        if left is None:
            return _nothing
    # If the stream ends by itself, it may have more bytes than Content-Length: a middleware has
    # decoded it.
    read = read_in_greenlet(stream.read)
    if left is None or environ.get("wsgi.input_terminated"):
        return read
    return _Limited(read, left)


def _ends_by_itself(environ: Mapping[str, Any]) -> bool:
    return bool(environ.get("wsgi.input_terminated")) or _can_seek(environ.get("wsgi.input"))


def _check_framing(environ: Mapping[str, Any], left: int | None) -> None:
    """Refuse framing with which a stream without an end would be read as a different body."""
    coding, length = environ.get("HTTP_TRANSFER_ENCODING"), environ.get("CONTENT_LENGTH")
    # If there are both, the coding counts (RFC 9112 6.3). uWSGI behind nginx has both too, but
    # nginx has decoded the body; wsgiref, and so Django's runserver, decodes nothing.
    undecoded = str(environ.get("SERVER_SOFTWARE", "")).startswith("WSGIServer")
    if coding and (left is None or undecoded):
        raise unireq.IncompleteBody(
            f"body: expected an input that ends, got Transfer-Encoding: {coding} without the key"
            " wsgi.input_terminated: the server does not say that it decodes the body. If it does,"
            " set environ['wsgi.input_terminated'] = True in a middleware; else use another server,"
            " or let the client send Content-Length"
        )
    if left is None and length:
        raise unireq.IncompleteBody(
            "body: expected one Content-Length, a number (RFC 9110 8.6), got"
            f" {str(length)[:40]!r}; the end of the body is unknown"
        )


def rewind(environ: Mapping[str, Any]) -> bool:
    """Go back to the beginning of the input stream; False if it can't.

    Most servers read from the connection; waitress buffers the whole body first.
    """
    try:
        environ["wsgi.input"].seek(0)
    except Exception:  # noqa: BLE001 (streams that can't may raise anything)
        return False
    return True


def begun(environ: Mapping[str, Any]) -> int:
    """How many bytes of the input stream have been read; 0 if unknown."""
    stream = environ.get("wsgi.input")
    try:
        # If it isn't seekable, the position may be that of the connection.
        return int(stream.tell()) if stream is not None and _can_seek(stream) else 0
    except Exception:  # noqa: BLE001 (as above)
        return 0


def _can_seek(stream: Any) -> bool:
    try:
        # tempfile's spooled files have no `seekable` before Python 3.11.
        says_so = type(stream).__module__ == "tempfile" or stream.seekable()
        return bool(says_so) and stream.seek(stream.tell()) is not False
    except Exception:  # noqa: BLE001 (as above)
        return False


def _nothing(size: int) -> bytes:  # noqa: ARG001 (the signature of a read)
    return b""


class _Limited:
    """Reads up to the end of the body, and never waits for more."""

    __slots__ = ("_left", "_read")

    def __init__(self, read: ReadBody, left: int) -> None:
        self._read = read
        self._left = left

    def __call__(self, size: int) -> bytes:
        size = min(size, self._left)
        if size == 0:
            return b""
        chunk = self._read(size)
        self._left -= len(chunk)
        return chunk
