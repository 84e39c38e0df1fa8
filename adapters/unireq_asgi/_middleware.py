"""Middleware for ASGI: the current request, layers, answers to an `Abort` or a `RequestError`."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, ClassVar, Final

import unireq
from unireq import adapter
from unireq_asgi._body import BodyReceive, Receive
from unireq_asgi._exchange import EXCHANGE, Exchange
from unireq_asgi._proxies import believe_in_scope
from unireq_asgi._request import NO_BODY, ASGIRequest, kind_of, may_have_body
from unireq_asgi._respond import Send, respond
from unireq_asgi._view import ASGIApp

__all__ = ["ProblemMiddleware", "RequestMiddleware", "as_middleware", "install"]

_WITHOUT: Final = ("GET", "HEAD")


class RequestMiddleware:
    """Makes `unireq.current_request()` work below, keeps the body readable, and runs layers.

    Install it outermost: then unireq and the application can both read the body, whichever reads it
    first, within `unireq.Limits`. It answers errors like `ProblemMiddleware`.

    Args:
        app: The application below.
        layers: Layers made by `@unireq.middleware`; the first is outermost.
        proxies: Whose word counts for client, scheme and host; None believes what the server says.

    Raises:
        TypeError: A layer or `proxies` is something else.
    """

    answers: ClassVar[bool] = True
    """Whether it answers an exception of the application, because nobody above does."""

    def __init__(
        self,
        app: ASGIApp,
        *layers: unireq.Middleware,
        proxies: unireq.TrustedProxies | None = None,
    ) -> None:
        self.app = app
        name = type(self).__name__
        self.layers = adapter.checked_layers(layers, name)
        self.proxies = adapter.merged_proxies(proxies, None, name)
        self._answering = ProblemMiddleware(app)

    def open(self, scope: MutableMapping[str, Any], receive: Receive) -> ASGIRequest:
        """Create the request; a subclass may create another type."""
        return ASGIRequest(scope, receive)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Handle one connection."""
        kind = kind_of(scope)
        if kind not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        if self.proxies is not None:
            believe_in_scope(scope, self.proxies)
        request = self.open(scope, receive)
        with adapter.request_context(request):
            if kind == "http" and scope.get("method") in _WITHOUT and not may_have_body(scope):
                # Nothing to share: the application asks the server.
                scope[NO_BODY] = True
                below = receive
            else:
                below = request.receive
            shared = below if isinstance(below, BodyReceive) and below.answering is None else None
            if shared is not None:
                shared.answering = False
            if self.layers:
                run = self._http if kind == "http" else self._websocket
                await run(request, scope, below, send)
            elif shared is None:
                await self._answering(scope, below, send)
            else:
                await self._answering(scope, below, _telling(shared, send))

    async def _http(
        self,
        request: ASGIRequest,
        scope: MutableMapping[str, Any],
        below: Receive,
        send: Send,
    ) -> None:
        around = adapter.Around(self.layers, request, wait=adapter.InContext, threads=True)
        exchange = Exchange(around, request.method, send, below)
        above = scope.get(EXCHANGE)
        scope[EXCHANGE] = exchange
        try:
            answer = await around.begin()
            if answer is None:
                await self.app(scope, below, exchange.send)
            else:
                await exchange.respond(answer)
        except (unireq.Abort, unireq.RequestError) as error:
            if exchange.begun:
                await exchange.fail(error, answers=False)
                raise
            await exchange.respond(adapter.error_response(error))
        except Exception as error:
            if not exchange.stopped:
                await exchange.fail(error, answers=self.answers)
                raise
        except GeneratorExit:
            around.drop()
            raise
        except BaseException:
            # Cancelled, and perhaps again at the next `await`.
            await adapter.in_new_task(exchange.end)
            raise
        finally:
            await exchange.end()
            around.leave()
            scope[EXCHANGE] = above

    async def _websocket(
        self,
        request: ASGIRequest,
        scope: MutableMapping[str, Any],
        below: Receive,
        send: Send,
    ) -> None:
        around = adapter.Around(self.layers, request, wait=adapter.InContext, threads=True)
        try:
            answer = await around.begin(websocket=True)
            if answer is None:
                await self.app(scope, below, send)
            else:
                await below()
                await respond(answer, scope, send)
        finally:
            if around.waits:
                await adapter.in_new_task(around.close)
            around.leave()


def _telling(shared: BodyReceive, send: Send) -> Send:
    """`send`, which tells the body that the answer has begun."""

    async def answer(event: MutableMapping[str, Any]) -> None:
        shared.answering = True
        await send(event)

    return answer


def as_middleware(
    *layers: unireq.Middleware, proxies: unireq.TrustedProxies | None = None
) -> Callable[[ASGIApp], ASGIApp]:
    """Middleware for ASGI that runs `layers`: call it with an application.

        app = as_middleware(cors, tracing)(app)

    Args:
        layers: Layers made by `@unireq.middleware`; the first is outermost.
        proxies: Whose word counts for client, scheme and host: see `unireq.TrustedProxies`.

    Raises:
        TypeError: A layer or `proxies` is something else.
    """
    adapter.checked_layers(layers, "as_middleware")
    adapter.merged_proxies(proxies, None, "as_middleware")

    def wrap(app: ASGIApp) -> ASGIApp:
        return RequestMiddleware(app, *layers, proxies=proxies)

    return wrap


def install(
    app: ASGIApp, *layers: unireq.Middleware, proxies: unireq.TrustedProxies | None = None
) -> ASGIApp:
    """Put `layers` around `app`; returns the wrapped app.

    Layers that `app` has already are left where they are; others come around them. Without layers
    it makes `unireq.current_request()` work and keeps the body readable.

    Args:
        app: The application.
        layers: Layers made by `@unireq.middleware`; the first is outermost.
        proxies: Whose word counts for client, scheme and host: see `unireq.TrustedProxies`.

    Raises:
        TypeError: A layer or `proxies` is something else.
        ValueError: `app` has another policy for proxies.
    """
    adapter.checked_layers(layers, "install")
    if isinstance(app, RequestMiddleware) and type(app) is RequestMiddleware:
        proxies = adapter.merged_proxies(proxies, app.proxies, "install")
        layers = adapter.merged_layers(layers, app.layers)
        return RequestMiddleware(app.app, *layers, proxies=proxies)
    return RequestMiddleware(app, *layers, proxies=proxies)


class ProblemMiddleware:
    """Answers an `Abort` or a `RequestError` that is raised below before a response has begun.

    Args:
        app: The application below.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Handle one connection."""
        begun = False

        async def watched(event: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(event)

        try:
            await self.app(scope, receive, watched)
        except (unireq.Abort, unireq.RequestError) as error:
            if begun or kind_of(scope) not in {"http", "websocket"}:
                raise
            await respond(adapter.error_response(error), scope, send)
