"""unireq for Starlette, and so for FastAPI.

Starlette lacks what the server loses: see `unireq_asgi`. FastAPI converts path parameters for its
endpoints; `path_params` has the router's values, which are text in FastAPI.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from unireq_starlette._middleware import RequestMiddleware, as_middleware, install
from unireq_starlette._request import StarletteRequest
from unireq_starlette._respond import on_request_error
from unireq_starlette._view import as_view, inject

if TYPE_CHECKING:
    import unireq

    InjectedRequest: TypeAlias = unireq.Request
    """Our `Request`, as a parameter of a FastAPI endpoint or dependency.

        @app.get("/")
        def index(request: InjectedRequest): ...
    """

__all__ = [
    "RequestMiddleware",
    "StarletteRequest",
    "as_middleware",
    "as_view",
    "inject",
    "install",
    "on_request_error",
]


def __getattr__(name: str) -> Any:
    # Imports FastAPI, so only on first use.
    if name != "InjectedRequest":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from unireq_starlette._fastapi import injected_request

    globals()[name] = found = injected_request()
    return found
