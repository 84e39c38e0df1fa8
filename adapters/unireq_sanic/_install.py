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
"""Ends the current request; and the task of its connection.

One task handles all requests of a connection. A server may start a task in the context of another,
so this value may belong to the request of another task.
"""


def install(app: Sanic[Any, Any]) -> None:
    """Make `unireq.current_request()` work in `app`, and keep bodies readable.

    Then unireq and Sanic, also in a streaming handler, can both read a body, whichever reads it
    first, within `unireq.Limits`. Call it once per app, before it runs.

    Args:
        app: The app.
    """
    # Sanic awaits the listeners of these signals in the task that handles the request.
    app.signal("http.lifecycle.handle")(_begin)
    app.signal("http.routing.after")(_record)
    app.signal("http.lifecycle.response")(_end)
    # A websocket has no response. If its connection breaks off, its handler may not finish; then
    # Sanic's own server sends only the signal for the end of the connection.
    app.signal("websocket.handler.after")(_end)
    app.signal("websocket.handler.exception")(_end)
    app.signal("http.lifecycle.complete")(_end)


async def _begin(request: Request, **_: Any) -> None:
    # Sanic sends no signal if a response breaks off; so end that request when the next one begins.
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
