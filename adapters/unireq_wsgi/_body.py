"""The body of a WSGI request: what its input stream gives.

A stream ends after CONTENT_LENGTH octets, and may wait for ever behind them. Without CONTENT_LENGTH
it may only be read where the server says that it ends by itself, as those do which decode chunked
framing. Source: PEP 3333, RFC 3875 4.1.2.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from io import BytesIO
from typing import Any

import unireq
from unireq_wsgi._greenlets import read_in_greenlet

__all__ = ["body_from", "content_length", "may_have_body", "rewind"]


def content_length(environ: Mapping[str, Any]) -> int | None:
    """CONTENT_LENGTH as an int; None where there is none that says anything."""
    text = str(environ.get("CONTENT_LENGTH") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def may_have_body(environ: Mapping[str, Any]) -> bool:
    """Whether a body may have come; if not, there is none that somebody could have read."""
    length = content_length(environ)
    if length is None:
        return bool(environ.get("wsgi.input_terminated") or environ.get("HTTP_TRANSFER_ENCODING"))
    return length > 0


def body_from(environ: MutableMapping[str, Any]) -> unireq.Pull:
    """What gives the octets of the body; the environ has an empty input stream from then on.

    So nobody else takes octets away, or waits behind the last one for ever.

    Raises:
        unireq.IncompleteBody: The client framed the body in a way that the server can't decode.
    """
    stream = environ.get("wsgi.input")
    left = content_length(environ)
    if stream is None:
        return _nothing
    if left is None and not environ.get("wsgi.input_terminated"):
        if environ.get("HTTP_TRANSFER_ENCODING"):
            raise unireq.IncompleteBody(
                "body: expected a body with Content-Length, got Transfer-Encoding:"
                f" {environ['HTTP_TRANSFER_ENCODING']}, which this server does not decode; use"
                " another server, or let the client send Content-Length"
            )
        return _nothing
    environ["wsgi.input"] = BytesIO()
    # A stream that ends by itself may have more than Content-Length: a middleware decoded it.
    read = read_in_greenlet(stream.read)
    if left is None or environ.get("wsgi.input_terminated"):
        return read
    return _Limited(read, left)


def rewind(environ: Mapping[str, Any]) -> bool:
    """Go back to the beginning of the input stream; False where it can't.

    Most servers read from the connection; waitress has taken it all before.
    """
    try:
        environ["wsgi.input"].seek(0)
    except Exception:  # noqa: BLE001 (streams that can't raise what they like)
        return False
    return True


def _nothing(size: int) -> bytes:  # noqa: ARG001 (it is called as a read is)
    return b""


class _Limited:
    """Reads to the end of the body, and never waits for more."""

    __slots__ = ("_left", "_read")

    def __init__(self, read: unireq.Pull, left: int) -> None:
        self._read = read
        self._left = left

    def __call__(self, size: int) -> bytes:
        size = min(size, self._left)
        if size == 0:
            return b""
        chunk = self._read(size)
        self._left -= len(chunk)
        return chunk
