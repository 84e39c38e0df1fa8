"""The body of a Django request: its stream, or what Django has kept of it.

On WSGI Django's own stream ends after CONTENT_LENGTH octets, so a chunked body is read from the
environ's. On ASGI Django has put the body into a temporary file before anybody is called.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import unireq
from unireq_wsgi import body_from, content_length, may_have_body, rewind

__all__ = ["hand_back", "held_body", "open_body"]


def held_body(native: Any) -> bytes | None:
    """The body, if Django has it; None if it is still to be read.

    Raises:
        unireq.BodyConsumed: Django has read it, and has not kept it.
    """
    kept: dict[str, Any] = native.__dict__
    if "_body" in kept:
        return kept["_body"]  # type: ignore[no-any-return]
    if "_stream" not in kept:
        # Made by hand: HttpRequest().
        return b""
    if not native._read_started:
        return None
    if content_length(native.META) == 0:
        return b""
    if "wsgi.input" in native.META and not may_have_body(native.META):
        return b""
    kept["_unireq_at"] = _position(native)
    if rewind(native.META if "wsgi.input" in native.META else {"wsgi.input": native._stream}):
        return None
    raise unireq.BodyConsumed(
        "Django has read the body and has not kept it: request.POST or request.FILES of a multipart"
        " form, which the CSRF check reads too, or request.read() came first; call read() before"
        " them, for example in a middleware above CsrfViewMiddleware"
    )


def open_body(native: Any) -> unireq.Pull:
    """What gives the octets of the body."""
    read = body_from(native.META) if "wsgi.input" in native.META else native._stream.read
    # So that nobody else takes octets away, or waits behind the last one for ever.
    native._read_started = True
    return read


def hand_back(native: Any, body: unireq.Store) -> None:
    """Let `request.body`, `request.POST`, `request.FILES` and `request.read()` go on working."""
    kept: dict[str, Any] = native.__dict__
    if "_body" in kept or kept.get("_unireq_body") is body:
        return
    if body.size and content_length(native.META) is None:
        # Django takes a body without a length for an empty one; that of chunks is known now.
        native.META["CONTENT_LENGTH"] = str(body.size)
    if body.in_memory:
        native._body = body.getvalue()
    if body.underway:
        return
    kept["_unireq_body"] = body
    # Not into memory what is not: Django's own parser reads it in pieces.
    native._stream = BytesIO(native._body) if body.in_memory else body.open()
    # Whoever has read a part goes on behind it.
    at = kept.get("_unireq_at", 0)
    begun = 0 < at < body.size
    native._stream.seek(at if begun else 0)
    native._read_started = begun or body.in_memory


def _position(native: Any) -> int:
    """How far Django has read."""
    stream = native.META.get("wsgi.input", native._stream)
    try:
        return int(stream.tell())
    except Exception:  # noqa: BLE001 (streams that can't tell raise what they like)
        return 0
