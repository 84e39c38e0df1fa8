"""Handler: a framework-neutral function that can be mounted in any framework.

Rule: the function is called with the values that its parameters ask for, and its result becomes a
`Response`, in the same way on every framework. A `RequestError`, from unireq or from the function,
becomes a problem response (RFC 9457): the client gets the detail that it can act on, and the advice
for developers and operators goes to the logger `unireq`. An `Abort` is answered with its response.
The framework handles any other exception.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from importlib import import_module
from typing import Any, Final, NoReturn, TypeAlias, TypeVar, cast

from unireq._body.limits import Limits
from unireq._body.threads import reaching_back, run_in_thread
from unireq._current import request_context
from unireq._errors import Abort, IncompleteBody, InvalidParameter, RequestError, UnireqError
from unireq._handlers.parameters import Parameters, kind_of_body
from unireq._handlers.signatures import is_async, name_of
from unireq._request import Request
from unireq._response import Response
from unireq._views import innermost_view

__all__ = ["Handler", "RunInThread", "error_response", "make_response", "problem_response"]

_F = TypeVar("_F", bound=Callable[..., Any])

RunInThread: TypeAlias = Callable[[Callable[[], Response]], Awaitable[Response]]
"""Calls a function in a worker thread, in the caller's context; returns its result."""


class Handler:
    """A function that takes a `Request` and parameters, and returns what `make_response` takes.

    Args:
        function: The function, sync or async; decorated, a partial, a method, a callable object.
        limits: The limits for reads in which the function passes none; by default what
            `Request.set_limits` has set.

    Attributes:
        function: As given.
        is_async: Whether the function has to be awaited.
        limits: As given.
        name: The function's name, which frameworks use for the route.

    Raises:
        TypeError: No request can provide the function's parameters, or `limits` is neither `Limits`
            nor None; the message says what to write instead.
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
            # Now, because the first requests would import it in several threads at once.
            import_module("asyncio")

    def named(self, view: _F) -> _F:
        """Give `view` the names and the docstring of the function: frameworks name routes by it."""
        behind = innermost_view(self.function)
        view.__name__ = self.name
        view.__qualname__ = behind.__qualname__
        view.__module__ = getattr(behind, "__module__", None) or view.__module__
        view.__doc__ = self.function.__doc__
        return view

    def call(self, request: Request) -> Response:
        """The response of a sync function to `request`, whose body can be read here.

        Raises:
            TypeError: The function is async, or `make_response` can't convert its result.
            Exception: The function's own exception, except `Abort` and `RequestError`.
        """
        self._limit(request)
        try:
            arguments = self._parameters.arguments(request)
            with request_context(request):
                result = self.function(*arguments.positional, **arguments.named)
            if isinstance(result, Awaitable):
                self._refuse(result)  # pyright: ignore[reportUnknownArgumentType]
        except (Abort, RequestError) as error:
            return error_response(error)
        return make_response(result, self.name)

    async def acall(self, request: Request, in_thread: RunInThread = run_in_thread) -> Response:
        """The response to `request`, in async code.

        A sync function is called in a worker thread, where it can read the body. If a parameter may
        be in the body, or the handler has `limits`, the body is read before that, so no thread
        waits for a slow client.

        Args:
            request: The request.
            in_thread: Calls a function in a worker thread.

        Raises:
            TypeError: `make_response` can't convert the function's result.
            Exception: The function's own exception, except `Abort` and `RequestError`.
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
            with request_context(request):
                result = await self.function(*arguments.positional, **arguments.named)
            if isinstance(result, Awaitable):
                self._refuse(result)  # pyright: ignore[reportUnknownArgumentType]
        except (Abort, RequestError) as error:
            return error_response(error)
        return make_response(result, self.name)

    def _limit(self, request: Request) -> None:
        if self.limits is not None:
            request._shared_body().limits = self.limits  # pyright: ignore[reportPrivateUsage]

    async def _read_ahead(self, request: Request) -> None:
        """Read the body before the function is called; the function may still pass other limits."""
        try:
            kind = self._parameters.needs_body(request)
            if self.limits is not None:
                kind = kind_of_body(request) or "other"
            if kind == "json":
                request._check_json(None)  # pyright: ignore[reportPrivateUsage]
            if kind:
                await request._astored(None, spool=True)  # pyright: ignore[reportPrivateUsage]
        except UnireqError:
            # The function gets the error if it reads the body.
            return

    def _refuse(self, result: Awaitable[Any]) -> NoReturn:
        if isinstance(result, Coroutine):
            result.close()
        raise TypeError(
            f"{self.name}: expected a response value, got an awaitable; declare the handler, or the"
            " decorator around it, with `async def`"
        )


def make_response(result: Any, name: str = "handler") -> Response:
    """Convert a handler's result into a `Response`.

    Args:
        result: A `Response`; text (`text/plain`); bytes (`application/octet-stream`); a dict or a
            list (JSON); None (status 204).
        name: The name of the handler, for error messages.

    Raises:
        TypeError: `result` has another type, or JSON can't express a value in it.
        ValueError: JSON or UTF-8 can't express a value in it; the message says where it is.
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

# RFC 9110 15.5; the standard library's phrases for these depend on its version.
_PHRASES = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}


def error_response(error: Abort | RequestError) -> Response:
    """The response that `error` asks for: that of an `Abort`; for a `RequestError` a problem."""
    return error.response if isinstance(error, Abort) else problem_response(error)


def problem_response(error: RequestError) -> Response:
    """The response to `error`: its status and header fields, with a problem (RFC 9457) as content.

    The members are `type` (`about:blank`: the status says it all), `title` (the phrase of the
    status), `status`, `detail`, and for `InvalidParameter` the `parameter`. The `advice` of the
    error is logged as a warning. The message of `IncompleteBody` is only logged (as info), because
    it may quote the server or the framework; the client gets a fixed text.
    """
    early = isinstance(error, IncompleteBody)
    if early or error.advice:
        level = logging.INFO if early else logging.WARNING
        # %r, not %s: a message may contain a line break that a client sent.
        _LOGGER.log(level, "refused by status %d: %r", error.status, str(error))
    members: dict[str, Any] = {
        "type": "about:blank",
        "title": _phrase(error.status),
        "status": error.status,
        "detail": "the body ended too early" if early else error.detail,
    }
    if isinstance(error, InvalidParameter):
        members["parameter"] = error.parameter
    media_type = "application/problem+json"
    return Response.json(members, status=error.status, headers=error.headers, media_type=media_type)


def _phrase(status: int) -> str:
    try:
        return _PHRASES.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return "Client Error" if status < 500 else "Server Error"
