"""The errors that unireq raises. One tree, so that one `except` can hold it.

    UnireqError
    ├── UnknownNative (also a TypeError)   from_native() was given something that is no request
    ├── BodyNotRead (a RuntimeError)       the body is still to be read, and can't be from here
    ├── BodyConsumed (a RuntimeError)      somebody else has read the body, and kept nothing
    ├── StorageError                       the server has no room to keep the body
    ├── NoCurrentRequest (a LookupError)   current_request() was called outside of a request
    └── RequestError (a ValueError)        the client's fault; .status is the answer it deserves
        ├── IncompleteBody   400           the body ended early
        ├── MalformedBody    400           the body is not what it claims to be
        ├── BodyTooLarge     413           a size is over its limit
        ├── TooManyFields    413           a count is over its limit
        ├── UnsupportedCoding 415          the body has a content coding that is not decoded
        └── InvalidParameter 422           a parameter of a handler is missing, or has no such type

Wrong arguments to a constructor are plain TypeError and ValueError, as everywhere in Python.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "BodyConsumed",
    "BodyNotRead",
    "BodyTooLarge",
    "IncompleteBody",
    "InvalidParameter",
    "MalformedBody",
    "NoCurrentRequest",
    "RequestError",
    "StorageError",
    "TooManyFields",
    "UnireqError",
    "UnknownNative",
    "UnsupportedCoding",
]


class UnireqError(Exception):
    """The base of every error that unireq defines."""


class UnknownNative(UnireqError, TypeError):
    """`from_native` was given an object that no adapter recognises as a request.

    The message names the object's type, the adapters that were asked, and what to install or write.
    Also for a scope or an environ made by hand in which a key is missing or has the wrong type:
    then the message names the key, when the request is made or when the key is first read.
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


class StorageError(UnireqError):
    """The body could not be kept: the disk is full, or no more files may be opened.

    `__cause__` is the OSError that says why. Nothing is wrong with the request.
    """


class NoCurrentRequest(UnireqError, LookupError):
    """No request is being handled where `current_request()` was called."""


class RequestError(UnireqError, ValueError):
    """The client sent what can't be accepted.

    Its text has both halves: what the client is told, and what is for the author of the program.

    Args:
        detail: What was expected, and what came: the client is told (RFC 9457 3.1.4).
        advice: What the program's author can do about it: for the log alone.

    Attributes:
        status: The status code of the answer that it deserves (RFC 9110 15.5), an int.
        advice: As given; `""` for none.
    """

    status: ClassVar[int] = 400
    advice: str = ""

    def __init__(self, detail: str = "", advice: str = "") -> None:
        super().__init__(*((detail, advice) if advice else (detail,)))
        self.advice = advice

    @property
    def detail(self) -> str:
        """What the client is told."""
        return str(self.args[0]) if self.advice else str(self)

    def __str__(self) -> str:
        if self.advice:
            return f"{self.args[0]}; {self.advice}"
        return super().__str__()


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


class UnsupportedCoding(RequestError):
    """The body has a content coding (Content-Encoding) that is not decoded. Status 415."""

    status: ClassVar[int] = 415


class InvalidParameter(RequestError):
    """A parameter of a handler is missing in the request, or can't be made its type. Status 422.

    Args:
        parameter: Its name, as clients know it.
        message: What was expected, and what came.
        advice: As of `RequestError`.

    Attributes:
        parameter: Its name.
    """

    status: ClassVar[int] = 422

    def __init__(self, parameter: str, message: str, advice: str = "") -> None:
        super().__init__(message, advice)
        self.parameter = parameter

    def __reduce__(self) -> tuple[type[InvalidParameter], tuple[str, ...]]:
        return type(self), (self.parameter, *self.args)
