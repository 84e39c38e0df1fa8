"""BottleRequest gives the normal form: each clause of unireq's specification, on a real server."""

import uuid
from collections.abc import Callable, Collection
from typing import Any

import bottle
from unireq_bottle import RequestMiddleware, as_view, inject

import unireq
from unireq_conformance import AbstractRequest, AdapterSuite, Capability, Deviation, Probe, wsgi


def make_app(probe: Probe) -> Any:
    """An app that answers every request with what the probe says of it."""

    def anything(**_: Any) -> bytes:
        bottle.response.content_type = probe.content_type
        return probe(bottle.request, bottle.request.early)

    @inject
    def injected(mine: unireq.Request) -> bytes:
        bottle.response.content_type = probe.content_type
        return probe(bottle.request, bottle.request.early, injected=mine)

    def native() -> bottle.HTTPResponse:
        made: bottle.HTTPResponse = probe.respond(bottle.request).to_native(bottle.request)
        return made

    def stream() -> Any:
        for name, value in probe.stream_fields:
            bottle.response.add_header(name, value)
        return probe.chunks(bottle.request.query_string)

    def denied() -> None:
        bottle.abort(403)

    def answering(callback: Callable[..., Any]) -> Callable[..., Any]:
        def answered(**params: Any) -> Any:
            try:
                return callback(**params)
            except probe.Answered:
                return bottle.HTTPResponse("Answered", 500)

        return answered

    def before_routing() -> None:
        bottle.request.early = probe.facts(bottle.request)

    mounted = bottle.Bottle()
    mounted.route("/<:re:.*>", method=probe.METHODS, callback=anything)

    app = bottle.Bottle()
    # The layers want to know of exceptions.
    app.config["catchall"] = False
    app.install(answering)
    app.add_hook("before_request", before_routing)
    app.router.add_filter("uuid", lambda _: ("[0-9a-f-]{36}", uuid.UUID, str))
    # As plain WSGI: Bottle merges another Bottle's routes into its own, and mounts nothing.
    app.mount("/mounted/", mounted.wsgi)
    for path, handler in probe.handlers.items():
        app.route(path, method=[*probe.METHODS, "HEAD"], callback=as_view(handler))
    app.route("/injected", method=probe.METHODS, callback=injected)
    app.route("/native", method=[*probe.METHODS, "HEAD"], callback=native)
    app.route("/stream", callback=stream)
    app.route("/denied", callback=denied)
    for rule in (
        "/params/str/<value>",
        "/params/int/<value:int>",
        "/params/path/<value:path>",
        "/params/uuid/<value:uuid>",
        "/<:re:[\\s\\S]*>",
    ):
        app.route(rule, method=probe.METHODS, callback=anything)
    behind = {"proxies": probe.proxies, "allowed_hosts": probe.allowed_hosts}
    around = RequestMiddleware(app, *probe.layers, **behind)
    at = {"/current": RequestMiddleware(app), "/reading": RequestMiddleware(app, *probe.reading)}

    def chosen(environ: Any, start_response: Any) -> Any:
        inside = around if "HTTP_UNIREQ_LAYERS" in environ else app
        return at.get(environ["PATH_INFO"], inside)(environ, start_response)

    return chosen


def log_in(native: Any, name: str) -> None:
    """As a middleware does that has checked who it is."""
    native.environ["REMOTE_USER"] = name


def read_body(native: Any) -> bytes:
    """As Bottle gives it."""
    return native.body.read()


def undecodable(request: AbstractRequest) -> Collection[str]:
    """What may differ for a request with bytes in its path that are not UTF-8."""
    if "\ufffd" in request.expected_path:
        return ["path", "raw_path", "url", "path_params"]
    return []


class TestBottle(AdapterSuite):
    target = wsgi(make_app, login=log_in, read_body=read_body)
    distributions = ["bottle"]
    unsupported = {
        Capability.ALLOWED_HOSTS: "Bottle has no list of allowed hosts",
        Capability.ASYNC_BODY: "Bottle has no async code",
        Capability.ERRORS: "Bottle answers exceptions before a middleware sees them",
    }
    deviations = [
        Deviation(
            "PTH-002",
            because="Bottle leaves bytes that are not UTF-8 out of the path that it routes on",
            witness=b"GET /a%FFb HTTP/1.1\r\nHost: h\r\n\r\n",
            specified={"path": "/a\ufffdb"},
            observed={"path": "/ab"},
            touches=undecodable,
        )
    ]
