"""Middleware for WSGI: the current request, layers, answers to an `Abort` or a `RequestError`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from itertools import chain
from typing import Any, ClassVar

import unireq
from unireq import adapter
from unireq_wsgi._background import waits_in_background
from unireq_wsgi._believe import believe_in_environ
from unireq_wsgi._exchange import EXCHANGE, Exchange, sends_itself
from unireq_wsgi._request import WSGIRequest
from unireq_wsgi._respond import StartResponse, WSGIApp, respond

__all__ = [
    "ProblemMiddleware",
    "RequestMiddleware",
    "as_middleware",
    "install",
    "note_whole_answer",
]

_WHOLE = "unireq.wsgi.whole"


def note_whole_answer(environ: MutableMapping[str, Any]) -> None:
    """End the request when the application returns, because its response is complete by then.

    For adapters of frameworks on WSGI; not needed if the response is a list or a tuple.

    Args:
        environ: The environ of the request.
    """
    if (exchange := environ.get(EXCHANGE)) is not None:
        exchange.whole = True
    environ[_WHOLE] = True


class RequestMiddleware:
    """Makes `unireq.current_request()` work below, keeps the body readable, and runs layers.

    Install it outermost: then unireq and the application can both read the body, whichever reads it
    first, within `unireq.Limits`. The request is current until the server closes the response.
    It answers errors like `ProblemMiddleware`.

    Args:
        app: The application below.
        layers: Layers made by `@unireq.middleware`; the first is outermost.
        proxies: Whose word counts for client, scheme and host; None believes what the server says.
        allowed_hosts: The hosts to answer for; None allows every host.

    Raises:
        TypeError: A layer or another argument is something else.
        ValueError: `allowed_hosts` has what no host can be.
    """

    answers: ClassVar[bool] = True
    """Whether it answers an exception of the application, because nobody above does."""

    at_once: ClassVar[bool] = False
    """Whether the application calls `start_response` once, so layers can see the head then."""

    def __init__(
        self,
        app: WSGIApp,
        *layers: unireq.Middleware,
        proxies: unireq.TrustedProxies | None = None,
        allowed_hosts: Iterable[str] | None = None,
    ) -> None:
        self.app = app
        name = type(self).__name__
        self.layers = adapter.checked_layers(layers, name, allowed_hosts)
        self.proxies = adapter.merged_proxies(proxies, None, name)
        self._answering = ProblemMiddleware(app)

    def open(self, environ: dict[str, Any]) -> WSGIRequest:
        """Create the request; a subclass may create another type."""
        return WSGIRequest(environ)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Handle one request."""
        if self.proxies is not None:
            believe_in_environ(environ, self.proxies)
        request = self.open(environ)
        if request.may_have_body:
            request.tee_body()
        context = adapter.request_context(request)
        context.begin()
        if self.layers:
            return self._around(request, environ, start_response, context)
        try:
            answer = self._answering(environ, start_response)
        except BaseException:
            context.end()
            raise
        if environ.pop(_WHOLE, False) or _is_whole(answer, environ):
            # The application is done. Return it unwrapped: servers check for these types.
            context.end()
            return answer
        return _Answer(answer, context.end)

    def _around(
        self,
        request: WSGIRequest,
        environ: dict[str, Any],
        start_response: StartResponse,
        context: adapter.request_context,
    ) -> Iterable[bytes]:
        around = adapter.Around(self.layers, request, wait=waits_in_background, threads=False)
        exchange = Exchange(
            around,
            request.method,
            start_response,
            environ,
            context,
            at_once=self.at_once,
            answers=self.answers,
        )
        try:
            answer = adapter.finish(around.begin())
            if answer is not None:
                return exchange.respond(answer)
            return exchange.run(self.app)
        except BaseException:
            exchange.end(complete=False)
            raise


def as_middleware(
    *layers: unireq.Middleware,
    proxies: unireq.TrustedProxies | None = None,
    allowed_hosts: Iterable[str] | None = None,
) -> Callable[[WSGIApp], WSGIApp]:
    """Middleware for WSGI that runs `layers`: call it with an application.

        app = as_middleware(cors, tracing)(app)

    Args:
        layers: Layers made by `@unireq.middleware`; the first is outermost.
        proxies: Whose word counts for client, scheme and host: see `unireq.TrustedProxies`.
        allowed_hosts: The hosts to answer for, others get status 400: names, `".example.com"` with
            its subdomains, `"*.example.com"` for these alone, addresses. None allows every host.

    Raises:
        TypeError: A layer or another argument is something else.
        ValueError: `allowed_hosts` has what no host can be.
    """
    layers = adapter.checked_layers(layers, "as_middleware", allowed_hosts)
    adapter.merged_proxies(proxies, None, "as_middleware")

    def wrap(app: WSGIApp) -> WSGIApp:
        return RequestMiddleware(app, *layers, proxies=proxies)

    return wrap


def install(
    app: WSGIApp,
    *layers: unireq.Middleware,
    proxies: unireq.TrustedProxies | None = None,
    allowed_hosts: Iterable[str] | None = None,
) -> WSGIApp:
    """Put `layers` around `app`; returns the wrapped app.

    Layers that `app` has already are left where they are; others come around them. Without layers
    it makes `unireq.current_request()` work and keeps the body readable.

    Args:
        app: The application.
        layers: Layers made by `@unireq.middleware`; the first is outermost.
        proxies: Whose word counts for client, scheme and host: see `unireq.TrustedProxies`.
        allowed_hosts: The hosts to answer for, others get status 400: names, `".example.com"` with
            its subdomains, `"*.example.com"` for these alone, addresses. None allows every host.

    Raises:
        TypeError: A layer or another argument is something else.
        ValueError: `allowed_hosts` has what no host can be, or `app` has another list, or another
            policy for proxies.
    """
    layers = adapter.checked_layers(layers, "install", allowed_hosts)
    if isinstance(app, RequestMiddleware) and type(app) is RequestMiddleware:
        proxies = adapter.merged_proxies(proxies, app.proxies, "install")
        layers = adapter.merged_layers(layers, app.layers)
        return RequestMiddleware(app.app, *layers, proxies=proxies)
    return RequestMiddleware(app, *layers, proxies=proxies)


def _is_whole(answer: Iterable[bytes], environ: Mapping[str, Any]) -> bool:
    """Whether `answer` can be sent without running code of the application."""
    return isinstance(answer, (list, tuple)) or sends_itself(answer, environ)


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
    """Answers an `Abort` or a `RequestError` that is raised below before a response has begun.

    Args:
        app: The application below.
    """

    def __init__(self, app: WSGIApp) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Handle one request."""
        start = _Start(start_response)
        try:
            answer = self.app(environ, start)
            if not environ.get(_WHOLE) and not _is_whole(answer, environ):
                answer = _begun(answer)
        except (unireq.Abort, unireq.RequestError) as error:
            # If part of a response has been sent, the server raises the error instead. Source: PEP
            # 3333, "The start_response() Callable".
            exc_info = sys.exc_info() if start.open else None
            return respond(adapter.error_response(error), environ, start_response, exc_info)
        start.let_through()
        return answer


class _Start:
    """The application's `start_response`, which calls the server's with the first chunk.

    Until then an error can be answered. Not all servers let a second call replace the first one's
    fields.
    """

    def __init__(self, start_response: StartResponse) -> None:
        self._start_response = start_response
        self._given: tuple[Any, ...] = ()
        self._write: Callable[[bytes], Any] = _nothing
        self.open = False

    def __call__(self, status: str, fields: Any, exc_info: Any = None) -> Callable[[bytes], Any]:
        """Note what the application says; once `open`, the server is told."""
        given = (status, fields) if exc_info is None else (status, fields, exc_info)
        if not self.open and (not self._given or exc_info is not None):
            self._given = given
        else:
            # A second call without an error is the server's to judge.
            self.let_through()
            self._write = self._start_response(*given)
        return self.write

    def let_through(self) -> None:
        """Tell the server what the application has said, and from now on all that it says."""
        if not self.open:
            self.open = True
            if self._given:
                self._write = self._start_response(*self._given)

    def write(self, data: bytes) -> None:
        """Send `data`, for applications that call what `start_response` returns."""
        self.let_through()
        self._write(data)


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


def _nothing(_: bytes = b"") -> None: ...
