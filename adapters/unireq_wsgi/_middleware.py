"""Middleware for WSGI: the current request, and answers to what the client did wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import ExitStack
from typing import Any

import unireq
from unireq_wsgi._recording import record_input
from unireq_wsgi._request import WSGIRequest
from unireq_wsgi._respond import StartResponse, WSGIApp, respond

__all__ = ["ProblemMiddleware", "RequestMiddleware", "make_current"]

_ENDING = "unireq.wsgi.ending"


def make_current(environ: MutableMapping[str, Any], request: unireq.Request) -> None:
    """Make `request` the current one in place of the middleware's own, until the answer ends.

    For adapters of frameworks on WSGI. Nothing happens where no `RequestMiddleware` is above.

    Args:
        environ: That of the request.
        request: The request, as the framework has it.
    """
    stack: ExitStack | None = environ.get(_ENDING)
    if stack is not None:
        stack.enter_context(unireq.as_current(request))


class RequestMiddleware:
    """Makes `unireq.current_request()` work below, and keeps the body readable.

    Install it outermost: whatever reads the body below, unireq and the application can read it,
    within `unireq.Limits`. The request is current until the server has closed the answer.

    Args:
        app: The application below.
    """

    def __init__(self, app: WSGIApp) -> None:
        self.app = app

    def open(self, environ: dict[str, Any]) -> WSGIRequest:
        """The request; a subclass may make another kind."""
        return WSGIRequest(environ)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Handle one request."""
        request = self.open(environ)
        record_input(request, environ)
        with ExitStack() as stack:
            stack.enter_context(unireq.as_current(request))
            environ[_ENDING] = stack
            answer = self.app(environ, start_response)
            sends_file = environ.get("wsgi.file_wrapper")
            if isinstance(answer, (list, tuple)) or (
                isinstance(sends_file, type) and isinstance(answer, sends_file)
            ):
                # Nothing of the application runs any more; and servers look for what these are.
                return answer
            return _Answer(answer, stack.pop_all().close)


class _Answer:
    """The answer of an application, and what has to be done when it was sent."""

    def __init__(self, answer: Iterable[bytes], end: Callable[[], None]) -> None:
        self._answer = answer
        self._end = end

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        """Close the answer below, then end the request."""
        try:
            close: Callable[[], None] | None = getattr(self._answer, "close", None)
            if close is not None:
                close()
        finally:
            self._end()


class ProblemMiddleware:
    """Answers a `RequestError` that an application raises before it has begun to answer.

    Args:
        app: The application below.
    """

    def __init__(self, app: WSGIApp) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Handle one request."""
        try:
            return self.app(environ, start_response)
        except unireq.RequestError as error:
            # Once a part of an answer was sent, the server raises the error instead. Source:
            # PEP 3333, "The start_response() Callable".
            def start_again(status: str, fields: list[tuple[str, str]]) -> Any:
                return start_response(status, fields, sys.exc_info())

            return respond(unireq.problem(error), environ, start_again)
