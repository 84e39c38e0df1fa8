"""as_view and inject: framework-neutral handlers, and our `Request`, on bare ASGI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias, TypeVar

import unireq
from unireq import adapter
from unireq_asgi._body import Receive
from unireq_asgi._request import ASGIRequest, kind_of
from unireq_asgi._respond import Send, respond

__all__ = ["ASGIApp", "as_view", "inject"]

Scope: TypeAlias = MutableMapping[str, Any]
ASGIApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_F = TypeVar("_F", bound=Callable[..., Any])


def as_view(handler: Callable[..., Any], *, limits: unireq.Limits | None = None) -> ASGIApp:
    """An ASGI application that answers every HTTP request with `handler`.

    Path parameters come from the scope's `path_params`. It refuses websockets and acknowledges
    lifespan events.

    Args:
        handler: A function, sync or async; see `unireq.adapter.Handler`.
        limits: The limits for reads in which the handler passes none.

    Raises:
        TypeError: No request can provide the handler's parameters; the message says what to write
            instead.
    """
    prepared = adapter.Handler(handler, limits=limits)

    @prepared.named
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        kind = kind_of(scope)
        if kind == "http":
            request = ASGIRequest(scope, receive)
            response = await prepared.acall(request)
            await respond(response, scope, send)
        elif kind == "websocket":
            await send({"type": "websocket.close"})
        elif kind == "lifespan":
            await _acknowledge(receive, send)
        else:
            raise ValueError(f"as_view: expected a scope of type http, got {kind!r}")

    return app


async def _acknowledge(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return


def _find(args: tuple[Any, ...], kwargs: dict[str, Any]) -> adapter.FoundNative | None:
    given: dict[str, Any] = dict(zip(("scope", "receive", "send"), args[-3:], strict=False))
    given.update(kwargs)
    scope = given.get("scope")
    if not isinstance(scope, MutableMapping) or "receive" not in given:
        return None
    return adapter.FoundNative((scope, given["receive"]))  # pyright: ignore[reportUnknownArgumentType]


def _open(native: tuple[Scope, Receive]) -> unireq.Request:
    return ASGIRequest(*native)


def inject(view: _F) -> _F:
    """Pass our `Request` to the parameter of an ASGI application that is annotated with it.

        @inject
        async def app(scope, receive, send, request: unireq.Request): ...

    Args:
        view: The application, a function.

    Raises:
        TypeError: No parameter is annotated so, or an annotation can't be resolved.
    """
    return adapter.Injection(_find, _open)(view)
