"""Middleware for WSGI: the current request, and answers to what the client did wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import ExitStack
from itertools import chain
from typing import Any

import unireq
from unireq.adapter import problem_response, request_context
from unireq_wsgi._request import WSGIRequest
from unireq_wsgi._respond import StartResponse, WSGIApp, respond

__all__ = ["ProblemMiddleware", "RequestMiddleware", "make_current", "note_whole_answer"]

_ENDING = "unireq.wsgi.ending"
_WHOLE = "unireq.wsgi.whole"


def make_current(environ: MutableMapping[str, Any], request: unireq.Request) -> None:
    """Make `request` the current one in place of the middleware's own, until the answer ends.

    For adapters of frameworks on WSGI. Nothing happens where no `RequestMiddleware` is above.

    Args:
        environ: That of the request.
        request: The request, as the framework has it.
    """
    stack: ExitStack | None = environ.get(_ENDING)
    if stack is not None:
        stack.enter_context(request_context(request))


def note_whole_answer(environ: MutableMapping[str, Any]) -> None:
    """Let the request end when the application returns, since its answer is made by then.

    For adapters of frameworks on WSGI; a list or a tuple says as much by itself.

    Args:
        environ: That of the request.
    """
    environ[_WHOLE] = True


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
        request.tee_body()
        with ExitStack() as stack:
            stack.enter_context(request_context(request))
            environ[_ENDING] = stack
            answer = self.app(environ, start_response)
            if environ.pop(_WHOLE, False) or _is_whole(answer, environ):
                # Nothing of the application runs any more; and servers look for what these are.
                return answer
            return _Answer(answer, stack.pop_all().close)


def _is_whole(answer: Iterable[bytes], environ: Mapping[str, Any]) -> bool:
    """Whether no code of the application is needed to send it."""
    sends_file = environ.get("wsgi.file_wrapper")
    return isinstance(answer, (list, tuple)) or (
        isinstance(sends_file, type) and isinstance(answer, sends_file)
    )


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
            answer = self.app(environ, start_response)
            if _is_whole(answer, environ):
                return answer
            return _begun(answer)
        except unireq.RequestError as error:
            # Once a part of an answer was sent, the server raises the error instead. Source:
            # PEP 3333, "The start_response() Callable".
            def start_again(status: str, fields: list[tuple[str, str]]) -> Any:
                return start_response(status, fields, sys.exc_info())

            return respond(problem_response(error), environ, start_again)


def _begun(answer: Iterable[bytes]) -> Iterable[bytes]:
    """`answer`, whose first bytes have been made: a generator begins when they are asked for."""
    close: Callable[[], None] = getattr(answer, "close", _nothing)
    chunks = iter(answer)
    try:
        first = [chunk] if (chunk := next(chunks, None)) is not None else []
    except BaseException:
        close()
        raise
    return _Answer(chain(first, chunks), close)


def _nothing() -> None: ...
