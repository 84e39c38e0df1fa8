"""install: the current request, layers and answers to errors, in a Sanic app or a blueprint."""

from __future__ import annotations

import copyreg
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import unireq
from unireq import adapter
from unireq.adapter import request_context
from unireq_sanic._believe import believe, checked_proxies
from unireq_sanic._body import shared_by
from unireq_sanic._exchange import OURS, LayersInside, end_all, exchanges_of, note_error
from unireq_sanic._request import SanicRequest
from unireq_sanic._respond import on_request_error

if TYPE_CHECKING:
    from sanic import Blueprint, Sanic
    from sanic.request import Request

__all__ = ["install"]


_A = TypeVar("_A", bound="Sanic[Any, Any] | Blueprint")


class _Outermost(LayersInside):
    """The one of an app, without layers too."""

    proxies: unireq.TrustedProxies | None = None

    async def handle(self, request: Request, below: Callable[[Request], Awaitable[None]]) -> None:
        """Have `below` handle a request: Sanic's `handle_request`, which sends the response too."""
        if self.proxies is not None:
            believe(request, self.proxies)
        ours = SanicRequest(request)
        shared = shared_by(request)
        with request_context(ours):
            shared[OURS] = ours
            if _may_have_body(request):
                ours.tee_body()
            try:
                await below(request)
            except BaseException:
                # Cancelled, and perhaps again at the next `await`.
                await adapter.in_new_task(lambda: end_all(exchanges_of(request)))
                raise
            finally:
                # It refers to the request.
                shared.pop(OURS, None)
            await end_all(exchanges_of(request))


def install(
    app: _A,
    *layers: unireq.Middleware,
    outermost: bool = True,
    proxies: unireq.TrustedProxies | None = None,
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

    Raises:
        TypeError: A layer or `proxies` is something else, or `app` is a blueprint and `outermost`
            is true.
        ValueError: The app has another policy for proxies, or Sanic has one by its configuration.
    """
    from sanic import Sanic

    adapter.checked_layers(layers, "install")
    untyped: Any = app
    if not outermost:
        if proxies is not None:
            raise ValueError("install: expected proxies with outermost=True alone, got both")
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
    app.__class__ = _handling(type(app), around)
    untyped: Any = app
    untyped.register_listener(_answer_errors, "before_server_start")
    app.signal("http.lifecycle.exception")(_note)


def _handling(kind: Any, around: _Outermost) -> Any:
    """A subclass of an app's class in which `around` handles requests.

    Not signals: Sanic takes more time to dispatch a few than for all the rest of a small request.
    """
    meta: Any = kind.__class__

    class Kind(meta):  # type: ignore[misc]
        """For what Sanic pickles for its worker processes; they install again."""

    class WithRequest(kind, metaclass=Kind):  # type: ignore[misc]
        __slots__ = ()

        async def handle_request(self, request: Request) -> None:
            below: Any = super()
            await around.handle(request, below.handle_request)

    WithRequest.__name__, WithRequest.__qualname__ = kind.__name__, kind.__qualname__
    WithRequest.__module__ = kind.__module__
    copyreg.pickle(Kind, lambda _: (_itself, (kind,)))
    return WithRequest


def _itself(kind: Any) -> Any:
    return kind


def _may_have_body(request: Request) -> bool:
    """Whether the request may have a body; in HTTP/1 the head tells (RFC 9112 6.3)."""
    if request.stream is None or not request.stream.request_body:
        return False
    # Behind Sanic's ASGI entry every request has a stream to read from.
    fields = request.headers
    return (
        request.method not in {"GET", "HEAD"}
        or not request.version.startswith("1")
        or "content-length" in fields
        or "transfer-encoding" in fields
    )


def _answer_errors(app: Sanic[Any, Any], *_: Any) -> None:
    from sanic.exceptions import ServerError

    handlers: Any = app.error_handler
    for kind in (unireq.Abort, unireq.RequestError):
        # Sanic refuses a second handler: the app has one of its own.
        with suppress(ServerError):
            handlers.add(kind, on_request_error)


async def _note(request: Request, exception: BaseException, **_: Any) -> None:
    await note_error(request, exception)
