"""The body of a Django request: its stream, or the bytes that Django has kept.

On WSGI Django's own stream ends after CONTENT_LENGTH bytes, so a chunked body is read from the
environ's stream. On ASGI Django writes the body to a temporary file before it calls middleware.
"""

from __future__ import annotations

from typing import Any

import unireq
from unireq.adapter import ReadBody, SpooledBody
from unireq_wsgi import (
    TeeInput,
    begun,
    body_from,
    content_length,
    may_have_body,
    rewind,
)

__all__ = ["cached_body", "divert", "open_body", "restore_body"]


def cached_body(native: Any) -> bytes | None:
    """The body if Django has it; None if Django has not read it yet.

    Raises:
        unireq.BodyConsumed: Django has read the body and has not kept it.
    """
    kept: dict[str, Any] = native.__dict__
    if "_body" in kept:
        return None if _taken_for_empty(native) else kept["_body"]
    if "_stream" not in kept:
        # Made by hand: HttpRequest().
        return b""
    if not native._read_started:
        return None
    if content_length(native.META) == 0:
        return b""
    if "wsgi.input" in native.META and not may_have_body(native.META):
        return b""
    environ = _environ(native)
    # Code that has read a part continues after it: see `restore_body`.
    kept["_unireq_at"] = begun(environ)
    if rewind(environ):
        return None
    raise unireq.BodyConsumed(
        "Django has read the body and has not kept it: request.POST or request.FILES of a multipart"
        " form (the CSRF check reads POST too) or request.read() came first; call read() before"
        " them, for example in a middleware above CsrfViewMiddleware"
    )


def _taken_for_empty(native: Any) -> bool:
    """Whether Django takes the body for empty, only because it has no length."""
    environ = native.META
    unknown = "wsgi.input" in environ and content_length(environ) is None
    return native._body == b"" and unknown and may_have_body(environ)


def open_body(native: Any) -> ReadBody:
    """A function that reads the body."""
    return body_from(native.META) if "wsgi.input" in native.META else native._stream.read


def divert(native: Any, stream: TeeInput) -> None:
    """Make Django read from `stream` instead of its own."""
    native._stream, native._read_started = stream, False


def restore_body(native: Any, body: SpooledBody) -> None:
    """Make `request.body`, `request.POST`, `request.FILES` and `request.read()` work again."""
    kept: dict[str, Any] = native.__dict__
    if body.reopened_for(native) or ("_body" in kept and (kept["_body"] or not body.size)):
        # Django has the body. Doing this again would replace the new stream with a consumed one.
        return
    if body.size and content_length(native.META) is None:
        # Django takes a body without a length for empty. For a chunked body it is known now.
        native.META["CONTENT_LENGTH"] = str(body.size)
    stream = native.META.get("wsgi.input")
    if isinstance(stream, TeeInput) and not native._read_started:
        # Django's own stream ends after the CONTENT_LENGTH of the time when it was created.
        native._stream = stream
    at: int = kept.pop("_unireq_at", 0)
    if 0 < at < body.size and isinstance(native._stream, TeeInput):
        native._stream.seek(at)
        native._read_started = True
    if body.in_memory:
        # Only if it is in memory already: Django's parser reads a file in chunks.
        native._body = body.getvalue()
    elif (file := body.reopen_for(native)) is not None:
        native._stream, native._read_started = file, False


def _environ(native: Any) -> dict[str, Any]:
    return native.META if "wsgi.input" in native.META else {"wsgi.input": native._stream}
