"""Refusals: the errors of a body that can't be had, each with what to do about it."""

from __future__ import annotations

from unireq._errors import (
    BodyConsumed,
    BodyNotRead,
    BodyTooLarge,
    IncompleteBody,
    StorageError,
    UnireqError,
)

__all__ = [
    "broken_by",
    "gone",
    "limited_by",
    "no_room",
    "not_read",
    "out_of_reach",
    "taken_in_chunks",
    "too_large",
    "too_short",
]


def not_read(what: str) -> BodyNotRead:
    """The error of `what` in async code, where the body can only be awaited."""
    return BodyNotRead(
        f"{what} in async code: the body has not been read yet, and waiting for it here would block"
        " the event loop; `await request.aread()` first, or use the accessors that begin with `a`"
    )


def out_of_reach(what: str) -> BodyNotRead:
    """The error of `what` in a thread that can't have the body awaited."""
    return BodyNotRead(
        f"{what}: the body has not been read yet, and this thread can't reach the event loop that"
        " could read it; `await request.aread()` before the thread starts"
    )


def taken_in_chunks(*, framework: bool = False) -> BodyConsumed:
    """The error where a stream has taken the octets, for unireq's readers or the framework's."""
    if framework:
        return BodyConsumed(
            "the body was taken in chunks by unireq's stream() or astream(), which keep none of it:"
            " read() or aread() instead of it, and the framework can read it too"
        )
    return BodyConsumed(
        "the body was taken in chunks by stream() or astream(), which keep none of it:"
        " read() or aread() instead of it, or before it"
    )


def gone() -> BodyConsumed:
    """The error where the framework wants what unireq has read and let go."""
    return BodyConsumed(
        "unireq has read the body up to its limit and has let it go, so that the framework can't"
        " have it as a whole: answer the error that was raised then, or set a higher limit"
    )


def too_large(limit: int) -> BodyTooLarge:
    """The error where more octets come than the limit allows.

    How many is known to some readers and not to others, and the message goes to clients, who shall
    get the same everywhere.
    """
    return BodyTooLarge(f"body: expected at most {limit} bytes, got more", limited_by("body_size"))


def limited_by(limit: str) -> str:
    """What the author of the program is told about a limit that was crossed."""
    return (
        f"the limit is Limits.{limit}: set it for a handler by as_view(handler, limits=...), for a"
        " call by limits=unireq.Limits(...), for the app by Request.set_limits(...)"
    )


def too_short(declared: int, size: int) -> IncompleteBody:
    """The error where the end came after `size` octets."""
    return IncompleteBody(
        f"body: expected {declared} bytes (Content-Length), got {size};"
        " the client has gone, or something has read of the body before unireq did"
    )


def no_room(error: OSError) -> StorageError:
    """The error where the temporary file that a body is kept in fails."""
    return StorageError(
        f"the body could not be kept in a temporary file: {error}; make room for it below TMPDIR,"
        " or let the process open more files"
    )


def broken_by(error: Exception) -> UnireqError:
    """The error where the server or the framework raised `error`; our own stays what it is."""
    if isinstance(error, UnireqError):
        return error
    said = f"{type(error).__name__}: {error}"
    # Frameworks and servers give their own errors the status that they deserve.
    if getattr(error, "status_code", getattr(error, "code", None)) == 413:
        return BodyTooLarge(
            "body: expected fewer bytes, got more than this server takes",
            f"the server or the framework raised {said}; its own settings say how much it takes",
        )
    return IncompleteBody(
        f"the body could not be read to its end: {said};"
        " it was malformed or too large for the server, or the client has gone"
    )
