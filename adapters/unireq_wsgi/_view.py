"""as_view and inject: framework-neutral handlers, and our `Request`, on bare WSGI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from typing import Any, TypeVar

import unireq
from unireq import adapter
from unireq_wsgi._async import run_async
from unireq_wsgi._request import WSGIRequest
from unireq_wsgi._respond import StartResponse, WSGIApp, respond

__all__ = ["answer", "as_view", "inject"]

_F = TypeVar("_F", bound=Callable[..., Any])


def answer(handler: adapter.Handler, request: unireq.Request) -> unireq.Response:
    """The response of a handler, sync or async, in sync code."""
    if handler.is_async:
        return run_async(lambda: handler.acall(request))
    return handler.call(request)


def as_view(handler: Callable[..., Any], *, limits: unireq.Limits | None = None) -> WSGIApp:
    """A WSGI application that answers every request with `handler`.

    Path parameters come from the environ's `wsgiorg.routing_args`.

    Args:
        handler: A function, sync or async; see `unireq.adapter.Handler`.
        limits: The limits for reads in which the handler passes none.

    Raises:
        TypeError: No request can provide the handler's parameters; the message says what to write
            instead.
    """
    prepared = adapter.Handler(handler, limits=limits)

    @prepared.named
    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        return respond(answer(prepared, WSGIRequest(environ)), environ, start_response)

    return app


def _find(args: tuple[Any, ...], kwargs: dict[str, Any]) -> adapter.FoundNative | None:
    given: dict[str, Any] = dict(zip(("environ", "start_response"), args[-2:], strict=False))
    given.update(kwargs)
    environ = given.get("environ")
    is_environ = isinstance(environ, MutableMapping) and "REQUEST_METHOD" in environ
    return adapter.FoundNative(environ) if is_environ else None  # pyright: ignore[reportUnknownArgumentType]


def inject(view: _F) -> _F:
    """Pass our `Request` to the parameter of a WSGI application that is annotated with it.

        @inject
        def app(environ, start_response, request: unireq.Request): ...

    Args:
        view: The application, a function.

    Raises:
        TypeError: No parameter is annotated so, or an annotation can't be resolved.
    """
    return adapter.Injection(_find, WSGIRequest)(view)
