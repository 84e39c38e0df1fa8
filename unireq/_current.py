"""The request that is being handled: `current_request()`, wherever below a middleware it is called.

It is kept in a context variable, so each thread, task and greenlet sees its own, and what a task
starts sees that of the task. Source: PEP 567.

Rule: it is over when the request is. What a request started and left running finds none, and keeps
no native request, with its uploads, alive.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from unireq._errors import NoCurrentRequest
from unireq._request import Request

__all__ = ["as_current", "current_request"]


class _Held:
    """One request: contexts are copied, this is shared, and empty when the request is over."""

    __slots__ = ("outer", "request")

    def __init__(self, request: Request, outer: _Held | None) -> None:
        self.request: Request | None = request
        self.outer = outer


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
    if held is None or held.request is None:
        raise NoCurrentRequest(
            "current_request: expected to be called while a request is handled, below unireq's"
            " middleware, got no request here; install it (unireq_django.RequestMiddleware,"
            " unireq_starlette.RequestMiddleware, unireq_flask.install(app), ...), or, in a thread"
            " of your own, run in contextvars.copy_context()"
        )
    return held.request


@contextmanager
def as_current(request: Request) -> Generator[Request]:
    """Make `request` the one that `current_request()` gives, until the block ends.

    For middleware of adapters, and for tests.

    Args:
        request: The request.
    """
    held = _Held(request, _find())
    token = _current.set(held)
    try:
        yield request
    finally:
        held.request = None
        # A server may end a request in another context than it began in.
        with suppress(ValueError):
            _current.reset(token)
