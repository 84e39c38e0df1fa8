"""install: the current request, layers and answers to errors, in a Sanic app or a blueprint."""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import unireq
from unireq import adapter
from unireq.adapter import request_context
from unireq_sanic._believe import believe, checked_proxies
from unireq_sanic._exchange import (
    Exchange,
    LayersInside,
    end_all,
    exchanges_of,
    note_error,
)
from unireq_sanic._request import SanicRequest
from unireq_sanic._respond import on_request_error

if TYPE_CHECKING:
    from sanic import Blueprint, Sanic
    from sanic.request import Request

__all__ = ["install"]


class _Ending(NamedTuple):
    """What ends with a request; and the task of its connection.

    One task handles all requests of a connection. A server may start a task in the context of
    another, so this may belong to the request of another task.
    """

    task: weakref.ref[asyncio.Task[Any]]
    stack: ExitStack
    exchanges: dict[Any, Exchange | None]


_ending: ContextVar[_Ending | None] = ContextVar("unireq.sanic.ending", default=None)

_A = TypeVar("_A", bound="Sanic[Any, Any] | Blueprint")


class _Outermost(LayersInside):
    """The one of an app, without layers too."""

    proxies: unireq.TrustedProxies | None = None


def install(
    app: _A,
    *layers: unireq.Middleware,
    outermost: bool = True,
    proxies: unireq.TrustedProxies | None = None,
    allowed_hosts: Iterable[str] | None = None,
) -> _A:
    """Make `unireq.current_request()` work in `app`, keep bodies readable, and run `layers`.

    Then unireq and Sanic, also in a streaming handler, can both read a body, whichever reads it
    first, within `unireq.Limits`. An `Abort` or a `RequestError` that a handler or a request
    middleware raises is answered; an exception handler of the app for it has priority. Sanic logs
    what a response middleware raises, and sends the response without it. Call it before the app
    runs. Layers that the app has already are left where they are; others come around them.

    Args:
        app: The app; with `outermost=False` also a blueprint.
        layers: Layers made by `@unireq.middleware`; the first is outermost.
        outermost: Whether the first parts run before all other request middleware. False: in the
            order in which middleware is registered, in a blueprint for its handlers alone.
        proxies: Whose word counts for client, scheme and host: see `unireq.TrustedProxies`. Only
            with `outermost`.
        allowed_hosts: The hosts to answer for, others get status 400: names, `".example.com"` with
            its subdomains, `"*.example.com"` for these alone, addresses. None allows every host.
            Only with `outermost`.

    Raises:
        TypeError: A layer or another argument is something else, or `app` is a blueprint and
            `outermost` is true.
        ValueError: `allowed_hosts` has what no host can be, or the app has another list, or another
            policy for proxies, or Sanic has one by its configuration.
    """
    from sanic import Sanic

    layers = adapter.checked_layers(layers, "install", allowed_hosts)
    untyped: Any = app
    if not outermost:
        if proxies is not None or allowed_hosts is not None:
            raise ValueError(
                "install: expected proxies and allowed_hosts with outermost=True alone, got"
                " outermost=False"
            )
        inside = LayersInside()
        inside.layers = layers
        untyped.middleware(inside.as_function(), "request")
        return app
    if not isinstance(app, Sanic):
        raise TypeError(
            f"install: expected a Sanic app, got a {type(app).__name__}, which can't be around its"
            " errors; pass outermost=False"
        )
    registered: Any = app.request_middleware
    own = (getattr(each.func, "unireq", None) for each in registered)
    around = next((each for each in own if isinstance(each, _Outermost)), None)
    if around is None:
        around = _Outermost()
        _listen(app, around)
        untyped.middleware(around.as_function(), "request", priority=sys.maxsize)
    around.proxies = checked_proxies(app, proxies, around.proxies)
    around.layers = adapter.merged_layers(layers, around.layers)
    return app


def _listen(app: Sanic[Any, Any], around: _Outermost) -> None:
    async def begin(request: Request, **_: Any) -> None:
        await _begin(request, around.proxies)

    untyped: Any = app
    untyped.register_listener(_answer_errors, "before_server_start")
    # Sanic awaits the listeners of these signals in the task that handles the request.
    app.signal("http.lifecycle.handle")(begin)
    app.signal("http.routing.after")(_record)
    app.signal("http.lifecycle.exception")(_note)
    app.signal("http.lifecycle.response")(_respond)
    # A websocket has no response. If its connection breaks off, its handler may not finish; then
    # Sanic's own server sends only the signal for the end of the connection.
    app.signal("websocket.handler.after")(_end)
    app.signal("websocket.handler.exception")(_end)
    app.signal("http.lifecycle.complete")(_end)


def _answer_errors(app: Sanic[Any, Any], *_: Any) -> None:
    from sanic.exceptions import ServerError

    handlers: Any = app.error_handler
    for kind in (unireq.Abort, unireq.RequestError):
        # Sanic refuses a second handler: the app has one of its own.
        with suppress(ServerError):
            handlers.add(kind, on_request_error)


async def _begin(request: Request, proxies: unireq.TrustedProxies | None) -> None:
    if proxies is not None:
        believe(request, proxies)
    # Sanic sends no signal if a response breaks off; so end that request when the next one begins.
    await _end()
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 (this is async code)
    stack = ExitStack()
    stack.enter_context(request_context(SanicRequest(request)))
    _ending.set(_Ending(weakref.ref(task), stack, exchanges_of(request)))


async def _record(request: Request, **_: Any) -> None:
    if request.stream is not None and request.stream.request_body:
        SanicRequest(request).tee_body()


async def _note(request: Request, exception: BaseException, **_: Any) -> None:
    await note_error(request, exception)


async def _respond(**_: Any) -> None:
    # The response is sent only now, so its layers are not at their end.
    if (ending := _find_ending()) is not None:
        ending.stack.close()


async def _end(**_: Any) -> None:
    if (ending := _find_ending()) is not None:
        _ending.set(None)
        await end_all(ending.exchanges)
        ending.stack.close()


def _find_ending() -> _Ending | None:
    ending = _ending.get()
    return ending if ending is not None and ending.task() is asyncio.current_task() else None
