"""@unireq.middleware: marks a function as a layer around an application.

    @unireq.middleware
    def cors(request):
        head = yield                        # goes on when the application has its answer
        head.set_header("access-control-allow-origin", "*")
        yield                               # optional: goes on after the last byte
        log(head.status, head.sent)

Rule: what a layer asks for stands on it, and is checked when it is marked, never during a request.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable
from importlib import import_module
from typing import Any, TypeAlias, overload

from unireq._body.limits import Limits
from unireq._layers.head import ResponseHead
from unireq._request import Request
from unireq._response import Response

__all__ = [
    "AsyncSteps",
    "Middleware",
    "OutermostLayer",
    "Steps",
    "checked_layers",
    "merged_layers",
    "middleware",
]

Steps: TypeAlias = "Generator[Response | None, ResponseHead, Response | None]"
"""What a layer that is a generator returns."""

AsyncSteps: TypeAlias = "AsyncGenerator[Response | None, ResponseHead]"
"""What a layer that is an async generator returns."""

_Layer: TypeAlias = (
    "Callable[[Request], Steps | AsyncSteps | Awaitable[Response | None] | Response | None]"
)


class Middleware:
    """A layer; `unireq.middleware` makes it, `install` and `as_middleware` take it.

    Calling it calls the function, for tests.

    Attributes:
        function: As given.
        name: The function's name with its module, for the log.
        is_async: Whether the function is async, as far as it can be seen.
        body: Whether the body is read before the first part, or the limits within which it is.
        user: Whether the user is found before the first part.
        websocket: Whether the first part runs for the handshake of a websocket.
        blocking: Whether a sync layer runs in a worker thread on async frameworks.
        asks: Whether anything has to be done before the first part.
    """

    __slots__ = ("asks", "blocking", "body", "function", "is_async", "name", "user", "websocket")

    def __init__(
        self,
        function: _Layer,
        *,
        body: bool | Limits = False,
        user: bool = False,
        websocket: bool = False,
        blocking: bool = False,
    ) -> None:
        if not callable(function):
            raise TypeError(f"middleware: expected a function, got {type(function).__name__}")
        self.function: Callable[[Request], Any] = function
        self.name: str = _name_of(function)
        if not isinstance(body, (bool, Limits)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"middleware {self.name}: expected body of True, False or unireq.Limits, got"
                f" {type(body).__name__}"
            )
        for option, value in (("user", user), ("websocket", websocket), ("blocking", blocking)):
            if not isinstance(value, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise TypeError(
                    f"middleware {self.name}: expected {option} of True or False, got"
                    f" {type(value).__name__}"
                )
        _check_signature(function, self.name)
        self.is_async: bool = _is_async(function)
        if self.is_async:
            if blocking:
                raise TypeError(
                    f"middleware {self.name}: expected blocking=True on a sync function only, got"
                    " an async one; `await` in it what takes time"
                )
            # Now, because the first requests would import it in several threads at once.
            import_module("asyncio")
        self.body: bool | Limits = body
        self.user: bool = user
        self.websocket: bool = websocket
        self.blocking: bool = blocking
        self.asks: bool = user or body is not False

    def __call__(self, request: Request) -> Any:
        """Call the function."""
        return self.function(request)

    def __repr__(self) -> str:
        return f"<unireq.middleware {self.name}>"


class OutermostLayer(Middleware):
    """The layer of which an app has one, and which is around those that are installed later."""

    __slots__ = ()


@overload
def middleware(function: _Layer, /) -> Middleware: ...
@overload
def middleware(
    *,
    body: bool | Limits = False,
    user: bool = False,
    websocket: bool = False,
    blocking: bool = False,
) -> Callable[[_Layer], Middleware]: ...
def middleware(
    function: Any = None,
    /,
    *,
    body: bool | Limits = False,
    user: bool = False,
    websocket: bool = False,
    blocking: bool = False,
) -> Any:
    """Mark a function as a layer around an application, for `install` and `as_middleware`.

    The function takes our `Request`. It is a generator, sync or async: what stands before its first
    `yield` runs before the application, what follows when any answer is about to begin (a view's,
    an error page, a stream), and what follows a second `yield` after the last byte, or after the
    answer broke off. Every `yield` gives the same `ResponseHead`. A plain function, sync or async,
    has a first part alone. A `Response` that is returned or yielded before the head is sent is the
    answer: in place of the application in the first part, instead of its answer in the second.

    Args:
        function: The function.
        body: Read the body before the first part, so `request.read()` works in async code too:
            True, or the `Limits`. A body over them is answered by status 413.
        user: Find the user before the first part, so `request.username` works in async code too.
        websocket: Run the first part for the handshake of a websocket too, where a `Response`
            refuses it. The later parts don't run; the generator is closed at the end.
        blocking: On async frameworks, run a sync layer in a worker thread.

    Raises:
        TypeError: The function can't be called with a request alone, or an option has the wrong
            type.
    """
    options: Any = {"body": body, "user": user, "websocket": websocket, "blocking": blocking}
    mark: Any = functools.partial(Middleware, **options)
    return mark if function is None else mark(function)


def checked_layers(
    layers: tuple[Any, ...], what: str, allowed_hosts: Iterable[str] | None = None
) -> tuple[Middleware, ...]:
    """`layers`, if all are marked; inside one that answers for `allowed_hosts` alone, if given.

    Args:
        layers: What was passed to `install` or `as_middleware`.
        what: The name of that function.
        allowed_hosts: What was passed to it as `allowed_hosts`.

    Raises:
        TypeError: A layer is something else, or `allowed_hosts` is not a list of str.
        ValueError: `allowed_hosts` has what no host can be.
    """
    for layer in layers:
        if not isinstance(layer, Middleware):
            raise TypeError(
                f"{what}: expected layers marked with @unireq.middleware, got"
                f" {getattr(layer, '__qualname__', None) or type(layer).__name__}"
            )
    if allowed_hosts is None:
        return layers
    from unireq._layers.hosts import AllowedHosts

    return (AllowedHosts(allowed_hosts, what), *layers)


def merged_layers(
    new: tuple[Middleware, ...], installed: tuple[Middleware, ...]
) -> tuple[Middleware, ...]:
    """The layers of an app after another `install`: those it lacks come around the others.

    The one for `allowed_hosts` stays outermost.

    Raises:
        ValueError: The app has other `allowed_hosts`.
    """
    merged = (*(layer for layer in new if layer not in installed), *installed)
    outermost = [layer for layer in merged if isinstance(layer, OutermostLayer)]
    if not outermost:
        return merged
    if len(outermost) > 1:
        raise ValueError(
            f"install: expected one list of allowed_hosts, got {outermost[0]} after {outermost[1]}"
        )
    return (outermost[0], *(layer for layer in merged if layer is not outermost[0]))


def _name_of(function: Any) -> str:
    while isinstance(function, functools.partial):
        function = function.func  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    kind: Any = type(function)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    named: Any = function if hasattr(function, "__qualname__") else kind
    return f"{named.__module__}.{named.__qualname__}"


def _is_async(function: Any) -> bool:
    while isinstance(function, functools.partial):
        function = function.func  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    called: Any = getattr(type(function), "__call__", None)  # noqa: B004  # pyright: ignore[reportUnknownArgumentType]
    return any(
        inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each)
        for each in (function, called)  # pyright: ignore[reportUnknownVariableType]
    )


def _check_signature(function: Callable[..., Any], name: str) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(None)
    except TypeError:
        raise TypeError(
            f"middleware {name}: expected a function that takes a request alone, got"
            f" {name.rpartition('.')[2]}{signature}"
        ) from None
