"""unireq for Bottle: `BottleRequest` looks at a request, `as_view` mounts a handler, `inject`."""

import re
from collections.abc import Callable
from typing import Any

import bottle

import unireq
import unireq_wsgi
from unireq.adapter import FoundNative, Handler, Injection
from unireq_wsgi import WSGIRequest, answer

__all__ = ["BottleRequest", "RequestMiddleware", "as_view", "inject"]

_WILDCARD = re.compile(r"<(\w*)[^<>]*>")
"""What a rule has for a parameter: its name, which may be missing, then a filter."""


class BottleRequest(WSGIRequest):
    """The facts of a Bottle request, which are those of its environ."""

    __slots__ = ()

    def __init__(self, native: Any) -> None:
        # `bottle.request` has another environ for each thread: this is the one it has now.
        super().__init__(native.environ, native=native)

    @property
    def path_params(self) -> dict[str, Any]:
        """What Bottle's router found in the path; nothing before it has run."""
        return dict(self._environ.get("route.url_args") or {})

    @property
    def route(self) -> str | None:
        """The rule that matched, after SCRIPT_NAME; what a mounted WSGI app gets is `{path}`."""
        route = self._environ.get("bottle.route")
        if route is None:
            return None
        rule = _WILDCARD.sub(lambda found: f"{{{found[1] or 'path'}}}", route.rule)
        return self.root_path + rule

    def _find_view(self) -> Any:
        route = self._environ.get("bottle.route")
        return None if route is None else route.callback

    def _routed_path(self) -> str:
        environ = self._environ
        if "bottle.raw_path" not in environ:
            # Bottle has not had it yet.
            return super()._routed_path()
        # Bottle decodes PATH_INFO, and puts the text back where the bytes were.
        return self.root_path + environ["PATH_INFO"] or "/"

    def _cached_body(self) -> bytes | None:
        if "bottle.request.body" not in self._environ:
            return None
        # Bottle has put the body into a file, for everybody to read from the beginning.
        body: bytes = self._native.body.read()
        self._native.body.seek(0)
        return body

    def _make_native_response(self, response: unireq.Response) -> bottle.HTTPResponse:
        wire = response.for_method(self.method)
        native = bottle.HTTPResponse(wire.content, wire.status)
        native._headers = _Fields()
        for name, value in wire.fields:
            native._headers.setdefault(name, []).append(value)
        return native

    @classmethod
    def _matches(cls, kind: type) -> bool:
        return issubclass(kind, bottle.BaseRequest)


class RequestMiddleware(unireq_wsgi.RequestMiddleware):
    """Around an app: makes `current_request()` work, keeps the body readable, and runs layers."""

    def open(self, environ: dict[str, Any]) -> BottleRequest:
        """The request, before Bottle makes its own of the same environ."""
        return BottleRequest(bottle.BaseRequest(environ))


class _Fields(dict[str, list[str]]):
    """Header fields with all that Bottle looks for, so that it adds none."""

    def __contains__(self, name: object) -> bool:
        return True


def as_view(handler: Callable[..., Any]) -> Callable[..., bottle.HTTPResponse]:
    """The callback that answers by `handler`: for `app.route(...)`."""
    prepared = Handler(handler)

    @prepared.named
    def view(**_: Any) -> bottle.HTTPResponse:
        request = BottleRequest(bottle.request)
        native: bottle.HTTPResponse = answer(prepared, request).to_native(request)
        return native

    return view


def _found(_: tuple[Any, ...], __: dict[str, Any]) -> FoundNative:
    return FoundNative(bottle.request)


inject = Injection(_found, BottleRequest, annotation=None)
"""Passes our `Request` to the parameter of a callback that is annotated with it."""
