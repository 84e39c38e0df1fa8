"""Middleware for WSGI: the current request, and responses to a `RequestError`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import ExitStack
from itertools import chain
from typing import Any

import unireq
from unireq import adapter
from unireq_wsgi._request import WSGIRequest
from unireq_wsgi._respond import StartResponse, WSGIApp, respond

__all__ = ["ProblemMiddleware", "RequestMiddleware", "make_current", "note_whole_answer"]

_ENDING = "unireq.wsgi.ending"
_WHOLE = "unireq.wsgi.whole"


def make_current(environ: MutableMapping[str, Any], request: unireq.Request) -> None:
    """Make `request` the current request, instead of the middleware's, until the response ends.

    For adapters of frameworks on WSGI. It does nothing without a `RequestMiddleware` above.

    Args:
        environ: The environ of the request.
        request: The framework's request, opened by its adapter.
    """
    stack: ExitStack | None = environ.get(_ENDING)
    if stack is not None:
        stack.enter_context(adapter.request_context(request))


def note_whole_answer(environ: MutableMapping[str, Any]) -> None:
    """End the request when the application returns, because its response is complete by then.

    For adapters of frameworks on WSGI; not needed if the response is a list or a tuple.

    Args:
        environ: The environ of the request.
    """
    environ[_WHOLE] = True


class RequestMiddleware:
    """Makes `unireq.current_request()` work below, and keeps the body readable.

    Install it outermost: then unireq and the application can both read the body, whichever reads it
    first, within `unireq.Limits`. The request is current until the server closes the response.

    Args:
        app: The application below.
    """

    def __init__(self, app: WSGIApp) -> None:
        self.app = app

    def open(self, environ: dict[str, Any]) -> WSGIRequest:
        """Create the request; a subclass may create another type."""
        return WSGIRequest(environ)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Handle one request."""
        request = self.open(environ)
        request.tee_body()
        with ExitStack() as stack:
            stack.enter_context(adapter.request_context(request))
            environ[_ENDING] = stack
            answer = self.app(environ, start_response)
            if environ.pop(_WHOLE, False) or _is_whole(answer, environ):
                # The application is done. Return it unwrapped: servers check for these types.
                return answer
            return _Answer(answer, stack.pop_all().close)


def _is_whole(answer: Iterable[bytes], environ: Mapping[str, Any]) -> bool:
    """Whether `answer` can be sent without running code of the application."""
    sends_file = environ.get("wsgi.file_wrapper")
    return isinstance(answer, (list, tuple)) or (
        isinstance(sends_file, type) and isinstance(answer, sends_file)
    )


class _Answer:
    """The response of an application, and what to do after it has been sent."""

    def __init__(self, answer: Iterable[bytes], end: Callable[[], None]) -> None:
        self._answer = answer
        self._end = end

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        """Close the application's response, then end the request."""
        try:
            close: Callable[[], None] | None = getattr(self._answer, "close", None)
            if close is not None:
                close()
        finally:
            self._end()


class ProblemMiddleware:
    """Answers a `RequestError` that the application raises before its response has begun.

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
            # If part of a response has been sent, the server raises the error instead. Source: PEP
            # 3333, "The start_response() Callable".
            def start_again(status: str, fields: list[tuple[str, str]]) -> Any:
                return start_response(status, fields, sys.exc_info())

            return respond(adapter.problem_response(error), environ, start_again)


def _begun(answer: Iterable[bytes]) -> Iterable[bytes]:
    """`answer` after its first chunk was produced: only then does a generator's code run."""
    close: Callable[[], None] = getattr(answer, "close", _nothing)
    chunks = iter(answer)
    try:
        first = [chunk] if (chunk := next(chunks, None)) is not None else []
    except BaseException:
        close()
        raise
    return _Answer(chain(first, chunks), close)


def _nothing() -> None: ...
