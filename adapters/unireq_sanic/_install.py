"""install: the current request, in a Sanic app."""

from __future__ import annotations

import asyncio
import weakref
from contextlib import ExitStack
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from unireq.adapter import request_context
from unireq_sanic._request import SanicRequest

if TYPE_CHECKING:
    from sanic import Sanic
    from sanic.request import Request

__all__ = ["install"]

_ending: ContextVar[tuple[weakref.ref[asyncio.Task[Any]], ExitStack] | None] = ContextVar(
    "unireq.sanic.ending", default=None
)
"""What ends the current request, and the task of its connection.

One task handles all requests of a connection. Servers start tasks in the context of others, so that
it may stand here for another task's request.
"""


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
    # A websocket has no response. Where its connection breaks off, its handler may not get to its
    # end: that of the connection is what Sanic's own server says then.
    app.signal("websocket.handler.after")(_end)
    app.signal("websocket.handler.exception")(_end)
    app.signal("http.lifecycle.complete")(_end)


async def _begin(request: Request, **_: Any) -> None:
    # Sanic says nothing of a request whose answer broke off; here is the next one.
    await _end()
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 (this is async code)
    stack = ExitStack()
    stack.enter_context(request_context(SanicRequest(request)))
    _ending.set((weakref.ref(task), stack))


async def _record(request: Request, **_: Any) -> None:
    if request.stream is not None and request.stream.request_body:
        SanicRequest(request).tee_body()


async def _end(**_: Any) -> None:
    ending = _ending.get()
    if ending is not None and ending[0]() is asyncio.current_task():
        _ending.set(None)
        ending[1].close()
