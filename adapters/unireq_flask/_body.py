"""The body of a Flask request: the environ's input, or the bytes that Werkzeug has kept."""

from __future__ import annotations

from typing import Any

import unireq
from unireq.adapter import ReadBody
from unireq_wsgi import body_from, content_length, may_have_body, rewind

__all__ = ["cached_body", "open_body"]

_FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}


def cached_body(native: Any) -> bytes | None:
    """The body if Werkzeug has it; None if Werkzeug has not read it yet.

    Raises:
        unireq.BodyConsumed: Werkzeug has read the body and has not kept it.
    """
    kept = native.__dict__
    data: bytes | None = kept.get("_cached_data")
    parsed = "form" in kept and native.mimetype in _FORMS
    stream = kept.get("stream")
    read = _has_been_read(stream)
    if read and data and read > len(data):
        data = None  # other code has read a part before
    elif data == b"" and stream is not None and stream is native.environ.get("wsgi.input"):
        read = 1  # the stream doesn't count, so assume that the body has been read
    if data or not (parsed or read):
        # A kept empty body proves nothing: parsing a form leaves one too.
        return data
    if not may_have_body(native.environ):
        return b""
    if rewind(native.environ):
        kept.pop("stream", None)
        return None
    what = "request.form or request.files" if parsed else "request.stream"
    raise unireq.BodyConsumed(
        f"Flask has read the body and has not kept it: {what} came first; call read() before it,"
        " for example in a before_request function"
    )


def open_body(native: Any) -> ReadBody:
    """A function that reads the body."""
    environ, stream = native.environ, native.__dict__.get("stream")
    if stream is not None and stream is environ.get("wsgi.input") and not rewind(environ):
        # Without a length, Werkzeug returns the server's own stream, which doesn't count.
        raise unireq.BodyConsumed(
            "Flask's request.stream was used, and unireq can't tell how much of it has been read;"
            " call read() first, then request.stream works too"
        )
    read = body_from(environ)
    # Werkzeug creates it again later, from the environ's input.
    handed_out = native.__dict__.pop("stream", None) is not None
    if not handed_out or content_length(environ) == 0:
        return read
    begun = False

    def pull(size: int) -> bytes:
        nonlocal begun
        chunk = read(size)
        if not chunk and not begun:
            raise unireq.BodyConsumed(
                "Flask's request.stream has been read, and nothing is left of the body;"
                " call read() first, then request.stream works too"
            )
        begun = True
        return chunk

    return pull


def _has_been_read(stream: Any) -> int:
    """How many bytes have been read from Werkzeug's own stream; 0 if it is the server's."""
    return int(getattr(stream, "_pos", 0))
