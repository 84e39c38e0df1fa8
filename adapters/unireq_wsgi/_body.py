"""The body of a WSGI request: what its input stream gives.

A stream ends after CONTENT_LENGTH bytes, and may wait for ever behind them. Without CONTENT_LENGTH
it may only be read where it ends by itself: the server says so, as those do which decode chunked
framing, or it can be read again, so that it is no connection. Source: PEP 3333, RFC 3875 4.1.2; a
body needs no length in HTTP/2 (RFC 9113 8.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import unireq
from unireq.adapter import ReadBody
from unireq_wsgi._greenlets import read_in_greenlet

__all__ = ["begun", "body_from", "content_length", "may_have_body", "rewind"]


def content_length(environ: Mapping[str, Any]) -> int | None:
    """CONTENT_LENGTH as an int; None where there is none that says anything."""
    text = str(environ.get("CONTENT_LENGTH") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def may_have_body(environ: Mapping[str, Any]) -> bool:
    """Whether a body may have come; if not, there is none that somebody could have read."""
    length = content_length(environ)
    if length is None:
        return bool(environ.get("HTTP_TRANSFER_ENCODING")) or _ends_by_itself(environ)
    return length > 0


def body_from(environ: Mapping[str, Any]) -> ReadBody:
    """What gives the bytes of the body.

    Raises:
        unireq.IncompleteBody: The client framed the body in a way that the server can't decode.
    """
    stream = environ.get("wsgi.input")
    if stream is None:
        return _nothing
    left = content_length(environ)
    if begun(environ):
        # By somebody who can't be seen: WebOb leaves an input at its end.
        rewind(environ)
    if not _ends_by_itself(environ):
        _check_framing(environ, left)
        if left is None:
            return _nothing
    # One that the server ends may have more than Content-Length: a middleware has decoded it.
    read = read_in_greenlet(stream.read)
    if left is None or environ.get("wsgi.input_terminated"):
        return read
    return _Limited(read, left)


def _ends_by_itself(environ: Mapping[str, Any]) -> bool:
    return bool(environ.get("wsgi.input_terminated")) or _can_seek(environ.get("wsgi.input"))


def _check_framing(environ: Mapping[str, Any], left: int | None) -> None:
    """Refuse what would be read as another body, or as none, from a stream that has no end."""
    coding, length = environ.get("HTTP_TRANSFER_ENCODING"), environ.get("CONTENT_LENGTH")
    # Where there are both, the coding counts (RFC 9112 6.3). uWSGI behind nginx has both, too, and
    # a body that nginx has decoded; wsgiref, and so Django's runserver, has decoded nothing.
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
    """Go back to the beginning of the input stream; False where it can't.

    Most servers read from the connection; waitress has taken it all before.
    """
    try:
        environ["wsgi.input"].seek(0)
    except Exception:  # noqa: BLE001 (streams that can't raise what they like)
        return False
    return True


def begun(environ: Mapping[str, Any]) -> int:
    """How many bytes somebody has read of the input stream; 0 where it doesn't say."""
    stream = environ.get("wsgi.input")
    try:
        # Of what can't go back, the position may be that of the connection.
        return int(stream.tell()) if stream is not None and _can_seek(stream) else 0
    except Exception:  # noqa: BLE001 (as above)
        return 0


def _can_seek(stream: Any) -> bool:
    try:
        # What `tempfile` spools does not say so before Python 3.11.
        says_so = type(stream).__module__ == "tempfile" or stream.seekable()
        return bool(says_so) and stream.seek(stream.tell()) is not False
    except Exception:  # noqa: BLE001 (as above)
        return False


def _nothing(size: int) -> bytes:  # noqa: ARG001 (it is called as a read is)
    return b""


class _Limited:
    """Reads to the end of the body, and never waits for more."""

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
