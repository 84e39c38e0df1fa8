"""as_view and inject for Starlette and FastAPI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import unireq
from unireq import adapter
from unireq_starlette._request import StarletteRequest
from unireq_starlette._respond import native_response

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["as_view", "inject"]

_F = TypeVar("_F", bound=Callable[..., Any])


def as_view(
    handler: Callable[..., Any], *, limits: unireq.Limits | None = None
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that answers with `handler`: for `Route`, or FastAPI's `add_api_route`.

    A sync handler runs in Starlette's thread pool.

    Args:
        handler: A function, sync or async; see `unireq.adapter.Handler`.
        limits: The limits for reads in which the handler passes none.

    Raises:
        TypeError: No request can provide the handler's parameters; the message says what to write
            instead.
    """
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import Response

    prepared = adapter.Handler(handler, limits=limits)

    @prepared.named
    async def view(request: Request) -> Response:
        response = await prepared.acall(StarletteRequest(request), run_in_threadpool)
        return native_response(response, request.method)

    # For FastAPI, which can't resolve names that are local to this function.
    view.__annotations__ = {"request": Request, "return": Response}
    return view


def _annotation() -> Any:
    from starlette.requests import HTTPConnection

    return HTTPConnection


def inject(view: _F) -> _F:
    """Pass our `Request` to the parameter of an endpoint that is annotated with it.

    The endpoint may be a function or a class (`HTTPEndpoint`) of Starlette or FastAPI. FastAPI sees
    Starlette's request instead, so the parameter is not in `/openapi.json`.

        @app.get("/items/{item_id}")
        @inject
        def item(item_id: int, request: unireq.Request): ...

    Args:
        view: The endpoint.

    Raises:
        TypeError: No parameter is annotated so, or an annotation can't be resolved.
    """
    find = adapter.find_in_arguments(StarletteRequest)
    return adapter.Injection(find, unireq.from_native, annotation=_annotation)(view)
