"""The Flask probe.

The error handlers of 404 and 405 are the catch-all: they are called for every path and method that
no rule matches, unknown methods included. Slashes are neither merged nor redirected.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Request, Response, abort, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

import unireq
from unireq_conformance.layers import LAYERS_FIELD
from unireq_conformance.probe import NativeView, Probe, carry
from unireq_flask import as_view, inject, install

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_EARLY = "unireq_conformance.early"
_LAYERS = f"HTTP_{LAYERS_FIELD.upper().replace('-', '_')}"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]
_CONVERTERS = {"int": "int", "str": "string", "path": "path", "uuid": "uuid", "float": "float"}


def _native_view() -> NativeView:
    return {
        "method": lambda: request.method,
        "url": lambda: request.url,
        "path": lambda: request.path,
        "headers": lambda: dict(request.headers),
        "cookies": lambda: request.cookies.to_dict(flat=True),
        "query": lambda: request.args.to_dict(flat=True),
        "path_params": lambda: request.view_args,
        "client": lambda: request.remote_addr,
        "scheme": lambda: request.scheme,
    }


def login(native: Request, name: str) -> None:
    """Log a user in."""
    native.environ["REMOTE_USER"] = name


read_body = Request.get_data


def _make_app(probe: Probe) -> Flask:
    def echo(*_: object, **__: object) -> Response:
        answer = probe(request, request.environ.get(_EARLY), _native_view())
        fields, content = carry(request.method, answer)
        return Response(content, headers=fields)

    @inject
    def injected(mine: unireq.Request) -> Response:
        answer = probe(request, request.environ.get(_EARLY), injected=mine)
        fields, content = carry(request.method, answer)
        return Response(content, headers=fields)

    def stream() -> Response:
        chunks = probe.chunks(request.query_string.decode("ascii"))
        return Response(chunks, headers=[*probe.stream_fields])

    def native() -> Response:
        made: Response = probe.respond(request).to_native(request)
        return made

    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    for kind, converter in _CONVERTERS.items():
        app.add_url_rule(
            f"/params/{kind}/<{converter}:value>",
            endpoint=kind,
            view_func=echo,
            methods=_METHODS,
            provide_automatic_options=False,
        )
    for path, handler in probe.handlers.items():
        app.add_url_rule(path, path, as_view(handler), methods=[*Probe.METHODS, "HEAD"])
    app.add_url_rule("/native", view_func=native, methods=[*Probe.METHODS, "HEAD"])
    app.add_url_rule("/injected", view_func=injected, methods=[*Probe.METHODS, "HEAD"])
    app.add_url_rule("/denied", "denied", lambda: abort(403))
    app.add_url_rule("/stream", view_func=stream)
    app.register_error_handler(probe.Answered, lambda _: ("Answered", 500))
    app.register_error_handler(404, echo)
    app.register_error_handler(405, echo)
    return app


def make_app(probe: Probe) -> Flask:
    """The app that answers with what `probe` says."""
    app, mounted, current, layered, reading = (_make_app(probe) for _ in range(5))
    install(current)
    install(layered, *probe.layers, proxies=probe.proxies, allowed_hosts=probe.allowed_hosts)
    install(reading, *probe.reading)
    at = {"/current": current, "/native": current, "/reading": reading}
    plain = app.wsgi_app
    mounts = DispatcherMiddleware(plain, {"/mounted": mounted})

    def early(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # Before Flask reads it.
        environ[_EARLY] = probe.facts(Request(environ))
        path = environ.get("PATH_INFO", "")
        if path in at:
            return at[path].wsgi_app(environ, start_response)
        if _LAYERS in environ:
            return layered.wsgi_app(environ, start_response)
        # The dispatcher takes a path without a slash (`*`) for a mount, and makes it SCRIPT_NAME.
        return (mounts if path.startswith("/") else plain)(environ, start_response)

    # Assigning the method is the way that Flask documents.
    app.wsgi_app = early  # type: ignore[method-assign]
    return app


def app() -> Flask:
    """The app of this process."""
    return make_app(Probe.of_process(login, read_body))
