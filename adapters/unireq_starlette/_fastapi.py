"""The name by which FastAPI's dependency injection gives our `Request`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

import unireq
from unireq_starlette._request import StarletteRequest

__all__ = ["InjectedRequest"]


def _request(connection: HTTPConnection) -> unireq.Request:
    return StarletteRequest(connection)


# FastAPI resolves the annotations of a dependency among the names of its module, where a type
# checker alone may see them.
_request.__annotations__ = {"connection": HTTPConnection}

InjectedRequest = Annotated[unireq.Request, Depends(_request)]
"""Our `Request` as a parameter of a FastAPI endpoint or dependency:

    @app.get("/")
    def index(request: InjectedRequest): ...
"""
