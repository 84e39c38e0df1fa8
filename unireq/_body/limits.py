"""Limits: how much of a body is accepted; and the errors of a body that can't be read.

Rule: each limit has a safe default, and None means no limit. The exception is `decoded_size`: None
means that no content coding is decoded. Each error says what to do about it.
"""

from __future__ import annotations

from typing import NamedTuple, NoReturn

from unireq._errors import (
    BodyConsumed,
    BodyNotRead,
    BodyTooLarge,
    IncompleteBody,
    StorageError,
    UnireqError,
)

__all__ = [
    "DEFAULT_LIMITS",
    "Limits",
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

MIB = 1024 * 1024


class Limits(
    NamedTuple(
        "Limits",
        [
            ("body_size", int | None),
            ("fields", int | None),
            ("files", int | None),
            ("field_size", int | None),
            ("file_size", int | None),
            ("part_headers", int | None),
            ("part_header_size", int | None),
            ("spool_size", int | None),
            ("json_depth", int | None),
            ("json_size", int | None),
            ("decoded_size", int | None),
        ],
    )
):
    """How much of a body is accepted; a larger body raises an error, mostly with status 413.

    `Request.set_limits(Limits(...))` sets them for a class of requests, so for an app; `limits=`
    sets them for one call. Limits with the same values are equal.

    Args:
        body_size: Bytes of the whole body; 32 MiB. Over it: `BodyTooLarge`.
        fields: Text fields of a form; 1,000. Over it: `TooManyFields`.
        files: Files of a form; 100. Over it: `TooManyFields`.
        field_size: Bytes of one text field of a form; 1 MiB. Over it: `BodyTooLarge`.
        file_size: Bytes of one file of a form; no limit. Over it: `BodyTooLarge`.
        part_headers: Header fields of one part of a multipart form; 16. Over it: `TooManyFields`.
        part_header_size: Bytes of the header of one part; 8,192. Over it: `BodyTooLarge`.
        spool_size: Bytes of a form that are kept in memory; 1 MiB. A larger form goes to a
            temporary file and is still accepted; None keeps everything in memory.
        json_depth: Nested arrays and objects; 100. Over it: `MalformedBody`.
        json_size: Bytes of a JSON text, after decoding; 4 MiB. Over it: `BodyTooLarge`.
        decoded_size: Bytes of a body with a content coding (gzip, deflate) after decoding. Over it:
            `BodyTooLarge`. None, the default: such a body is not decoded but raises
            `UnsupportedCoding`.

    Raises:
        TypeError: A limit is neither an int nor None.
        ValueError: A limit is negative.
    """

    __slots__ = ()

    def __new__(  # noqa: PYI034 (Self is new in 3.11)
        cls,
        *,
        body_size: int | None = 32 * MIB,
        fields: int | None = 1000,
        files: int | None = 100,
        field_size: int | None = MIB,
        file_size: int | None = None,
        part_headers: int | None = 16,
        part_header_size: int | None = 8192,
        spool_size: int | None = MIB,
        json_depth: int | None = 100,
        json_size: int | None = 4 * MIB,
        decoded_size: int | None = None,
    ) -> Limits:
        """The limits, each checked."""
        limits = super().__new__(
            cls,
            body_size,
            fields,
            files,
            field_size,
            file_size,
            part_headers,
            part_header_size,
            spool_size,
            json_depth,
            json_size,
            decoded_size,
        )
        for name, value in limits._asdict().items():
            _check(name, value)
        return limits

    def replace(self, **changes: int | None) -> Limits:
        """A copy with some limits changed.

        Raises:
            TypeError, ValueError: A limit is unknown, or has the wrong type or value.
        """
        return Limits(**{**self._asdict(), **changes})

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Limits are read-only: use limits.replace({name}=...)")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Limits are read-only: use limits.replace({name}=None)")

    # What `copy.replace` and others call it, checked too.
    __replace__ = _replace = replace  # pyright: ignore[reportAssignmentType]

    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, int | None]]:
        return (), self._asdict()


def _check(name: str, value: object) -> None:
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"Limits.{name}: expected an int or None, got {type(value).__name__}")
    if value < 0:
        raise ValueError(f"Limits.{name}: expected 0 or more, got {value}")


DEFAULT_LIMITS = Limits()


def not_read(what: str) -> BodyNotRead:
    """The error for calling `what` in async code, where the body can only be awaited."""
    twin = "" if what in {"read()", "body"} else f", or use `request.a{what}`"
    return BodyNotRead(
        f"{what} in async code: the body hasn't been read yet, and reading it here would block the"
        f" event loop; `await request.aread()` first{twin}"
    )


def out_of_reach(what: str) -> BodyNotRead:
    """The error for calling `what` in a thread that can't reach the event loop."""
    return BodyNotRead(
        f"{what}: the body hasn't been read yet, and this thread can't reach the event loop that"
        " reads it; `await request.aread()` before you start the thread"
    )


def taken_in_chunks(*, framework: bool = False) -> BodyConsumed:
    """The error after a stream has consumed the body, for unireq's readers or the framework's."""
    if framework:
        return BodyConsumed(
            "unireq's stream() or astream() has consumed the body, and doesn't keep it;"
            " use read() or aread() instead, then the framework can read the body too"
        )
    return BodyConsumed(
        "stream() or astream() has consumed the body, and doesn't keep it;"
        " call read() or aread() instead, or call it first"
    )


def gone() -> BodyConsumed:
    """The error if the framework reads bytes that unireq has read and discarded."""
    return BodyConsumed(
        "unireq has read the body up to its limit and discarded it, so the framework can't read the"
        " whole body; send an error response when unireq raises its error, or raise the limit"
    )


def too_large(limit: int) -> BodyTooLarge:
    """The error for a body that is over the limit.

    It does not tell the size: only some readers know it, and clients get the same message
    everywhere.
    """
    return BodyTooLarge(f"body: expected at most {limit} bytes, got more", limited_by("body_size"))


def limited_by(limit: str) -> str:
    """The advice to the developer about an exceeded limit."""
    return (
        f"the limit is Limits.{limit}: set it for a handler with as_view(handler, limits=...), for"
        " one call with limits=unireq.Limits(...), for the app with Request.set_limits(...)"
    )


def too_short(declared: int, size: int) -> IncompleteBody:
    """The error for a body that ended after `size` bytes."""
    return IncompleteBody(
        f"body: expected {declared} bytes (Content-Length), got {size};"
        " the client has disconnected, or other code has read part of the body before unireq"
    )


def no_room(error: OSError) -> StorageError:
    """The error for a failed write to, or read from, a body's temporary file."""
    return StorageError(
        f"the body could not be written to or read from a temporary file: {error}; free disk space"
        " in TMPDIR, or let the process open more files"
    )


def broken_by(error: Exception) -> UnireqError:
    """Our error for an `error` that the server or the framework raised; ours is returned as is."""
    if isinstance(error, UnireqError):
        return error
    said = f"{type(error).__name__}: {error}"
    # Errors of frameworks and servers often have a status code.
    if getattr(error, "status_code", getattr(error, "code", None)) == 413:
        return BodyTooLarge(
            "body: expected fewer bytes, got more than this server accepts",
            f"the server or the framework raised {said}; its own settings set the limit",
        )
    return IncompleteBody(
        f"the body could not be read to its end: {said};"
        " it is malformed, too large for the server, or the client has disconnected"
    )
