"""The request that is being handled: `current_request()`, wherever below a middleware it is called.

It is kept in a context variable, so each thread, task and greenlet sees its own, and what a task
starts sees that of the task. Source: PEP 567.

Rules: it is over when the request is. What a request started and left running finds none, and keeps
no native request, with its uploads, alive. Where a framework says by itself which of its requests
is current (see `NativeRequest._current_native`), the innermost counts: that one, unless it was
current already when the block around this code began.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from unireq._adapters import asked, native_here
from unireq._detect import from_native
from unireq._errors import NoCurrentRequest
from unireq._request import Request

__all__ = ["current_request", "request_context"]


class _Held:
    """One request: contexts are copied, this is shared, and empty when the request is over.

    Attributes:
        request: The request, until it is over.
        outer: The same request as a middleware further out has it, to be found again.
        around: What a framework itself had as the current request when this one began.
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
    """The request that is being handled here.

    Raises:
        NoCurrentRequest: None is: unireq's middleware is not installed, this code runs outside of
            a request, or the request has been answered.
    """
    held = _find()
    request = None if held is None else held.request
    # Whoever made one current has looked for adapters, and most programs have none to ask.
    native = native_here() if request is None or asked.adapters else None
    around = None if held is None else held.around
    if native is not None and native is not around and native is not getattr(request, "native", 0):
        return from_native(native)
    if request is None:
        raise NoCurrentRequest(
            "current_request: expected to be called while a request is handled, below unireq's"
            " middleware, got no request here; install it (unireq_django.RequestMiddleware,"
            " unireq_starlette.RequestMiddleware, unireq_flask.install(app), ...), or, in a thread"
            " of your own, run in contextvars.copy_context()"
        )
    return request


@contextmanager
def request_context(request: Request) -> Generator[Request]:
    """Make `request` the one that `current_request()` gives, until the block ends.

    For middleware of adapters, and for tests.

    Args:
        request: The request.
    """
    around = _find()
    nested = around is not None and _is_same(around.request, request)
    held = _Held(request, around if nested else None)
    token = _current.set(held)
    try:
        yield request
    finally:
        held.request = held.around = None
        # Requests need not end in the order that they began in, nor in the same context.
        if _current.get() is held:
            with suppress(ValueError):
                _current.reset(token)


def _is_same(one: Request | None, other: Request) -> bool:
    """Whether both look at one native request.

    Servers start the task of a request in the context of another one, which has to stay unseen.
    """
    shared: Any = getattr(other, "_storage", None)
    return shared is not None and getattr(one, "_storage", None) is shared
