"""Handler: a framework-neutral function, prepared for being mounted anywhere.

Rule: the function is called with what its parameters ask for, and what it returns becomes a
`Response`, in the same way on every framework. A `RequestError`, of ours or of the function,
becomes the answer that it deserves (RFC 9457): the client is told what it can mend, and what else
there is to say, to whom wrote or runs the program, goes to the logger `unireq`. Any other exception
is the framework's to handle.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from importlib import import_module
from typing import Any, Final, NoReturn, TypeAlias, TypeVar, cast

from unireq._body.limits import Limits
from unireq._body.threads import reaching_back, run_in_thread
from unireq._errors import IncompleteBody, InvalidParameter, RequestError, UnireqError
from unireq._handlers.parameters import Parameters, kind_of_body
from unireq._handlers.signatures import is_async, name_of
from unireq._request import Request
from unireq._response import Response

__all__ = ["Handler", "RunInThread", "make_response", "problem_response"]

_F = TypeVar("_F", bound=Callable[..., Any])

RunInThread: TypeAlias = Callable[[Callable[[], Response]], Awaitable[Response]]
"""Calls a function in a worker thread, in the caller's context."""


class Handler:
    """A function that takes a `Request` and parameters, and returns what `make_response` takes.

    Args:
        function: The function, sync or async; decorated, a partial, a method, a callable object.
        limits: How much of a body is accepted where the function does not say; by default what
            `Request.set_limits` has set.

    Attributes:
        function: The same.
        is_async: Whether it has to be awaited.
        limits: As given.
        name: What it is called; frameworks name routes so.

    Raises:
        TypeError: It can never be called with what a request holds, or `limits` is neither; the
            message says what to write instead.
    """

    __slots__ = ("_parameters", "function", "is_async", "limits", "name")

    function: Callable[..., Any]
    is_async: bool
    limits: Limits | None
    name: str

    def __init__(self, function: Callable[..., Any], *, limits: Limits | None = None) -> None:
        if limits is not None and not isinstance(limits, Limits):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"limits: expected unireq.Limits or None, got {type(limits).__name__}")
        self._parameters = Parameters(function)
        self.function = function
        self.limits = limits
        self.name = name_of(function)
        self.is_async = is_async(function)
        if self.is_async:
            # Now, and not by the first requests, each in a thread of its own.
            import_module("asyncio")

    def named(self, view: _F) -> _F:
        """`view`, called and documented as the function is: frameworks name routes so."""
        view.__name__ = view.__qualname__ = self.name
        view.__doc__ = self.function.__doc__
        return view

    def call(self, request: Request) -> Response:
        """The answer of a sync function to `request`, whose body can be read here.

        Raises:
            TypeError: The function is async, or returned what is no answer.
            Exception: What the function raised, if it is no `RequestError`.
        """
        self._limit(request)
        try:
            arguments = self._parameters.arguments(request)
            result = self.function(*arguments.positional, **arguments.named)
            if isinstance(result, Awaitable):
                self._refuse(result)  # pyright: ignore[reportUnknownArgumentType]
        except RequestError as error:
            return problem_response(error)
        return make_response(result, self.name)

    async def acall(self, request: Request, in_thread: RunInThread = run_in_thread) -> Response:
        """The answer to `request`, in async code.

        A sync function is called in a worker thread, from where it can read the body. Before that
        the body is read where a parameter may stand in it, and where the handler has `limits`, so
        that no thread waits for a slow client.

        Args:
            request: The request.
            in_thread: How to call in a worker thread.

        Raises:
            TypeError: The function returned what is no answer.
            Exception: What the function raised, if it is no `RequestError`.
        """
        self._limit(request)
        if not self.is_async:
            await self._read_ahead(request)
            return await in_thread(reaching_back(lambda: self.call(request)))
        try:
            kind = self._parameters.needs_body(request)
            if kind == "form":
                await request.aform()
            elif kind == "json":
                request._check_json(None)  # pyright: ignore[reportPrivateUsage]
                await request.aread()
            arguments = self._parameters.arguments(request)
            result = await self.function(*arguments.positional, **arguments.named)
            if isinstance(result, Awaitable):
                self._refuse(result)  # pyright: ignore[reportUnknownArgumentType]
        except RequestError as error:
            return problem_response(error)
        return make_response(result, self.name)

    def _limit(self, request: Request) -> None:
        if self.limits is not None:
            request._shared_body().limits = self.limits  # pyright: ignore[reportPrivateUsage]

    async def _read_ahead(self, request: Request) -> None:
        """Read the body, within limits that the function has not been asked about yet."""
        try:
            kind = self._parameters.needs_body(request)
            if self.limits is not None:
                kind = kind_of_body(request) or "other"
            if kind == "json":
                request._check_json(None)  # pyright: ignore[reportPrivateUsage]
            if kind:
                await request._astored(None, spool=True)  # pyright: ignore[reportPrivateUsage]
        except UnireqError:
            # The function is told when it asks for the body, which it may not do.
            return

    def _refuse(self, result: Awaitable[Any]) -> NoReturn:
        if isinstance(result, Coroutine):
            result.close()
        raise TypeError(
            f"{self.name}: expected a response value, got an awaitable; declare the handler, or the"
            " decorator around it, with `async def`"
        )


def make_response(result: Any, name: str = "handler") -> Response:
    """The `Response` that a handler's result stands for.

    Args:
        result: A `Response`; text (`text/plain`); bytes (`application/octet-stream`); a dict or a
            list (JSON); None (status 204).
        name: What the handler is called, for the message.

    Raises:
        TypeError: It is something else.
        ValueError: JSON or UTF-8 can't express what is in it. Either says where.
    """
    if isinstance(result, Response):
        return result
    if result is None:
        return Response(status=204)
    if isinstance(result, (str, bytes, bytearray, memoryview)):
        return Response(result if isinstance(result, str) else bytes(cast("bytes", result)))
    if isinstance(result, (dict, list)):
        try:
            return Response.json(result)
        except (TypeError, ValueError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(f"{name}: {error}") from None
    raise TypeError(
        f"{name}: expected it to return str, bytes, dict, list, None or unireq.Response, got"
        f" {type(result).__name__}; Response.json(...) sends any value as JSON, and"
        " Response(..., status=...) sets any status"
    )


_LOGGER: Final = logging.getLogger("unireq")

# RFC 9110 15.5; the standard library has other phrases for these, depending on its version.
_PHRASES = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}


def problem_response(error: RequestError) -> Response:
    """The answer to `error`: its status, and a content of `application/problem+json`.

    The members are `type` (`about:blank`: the status says it), `title` (the phrase of the status),
    `status`, `detail`, and for `InvalidParameter` the `parameter`. The `advice` of the error is
    logged as a warning. What a server or a framework said of a body that ended early is logged as
    an information: each says something else, and it is none of the client's business.
    """
    early = isinstance(error, IncompleteBody)
    if early or error.advice:
        level = logging.INFO if early else logging.WARNING
        # Not `%s`: a message may have a line break that a client sent.
        _LOGGER.log(level, "refused by status %d: %r", error.status, str(error))
    members: dict[str, Any] = {
        "type": "about:blank",
        "title": _phrase(error.status),
        "status": error.status,
        "detail": "the body ended too early" if early else error.detail,
    }
    if isinstance(error, InvalidParameter):
        members["parameter"] = error.parameter
    return Response.json(members, status=error.status, media_type="application/problem+json")


def _phrase(status: int) -> str:
    try:
        return _PHRASES.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return "Client Error" if status < 500 else "Server Error"
