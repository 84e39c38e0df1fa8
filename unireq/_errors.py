"""The errors that unireq raises: one tree, so one `except UnireqError` catches all.

    UnireqError
    ├── UnknownNative (also a TypeError)   from_native() got an object that is not a request
    ├── BodyNotRead (a RuntimeError)       the body hasn't been read, and can't be read from here
    ├── BodyConsumed (a RuntimeError)      other code has read the body and has not kept it
    ├── StorageError                       the server can't store the body
    ├── NoCurrentRequest (a LookupError)   current_request() was called outside a request
    ├── Abort                              raised by an application, to answer at once
    └── RequestError (a ValueError)        the client's fault; .status is the response's status
        ├── IncompleteBody   400           the body ended early
        ├── MalformedBody    400           the body is not the format that it claims to be
        ├── BodyTooLarge     413           a size is over its limit
        ├── TooManyFields    413           a count is over its limit
        ├── UnsupportedCoding 415          the body has a content coding that unireq doesn't decode
        └── InvalidParameter 422           a handler's parameter is missing or has the wrong type

Wrong arguments raise plain TypeError and ValueError, as everywhere in Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from unireq._response import Response

__all__ = [
    "Abort",
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
    """`from_native` got an object that no adapter recognises as a request.

    The message names the object's type, the installed adapters, and what to install or write.
    Also raised for a hand-written scope or environ in which a key is missing or has the wrong type:
    then the message names the key. It is raised when the request is created, or when unireq first
    reads the key.
    """


class BodyNotRead(UnireqError, RuntimeError):
    """The body has not been read, and this code can't read it.

    In async code, `await request.aread()` reads it; then the sync accessors work too. The message
    says what to do.
    """


class BodyConsumed(UnireqError, RuntimeError):
    """The framework, or `stream()`, has read the body and has not kept it.

    The message says which, and how to avoid it.
    """


class StorageError(UnireqError):
    """The body could not be stored: the disk is full, or too many files are open.

    `__cause__` is the OSError. Nothing is wrong with the request.
    """


class NoCurrentRequest(UnireqError, LookupError):
    """`current_request()` was called where no request is being handled."""


class Abort(UnireqError):
    """Raise it to answer with `response`: in a handler, or anywhere below unireq's middleware.

    Args:
        response: The response.

    Attributes:
        response: As given.

    Raises:
        TypeError: `response` is not a `unireq.Response`.
    """

    def __init__(self, response: Response) -> None:
        from unireq._response import Response

        if not isinstance(response, Response):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"Abort: expected a unireq.Response, got {type(response).__name__};"
                " Response.text(...) and Response.json(...) make one"
            )
        super().__init__(response)
        self.response = response


class RequestError(UnireqError, ValueError):
    """The client sent a request that can't be accepted.

    `str(error)` has both parts: the detail for the client, and the advice for the developer.

    Args:
        detail: What was expected, and what was sent; the client sees it (RFC 9457 3.1.4).
        advice: What the developer can do about it; only for the log.
        headers: Header fields of the response, such as Retry-After or WWW-Authenticate: a mapping,
            or an iterable of (name, value) pairs.

    Attributes:
        status: The status code of the response (RFC 9110 15.5), an int.
        advice: As given; `""` for none.
        headers: The pairs, as a tuple. A subclass may have some as a class attribute.

    Raises:
        TypeError, ValueError: No `Response` can have these header fields.
    """

    status: ClassVar[int] = 400
    advice: str = ""
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = ()

    def __init__(
        self,
        detail: str = "",
        advice: str = "",
        *,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        super().__init__(*((detail, advice) if advice else (detail,)))
        self.advice = advice
        if headers:
            from unireq._response import Response

            self.headers = tuple(Response(headers=headers).fields)

    @property
    def detail(self) -> str:
        """The text for the client, without the advice."""
        return str(self.args[0]) if self.advice else str(self)

    def __str__(self) -> str:
        if self.advice:
            return f"{self.args[0]}; {self.advice}"
        return super().__str__()


class IncompleteBody(RequestError):
    """The body ended too early for its framing, or the client has disconnected. Status 400."""


class MalformedBody(RequestError):
    """The body is not valid as what it claims to be: JSON, a form, text. Status 400."""


class BodyTooLarge(RequestError):
    """The body, or a part of it, is larger than the limit. Status 413."""

    status: ClassVar[int] = 413


class TooManyFields(RequestError):
    """The body has more fields, files or field lines than the limit. Status 413."""

    status: ClassVar[int] = 413


class UnsupportedCoding(RequestError):
    """The body has a content coding (Content-Encoding) that unireq does not decode. Status 415."""

    status: ClassVar[int] = 415


class InvalidParameter(RequestError):
    """A handler's parameter is missing in the request, or can't be converted. Status 422.

    Args:
        parameter: Its name, as clients know it.
        message: What was expected, and what was sent.
        advice: As for `RequestError`.
        headers: As for `RequestError`.

    Attributes:
        parameter: Its name.
    """

    status: ClassVar[int] = 422

    def __init__(
        self,
        parameter: str,
        message: str,
        advice: str = "",
        *,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message, advice, headers=headers)
        self.parameter = parameter

    def __reduce__(self) -> tuple[type[InvalidParameter], tuple[str, ...], dict[str, Any]]:
        return type(self), (self.parameter, *self.args), self.__dict__
