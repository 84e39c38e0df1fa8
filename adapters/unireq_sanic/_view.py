"""as_view and inject for Sanic."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import unireq
from unireq import adapter
from unireq_sanic._request import SanicRequest
from unireq_sanic._respond import native_response

if TYPE_CHECKING:
    from sanic.request import Request
    from sanic.response import HTTPResponse

__all__ = ["as_view", "inject"]

_F = TypeVar("_F", bound=Callable[..., Any])


def as_view(
    handler: Callable[..., Any], *, limits: unireq.Limits | None = None
) -> Callable[..., Coroutine[Any, Any, HTTPResponse]]:
    """A Sanic handler that answers with `handler`: for `app.add_route(...)`.

    A sync handler runs in a worker thread, so it does not block the event loop. To answer HEAD, add
    it to the methods of the route.

    Args:
        handler: A function, sync or async; see `unireq.adapter.Handler`.
        limits: The limits for reads in which the handler passes none. With limits it is a streaming
            handler (Sanic's `stream=True`): Sanic does not read the body first, so `request.body`
            is empty in Sanic's middleware.

    Raises:
        TypeError: No request can provide the handler's parameters; the message says what to write
            instead.
    """
    prepared = adapter.Handler(handler, limits=limits)

    @prepared.named
    async def view(request: Request, **_: Any) -> HTTPResponse:
        return native_response(await prepared.acall(SanicRequest(request)), request.method)

    if limits is not None:
        view.is_stream = True  # type: ignore[attr-defined]  # pyright: ignore[reportFunctionMemberAccess]
    return view


def _annotation() -> Any:
    from sanic.request import Request

    return Request


def inject(view: _F) -> _F:
    """Pass our `Request` to the parameter of a Sanic handler that is annotated with it.

    The handler may be a function, sync or async, or a class (`HTTPMethodView`).

        @app.get("/items/<item_id:int>")
        @inject
        async def item(request: unireq.Request, item_id: int): ...

    Args:
        view: The handler.

    Raises:
        TypeError: No parameter is annotated so, or an annotation can't be resolved.
    """
    find = adapter.find_in_arguments(SanicRequest)
    return adapter.Injection(find, SanicRequest, annotation=_annotation)(view)
