"""The errors that unireq raises. One tree, so that one `except` can hold it.

    UnireqError
    ├── UnknownNative (also a TypeError)   from_native() was given something that is no request
    ├── BodyNotRead (a RuntimeError)       the body is still to be read, and can't be from here
    ├── BodyConsumed (a RuntimeError)      somebody else has read the body, and kept nothing
    └── RequestError (a ValueError)        the client's fault; .status is the answer it deserves
        ├── IncompleteBody   400           the body ended early
        ├── MalformedBody    400           the body is not what it claims to be
        ├── BodyTooLarge     413           a size is over its limit
        └── TooManyFields    413           a count is over its limit

Wrong arguments to a constructor are plain TypeError and ValueError, as everywhere in Python.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "BodyConsumed",
    "BodyNotRead",
    "BodyTooLarge",
    "IncompleteBody",
    "MalformedBody",
    "RequestError",
    "TooManyFields",
    "UnireqError",
    "UnknownNative",
]


class UnireqError(Exception):
    """The base of every error that unireq defines."""


class UnknownNative(UnireqError, TypeError):
    """`from_native` was given an object that no adapter recognises as a request.

    The message names the object's type, the adapters that were asked, and what to install or write.
    """


class BodyNotRead(UnireqError, RuntimeError):
    """The body has not been read, and it can't be read from where it was asked for.

    In async code, `await request.aread()` reads it; then the sync accessors work too. The message
    says what to do.
    """


class BodyConsumed(UnireqError, RuntimeError):
    """Somebody else has read the body and has not kept it: the framework, or `stream()`.

    The message says who, and how to avoid it.
    """


class RequestError(UnireqError, ValueError):
    """The client sent what can't be accepted.

    Attributes:
        status: The status code of the answer that it deserves (RFC 9110 15.5), an int.
    """

    status: ClassVar[int] = 400


class IncompleteBody(RequestError):
    """The body ended before its framing says that it does, or the client has gone. Status 400."""


class MalformedBody(RequestError):
    """The body is not what it claims to be: JSON, a form, text of its charset. Status 400."""


class BodyTooLarge(RequestError):
    """The body, or a part of it, is larger than the limit. Status 413."""

    status: ClassVar[int] = 413


class TooManyFields(RequestError):
    """The body has more fields, files or field lines than the limit. Status 413."""

    status: ClassVar[int] = 413
