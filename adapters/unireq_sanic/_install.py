"""install: the current request, in a Sanic app."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import unireq
from unireq_sanic._body import shared_by
from unireq_sanic._recording import record_stream
from unireq_sanic._request import SanicRequest

if TYPE_CHECKING:
    from sanic import Sanic
    from sanic.request import Request

__all__ = ["install"]

_STACK = "unireq.sanic.current"


def install(app: Sanic[Any, Any]) -> None:
    """Make `unireq.current_request()` work in `app`, and keep bodies readable.

    Whatever reads a body first, a streaming handler too, unireq and Sanic can read it, within
    `unireq.Limits`. Call it once for an app, before it runs.

    Args:
        app: The app.
    """
    # Sanic awaits what listens to these where it handles the request, in the same task.
    app.signal("http.lifecycle.handle")(_begin)
    app.signal("http.routing.after")(_record)
    app.signal("http.lifecycle.response")(_end)


async def _begin(request: Request, **_: Any) -> None:
    stack = ExitStack()
    stack.enter_context(unireq.as_current(SanicRequest(request)))
    shared_by(request)[_STACK] = stack


async def _record(request: Request, **_: Any) -> None:
    record_stream(request, SanicRequest(request))


async def _end(request: Request, **_: Any) -> None:
    stack: ExitStack | None = shared_by(request).pop(_STACK, None)
    if stack is not None:
        stack.close()
