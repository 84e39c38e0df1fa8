"""StarletteRequest: the facts of a Starlette `Request` or `WebSocket`: those of its scope."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import unireq
from unireq_asgi import ASGIRequest

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

__all__ = ["StarletteRequest"]


class StarletteRequest(ASGIRequest):
    """A request that looks at a Starlette (FastAPI) request or websocket.

    Args:
        native: The `starlette.requests.Request` or `starlette.websockets.WebSocket`.
    """

    __slots__ = ()

    def __init__(self, native: HTTPConnection) -> None:
        self._scope = native.scope
        self._receive = None
        self._native = native
        self._headers = None
        self._cookies = None
        self._query = None

    @classmethod
    def _opener(cls, kind: type) -> unireq.Opener | None:
        module = sys.modules.get("starlette.requests")
        return cls if module is not None and issubclass(kind, module.HTTPConnection) else None
