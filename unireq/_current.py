"""current_request(): the request being handled, anywhere below a middleware.

It is stored in a context variable, so each thread, task and greenlet sees its own request, and a
task that it starts sees the same. Source: PEP 567.

Rules: the current request ends with the request. A task that outlives its request finds none, and
keeps no native request or upload alive. If a framework tracks its current request itself (see
`NativeRequest._current_native`), the innermost request counts: the framework's, unless it was
already current when the surrounding `request_context` block began.
"""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import Any

from unireq._adapters import asked, native_here
from unireq._detect import from_native
from unireq._errors import NoCurrentRequest
from unireq._request import Request

__all__ = ["current_request", "request_context"]


class _Held:
    """One request. Copied contexts share this object; it is empty after the request has ended.

    Attributes:
        request: The request, until it ends.
        outer: The same request as an outer middleware set it, to return to.
        around: The framework's own current request when this one began.
    """

    __slots__ = ("around", "outer", "request")

    def __init__(self, request: Request, outer: _Held | None) -> None:
        self.request: Request | None = request
        self.outer = outer
        self.around = native_here()


_current: ContextVar[_Held | None] = ContextVar("unireq.current_request", default=None)


def _find() -> _Held | None:
    held = _current.get()
    while held is not None and held.request is None:
        held = held.outer
    return held


def current_request() -> Request:
    """The request that is being handled.

    Raises:
        NoCurrentRequest: There is none: unireq's middleware is not installed, this code runs
            outside a request, or the response has been sent.
    """
    held = _find()
    request = None if held is None else held.request
    # `request_context` has looked for adapters already, and most programs have none to ask.
    native = native_here() if request is None or asked.adapters else None
    around = None if held is None else held.around
    if native is not None and native is not around and native is not getattr(request, "native", 0):
        return from_native(native)
    if request is None:
        raise NoCurrentRequest(
            "current_request: expected a call while a request is being handled, below unireq's"
            " middleware, got no current request; install the middleware"
            " (unireq_django.RequestMiddleware, unireq_starlette.RequestMiddleware,"
            " unireq_flask.install(app), ...); in a thread that you start yourself, run the code"
            " with contextvars.copy_context().run(...)"
        )
    return request


class request_context:  # noqa: N801 (used as a function)
    """Make `current_request()` return `request` until the block ends.

    For the middleware of adapters, and for tests.

    Args:
        request: The request.
    """

    __slots__ = ("_held", "_request", "_token")

    _held: _Held | None
    _token: Token[_Held | None]

    def __init__(self, request: Request) -> None:
        self._request = request
        self._held = None

    def begin(self) -> Request:
        """Begin it, for where no block can; returns the request. `end` has to follow."""
        request, around = self._request, _find()
        if around is None or not _is_same(around.request, request):
            around = None
            # Makes it, so that a middleware below that copies the scope or the environ shares it.
            _ = request.state
        self._held = held = _Held(request, around)
        self._token = _current.set(held)
        return request

    def end(self, *_: object) -> None:
        """End it, for where no block can; later calls do nothing."""
        held, self._held = self._held, None
        if held is None:
            return
        held.request = held.around = None
        # Requests may end in another order than they began, and in another context.
        if _current.get() is held:
            try:
                _current.reset(self._token)
            except ValueError:
                return

    __enter__ = begin
    __exit__ = end

    def __del__(self) -> None:
        # Who drops a response without closing it, as test clients do, ends its request too.
        if self._held is not None:
            self.end()


def _is_same(one: Request | None, other: Request) -> bool:
    """Whether both belong to the same native request.

    A server may start the task of one request in the context of another, which must stay hidden.
    """
    shared: Any = getattr(other, "_storage", None)
    return shared is not None and getattr(one, "_storage", None) is shared
