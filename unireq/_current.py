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

_current: ContextVar[list[Request]] = ContextVar("unireq.current_request")
"""The request, in a list that is emptied when it ends: contexts are copied, this is shared."""

_NONE: list[Request] = []


def current_request() -> Request:
    """The request that is being handled here.

    Raises:
        NoCurrentRequest: None is: unireq's middleware is not installed, this code runs outside of
            a request, or the request has been answered.
    """
    held = _current.get(_NONE)
    if not held:
        raise NoCurrentRequest(
            "current_request: expected to be called while a request is handled, below unireq's"
            " middleware, got no request here; install it (unireq_django.RequestMiddleware,"
            " unireq_starlette.RequestMiddleware, unireq_flask.install(app), ...), or, in a thread"
            " of your own, run in contextvars.copy_context()"
        )
    return held[0]


@contextmanager
def as_current(request: Request) -> Generator[Request]:
    """Make `request` the one that `current_request()` gives, until the block ends.

    For middleware of adapters, and for tests.

    Args:
        request: The request.
    """
    held = [request]
    token = _current.set(held)
    try:
        yield request
    finally:
        held.clear()
        # A server may end a request in another context than it began in.
        with suppress(ValueError):
            _current.reset(token)
