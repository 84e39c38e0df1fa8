"""What takes of a body before the app does, and passes the request on, as header fields say.

`Guard: read` is a layer of the bare protocol; `Before: read` one of the framework's own; with
`Middleware: yes` our `RequestMiddleware` is outermost.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import unireq
import unireq_asgi
import unireq_wsgi

__all__ = ["abefore", "aguarded", "before", "guarded", "in_pieces"]

SMALL = unireq.Limits(body_size=25)
_held: list[Any] = []


def before(request: unireq.Request, what: str | None) -> None:
    """Take of the body what `what` says."""
    if what == "read":
        request.read()
    elif what == "form":
        request.form()
    elif what == "all":
        list(request.stream())
    elif what == "some":
        next(request.stream())
    elif what == "limited":
        with suppress(unireq.BodyTooLarge):
            request.read(limits=SMALL)


async def abefore(request: unireq.Request, what: str | None) -> None:
    """The same, in async code; `held` is a stream that is never closed."""
    if what == "read":
        await request.aread()
    elif what == "form":
        await request.aform()
    elif what == "all":
        _ = [chunk async for chunk in request.astream()]
    elif what in {"some", "held"}:
        stream = request.astream()
        await anext(stream)
        _held[:] = [stream]
        if what == "some":
            await stream.aclose()
    elif what == "limited":
        with suppress(unireq.BodyTooLarge):
            await request.aread(limits=SMALL)


def aguarded(app: Any) -> Any:
    """`app`, an ASGI application, below both."""

    async def guard(scope: Any, receive: Any, send: Any) -> None:
        request: Any = unireq.from_asgi(scope, receive)
        what = request.get_header("guard")
        if what is not None:
            await abefore(request, what)
            receive = request.receive
        await app(scope, receive, send)

    recorded = unireq_asgi.RequestMiddleware(guard)

    async def choose(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
        elif unireq.from_asgi(scope).get_header("middleware") is None:
            await guard(scope, receive, send)
        else:
            await recorded(scope, receive, send)

    return choose


def guarded(app: Any) -> Any:
    """`app`, a WSGI application, below both."""

    def guard(environ: Any, start_response: Any) -> Any:
        before(unireq.from_wsgi(environ), environ.get("HTTP_GUARD"))
        return app(environ, start_response)

    recorded = unireq_wsgi.RequestMiddleware(guard)

    def choose(environ: Any, start_response: Any) -> Any:
        return (recorded if "HTTP_MIDDLEWARE" in environ else guard)(environ, start_response)

    return choose


async def in_pieces(answer: bytes) -> AsyncIterator[bytes]:
    """`answer`, for a streamed one that takes a while."""
    import asyncio

    for start in range(0, len(answer), 100):
        yield answer[start : start + 100]
        await asyncio.sleep(0.02)
