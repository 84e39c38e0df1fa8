"""The name by which FastAPI's dependency injection gives our `Request`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import unireq
from unireq_starlette._request import StarletteRequest

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

__all__ = ["injected_request"]


def injected_request() -> Any:
    """`Annotated[unireq.Request, Depends(...)]`, made when it is asked for: FastAPI is needed."""
    from fastapi import Depends
    from starlette.requests import HTTPConnection

    # FastAPI resolves annotations among the names of the module, which has this one for type
    # checkers alone.
    _open.__annotations__ = {"connection": HTTPConnection}
    return Annotated[unireq.Request, Depends(_open)]


def _open(connection: HTTPConnection) -> unireq.Request:
    return StarletteRequest(connection)
