"""Handler: a framework-neutral function, prepared for being mounted anywhere.

Rule: the function is called with what its parameters ask for, and what it returns becomes a
`Response`, in the same way on every framework. A `RequestError`, of ours or of the function,
becomes the answer that it deserves; any other exception is the framework's to handle.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NoReturn, TypeAlias, cast

from unireq._body.threads import run_in_thread
from unireq._errors import RequestError, UnireqError
from unireq._handlers.parameters import Parameters
from unireq._handlers.signatures import is_async, name_of
from unireq._problem import problem
from unireq._request import Request
from unireq._response import Response

__all__ = ["Handler", "InThread", "to_response"]

InThread: TypeAlias = Callable[[Callable[[], Response]], Awaitable[Response]]
"""Calls a function in a worker thread, in the caller's context."""


class Handler:
    """A function that takes a `Request` and parameters, and returns what `to_response` takes.

    Args:
        function: The function, sync or async; decorated, a partial, a method, a callable object.

    Attributes:
        function: The same.
        is_async: Whether it has to be awaited.
        name: What it is called; frameworks name routes so.

    Raises:
        TypeError: It is no function, or an annotation that may mean `Request` can't be resolved.
    """

    __slots__ = ("_parameters", "function", "is_async", "name")

    function: Callable[..., Any]
    is_async: bool
    name: str

    def __init__(self, function: Callable[..., Any]) -> None:
        self._parameters = Parameters(function)
        self.function = function
        self.name = name_of(function)
        self.is_async = is_async(function)

    def call(self, request: Request) -> Response:
        """The answer of a sync function to `request`, whose body can be read here.

        Raises:
            TypeError: The function is async, or returned what is no answer.
            Exception: What the function raised, if it is no `RequestError`.
        """
        try:
            arguments = self._parameters.arguments(request)
            result = self.function(*arguments.positional, **arguments.named)
            if isinstance(result, Awaitable):
                self._refuse(result)  # pyright: ignore[reportUnknownArgumentType]
        except RequestError as error:
            return problem(error)
        return to_response(result, self.name)

    async def acall(self, request: Request, in_thread: InThread = run_in_thread) -> Response:
        """The answer to `request`, in async code.

        A sync function is called in a worker thread; the body is read before, as far as it can be,
        so that the function can read it there.

        Args:
            request: The request.
            in_thread: How to call in a worker thread.

        Raises:
            TypeError: The function returned what is no answer.
            Exception: What the function raised, if it is no `RequestError`.
        """
        if not self.is_async:
            await _read_ahead(request)
            return await in_thread(lambda: self.call(request))
        try:
            kind = self._parameters.needs_body(request)
            if kind == "form":
                await request.aform()
            elif kind == "json":
                await request.aread()
            arguments = self._parameters.arguments(request)
            result = await self.function(*arguments.positional, **arguments.named)
            if isinstance(result, Awaitable):
                self._refuse(result)  # pyright: ignore[reportUnknownArgumentType]
        except RequestError as error:
            return problem(error)
        return to_response(result, self.name)

    def _refuse(self, result: Awaitable[Any]) -> NoReturn:
        if isinstance(result, Coroutine):
            result.close()
        raise TypeError(
            f"{self.name}: expected an answer, got something to await; write the handler, or the"
            " decorator around it, as `async def`"
        )


async def _read_ahead(request: Request) -> None:
    try:
        await request._astored(None, spool=True)  # pyright: ignore[reportPrivateUsage]
    except UnireqError:
        # The function is told when it asks for the body, which it may not do.
        return


def to_response(result: Any, name: str = "handler") -> Response:
    """The `Response` that a handler's result stands for.

    Args:
        result: A `Response`; text (`text/plain`); octets (`application/octet-stream`); a dict or a
            list (JSON); None (status 204).
        name: What the handler is called, for the message.

    Raises:
        TypeError: It is something else.
        ValueError: JSON or UTF-8 can't express what is in it.
    """
    if isinstance(result, Response):
        return result
    if result is None:
        return Response(status=204)
    if isinstance(result, (str, bytes, bytearray, memoryview)):
        return Response(result if isinstance(result, str) else bytes(cast("bytes", result)))
    if isinstance(result, (dict, list)):
        return Response.json(result)
    raise TypeError(
        f"{name}: expected str, bytes, dict, list, None or unireq.Response to be returned, got"
        f" {type(result).__name__}; Response.json(...) sends any value as JSON, and"
        " Response(..., status=...) any status"
    )
