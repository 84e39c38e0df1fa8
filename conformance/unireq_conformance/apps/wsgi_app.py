"""The bare WSGI probe, after PEP 3333, without any framework.

`/mounted` follows the rule for mounting: SCRIPT_NAME grows by the prefix, PATH_INFO loses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from wsgiref.util import request_uri

import unireq
from unireq_conformance.content import PROBE_FIELD
from unireq_conformance.inside.bare import read_wsgi
from unireq_conformance.layers import LAYERS_FIELD
from unireq_conformance.probe import NativeView, Probe, carry, routed
from unireq_wsgi import RequestMiddleware, as_middleware, as_view, inject, install, respond

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_EARLY = "unireq_conformance.early"
_MOUNT = "/mounted"
_PROBE, _LAYERS = (
    f"HTTP_{field.upper().replace('-', '_')}" for field in (PROBE_FIELD, LAYERS_FIELD)
)


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    return {
        key.removeprefix("HTTP_").replace("_", "-").lower(): environ[key]
        for key in environ
        if key.startswith("HTTP_") or key in ("CONTENT_TYPE", "CONTENT_LENGTH")
    }


def _native_view(environ: WSGIEnvironment) -> NativeView:
    def query() -> dict[str, str]:
        return dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))

    return {
        "method": lambda: environ["REQUEST_METHOD"],
        "url": lambda: request_uri(environ),
        "path": lambda: environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""),
        "headers": lambda: _headers(environ),
        "query": query,
        "client": lambda: environ.get("REMOTE_ADDR"),
        "scheme": lambda: environ["wsgi.url_scheme"],
    }


def login(environ: WSGIEnvironment, name: str) -> None:
    """Log a user in."""
    environ["REMOTE_USER"] = name


read_body = read_wsgi


def _denied(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("403 Forbidden", [])
    return [b"Forbidden"]


def make_app(probe: Probe) -> WSGIApplication:
    """The app that answers with what `probe` says."""
    handlers: dict[str, Any] = {path: as_view(handler) for path, handler in probe.handlers.items()}

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return find(environ, start_response)
        except probe.Answered:
            start_response("500 Internal Server Error", [])
            return [b"Answered"]

    def find(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        early: dict[str, Any] = probe.facts(environ)
        path: str = environ.get("PATH_INFO", "")
        route, params = routed(path)
        if route in handlers:
            environ["wsgiorg.routing_args"] = ((), params)
            view: WSGIApplication = handlers[route]
            return view(environ, start_response)
        if path == _MOUNT or path.startswith(f"{_MOUNT}/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + _MOUNT
            environ["PATH_INFO"] = path[len(_MOUNT) :]
        said = probe(environ, early, _native_view(environ))
        return carried(environ, start_response, said)

    def carried(
        environ: WSGIEnvironment, start_response: StartResponse, said: bytes
    ) -> Iterable[bytes]:
        fields, content = carry(environ["REQUEST_METHOD"], said)
        start_response("200 OK", fields)
        return [content]

    @inject
    def injected(
        environ: WSGIEnvironment, start_response: StartResponse, mine: unireq.Request
    ) -> Iterable[bytes]:
        return carried(environ, start_response, probe(environ, injected=mine))

    def native(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return respond(probe.respond(environ), environ, start_response)

    def stream(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", list(probe.stream_fields))
        return probe.chunks(environ["QUERY_STRING"])

    handlers |= {
        "/denied": _denied,
        "/injected": injected,
        "/native": RequestMiddleware(native),
        "/stream": stream,
    }
    watched = RequestMiddleware(answer)
    reading = as_middleware(*probe.reading)(answer)
    layered = install(
        answer, *probe.layers, proxies=probe.proxies, allowed_hosts=probe.allowed_hosts
    )

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if _LAYERS in environ:
            return (reading if path == "/reading" else layered)(environ, start_response)
        # Who reads the server's stream by himself is seen by the middleware alone.
        reads = "native" in environ.get(_PROBE, "") or path == "/current"
        return (watched if reads else answer)(environ, start_response)

    return app


def app() -> WSGIApplication:
    """The app of this process."""
    return make_app(Probe.of_process(login, read_body))
