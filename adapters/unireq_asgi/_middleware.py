"""Middleware for ASGI: the current request, and responses to a `RequestError`."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import unireq
from unireq import adapter
from unireq_asgi._body import BodyReceive, Receive
from unireq_asgi._request import ASGIRequest, kind_of
from unireq_asgi._respond import Send, respond
from unireq_asgi._view import ASGIApp

__all__ = ["ProblemMiddleware", "RequestMiddleware"]


class RequestMiddleware:
    """Makes `unireq.current_request()` work below, and keeps the body readable.

    Install it outermost: then unireq and the application can both read the body, whichever reads it
    first, within `unireq.Limits`.

    Args:
        app: The application below.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def open(self, scope: MutableMapping[str, Any], receive: Receive) -> ASGIRequest:
        """Create the request; a subclass may create another type."""
        return ASGIRequest(scope, receive)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if kind_of(scope) not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        request = self.open(scope, receive)
        with adapter.request_context(request):
            below = request.receive
            if not isinstance(below, BodyReceive) or below.answering is not None:
                await self.app(scope, below, send)
                return
            below.answering = False

            async def answer(event: MutableMapping[str, Any]) -> None:
                below.answering = True
                await send(event)

            await self.app(scope, below, answer)


class ProblemMiddleware:
    """Answers a `RequestError` that the application raises before its response has begun.

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
        except unireq.RequestError as error:
            if begun or scope["type"] != "http":
                raise
            await respond(adapter.problem_response(error), scope["method"].upper(), send)
