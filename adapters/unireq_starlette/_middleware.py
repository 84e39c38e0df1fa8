"""Middleware for Starlette and FastAPI: the current request, and layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import unireq
import unireq_asgi
from unireq import adapter
from unireq_asgi import EXCHANGE, ASGIApp, ASGIRequest, Receive, Send
from unireq_starlette._request import StarletteRequest

if TYPE_CHECKING:
    from starlette.applications import Starlette

__all__ = ["RequestMiddleware", "as_middleware", "install"]

_A = TypeVar("_A", bound="Starlette")


class RequestMiddleware(unireq_asgi.RequestMiddleware):
    """Makes `unireq.current_request()` work below, keeps the body readable, and runs layers.

        app.add_middleware(unireq_starlette.RequestMiddleware)

    Add it last, so it is outermost: then unireq and the application (a `Form(...)` parameter,
    another middleware) can both read the body, whichever reads it first, within `unireq.Limits`.

    Args:
        app: The application below.
        layers: Layers made by `@unireq.middleware`; the first is outermost.
        proxies: Whose word counts for client, scheme and host; None believes what the server says.
        allowed_hosts: The hosts to answer for; None allows every host.

    Raises:
        TypeError: A layer or another argument is something else.
        ValueError: `allowed_hosts` has what no host can be.
    """

    # Starlette's ServerErrorMiddleware is above.
    answers: ClassVar[bool] = False

    def open(self, scope: MutableMapping[str, Any], receive: Receive) -> ASGIRequest:
        """Create a `StarletteRequest`."""
        from starlette.requests import HTTPConnection, Request

        if scope["type"] == "http":
            return StarletteRequest(Request(scope, receive))
        return StarletteRequest(HTTPConnection(scope), receive)


def as_middleware(
    *layers: unireq.Middleware,
    proxies: unireq.TrustedProxies | None = None,
    allowed_hosts: Iterable[str] | None = None,
) -> Callable[[ASGIApp], ASGIApp]:
    """Middleware that runs `layers`, for `add_middleware` and for the argument of a route.

        app.add_middleware(as_middleware(cors, tracing))

    It is inside Starlette's answer to an exception that nobody else answers, so a layer sees that
    head, but can't add fields to it; `install` is outside.

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

    def wrap(app: ASGIApp) -> ASGIApp:
        return RequestMiddleware(app, *layers, proxies=proxies)

    return wrap


def install(
    app: _A,
    *layers: unireq.Middleware,
    proxies: unireq.TrustedProxies | None = None,
    allowed_hosts: Iterable[str] | None = None,
) -> _A:
    """Put `layers` around a Starlette or FastAPI app, error pages included; returns the app.

    Layers that the app has already are left where they are; others come around them. Without layers
    it makes `unireq.current_request()` work and keeps the body readable.

    Args:
        app: The app.
        layers: Layers made by `@unireq.middleware`; the first is outermost.
        proxies: Whose word counts for client, scheme and host: see `unireq.TrustedProxies`.
        allowed_hosts: The hosts to answer for, others get status 400: names, `".example.com"` with
            its subdomains, `"*.example.com"` for these alone, addresses. None allows every host.

    Raises:
        TypeError: A layer or another argument is something else.
        ValueError: `allowed_hosts` has what no host can be, or the app has another list, or another
            policy for proxies.
        RuntimeError: The app has started.
    """
    layers = adapter.checked_layers(layers, "install", allowed_hosts)
    if app.middleware_stack is not None:
        raise RuntimeError(
            "install: expected an app that has not started, as for add_middleware; call install"
            " where the app is made"
        )
    build: Any = app.build_middleware_stack
    if not isinstance(build, _Build):
        build = _Build(build)
        app.build_middleware_stack = build  # type: ignore[method-assign]
    build.proxies = adapter.merged_proxies(proxies, build.proxies, "install")
    build.layers = adapter.merged_layers(layers, build.layers)
    return app


class _Outermost(RequestMiddleware):
    answers: ClassVar[bool] = True


class _Build:
    """Starlette's `build_middleware_stack`, with layers around the result."""

    def __init__(self, build: Callable[[], ASGIApp]) -> None:
        self._build = build
        self.layers: tuple[unireq.Middleware, ...] = ()
        self.proxies: unireq.TrustedProxies | None = None

    def __call__(self) -> ASGIApp:
        from starlette.middleware.errors import ServerErrorMiddleware

        stack: Any = self._build()
        if isinstance(stack, ServerErrorMiddleware) and self.layers:
            inside: Any = stack
            inside.app = _ErrorWatch(inside.app)
        return _Outermost(stack, *self.layers, proxies=self.proxies)


class _ErrorWatch:
    """Inside Starlette's answer to an exception, tells the layers outside of it; answers ours."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        exchange = scope.get(EXCHANGE)
        try:
            await self.app(scope, receive, send)
        except (unireq.Abort, unireq.RequestError) as error:
            if exchange is None or exchange.begun:
                raise
            await unireq_asgi.respond(adapter.error_response(error), scope, send)
        except Exception as error:
            if exchange is not None and not exchange.begun:
                exchange.error = error
            raise
