"""The annotation with which FastAPI's dependency injection passes our `Request`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import unireq
from unireq_starlette._request import StarletteRequest

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

__all__ = ["injected_request"]


def injected_request() -> Any:
    """`Annotated[unireq.Request, Depends(...)]`; it imports FastAPI, so it is made on first use."""
    from fastapi import Depends
    from starlette.requests import HTTPConnection

    # FastAPI resolves annotations with the names of this module, which has this one only for type
    # checkers.
    _open.__annotations__ = {"connection": HTTPConnection}
    return Annotated[unireq.Request, Depends(_open)]


def _open(connection: HTTPConnection) -> unireq.Request:
    return StarletteRequest(connection)
