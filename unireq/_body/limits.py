"""Limits: how much of a body is accepted; and the errors of a body that can't be had.

Rule: each limit has a safe default, and None means no limit; but that content is decoded at all has
to be asked for, by its limit. Each error says what to do about it.
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
    """How much of a body is accepted; what is over it raises an error with status 413.

    `Request.set_limits(Limits(...))` sets them for a class of requests, so for an app; `limits=`
    for one call. Two that say the same are equal.

    Args:
        body_size: Bytes of the whole body; 32 MiB. Over it: `BodyTooLarge`.
        fields: Text fields of a form; 1,000. Over it: `TooManyFields`.
        files: Files of a form; 100. Over it: `TooManyFields`.
        field_size: Bytes of one text field of a form; 1 MiB. Over it: `BodyTooLarge`.
        file_size: Bytes of one file of a form; no limit. Over it: `BodyTooLarge`.
        part_headers: Header fields of one part of a multipart form; 16. Over it: `TooManyFields`.
        part_header_size: Bytes of the header of one part; 8,192. Over it: `BodyTooLarge`.
        spool_size: Bytes of a form that are held in memory; 1 MiB. More goes to a temporary file.
            Not a limit of what is accepted; None holds everything in memory.
        json_depth: Arrays and objects within each other; 100. Over it: `MalformedBody`.
        json_size: Bytes of a JSON text, decoded; 4 MiB. Over it: `BodyTooLarge`.
        decoded_size: Bytes that a body with a content coding (gzip, deflate) may have when it is
            decoded. Over it: `BodyTooLarge`. None by default, and then it is not decoded:
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
        """The same limits but for some.

        Raises:
            TypeError, ValueError: There is no such limit, or it has the wrong type or value.
        """
        return Limits(**{**self._asdict(), **changes})

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Limits are fixed: use limits.replace({name}=...)")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Limits are fixed: use limits.replace({name}=None)")

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
    """The error where a stream has taken the bytes, for unireq's readers or the framework's."""
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
    """The error where more bytes come than the limit allows.

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
    """The error where the end came after `size` bytes."""
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
