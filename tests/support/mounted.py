"""The probe's handlers and native view on bare ASGI and WSGI, before an app that does the rest."""

from __future__ import annotations

from typing import Any

import unireq_asgi
import unireq_wsgi
from unireq_conformance.probe import Probe

__all__ = ["handlers_before_asgi", "handlers_before_wsgi"]


def _routed(path: str) -> tuple[str, dict[str, str]]:
    first, slash, text = path[1:].partition("/")
    return (f"/{first}/<text>", {"text": text}) if slash and text else (path, {})


def handlers_before_asgi(probe: Probe, app: Any) -> Any:
    """An ASGI application."""
    views = {path: unireq_asgi.as_view(handler) for path, handler in probe.handlers.items()}

    async def native(scope: Any, _: Any, send: Any) -> None:
        await unireq_asgi.respond(probe.respond(scope), scope, send)

    views["/native"] = unireq_asgi.RequestMiddleware(native)

    async def both(scope: Any, receive: Any, send: Any) -> None:
        route, params = _routed(scope.get("path", ""))
        if route in views:
            await views[route]({**scope, "path_params": params}, receive, send)
        else:
            await app(scope, receive, send)

    return both


def handlers_before_wsgi(probe: Probe, app: Any) -> Any:
    """A WSGI application."""
    views = {path: unireq_wsgi.as_view(handler) for path, handler in probe.handlers.items()}

    def native(environ: Any, start_response: Any) -> Any:
        return unireq_wsgi.respond(probe.respond(environ), environ, start_response)

    views["/native"] = unireq_wsgi.RequestMiddleware(native)

    def both(environ: Any, start_response: Any) -> Any:
        route, params = _routed(environ["PATH_INFO"])
        if route not in views:
            return app(environ, start_response)
        environ["wsgiorg.routing_args"] = ((), params)
        return views[route](environ, start_response)

    return both
