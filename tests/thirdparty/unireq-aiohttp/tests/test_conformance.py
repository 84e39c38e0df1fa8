"""AiohttpRequest gives the normal form: each clause of unireq's specification, on a real server."""

import asyncio
import socket
import threading
from collections.abc import Collection

from aiohttp import web
from unireq_aiohttp import as_view, inject, request_middleware

import unireq
from unireq_conformance import AbstractRequest, AdapterSuite, Capability, Deviation, Probe, server


def make_app(probe: Probe) -> web.Application:
    """An app that answers every request with what the probe says of it."""

    async def anything(request: web.Request) -> web.Response:
        answer = await probe.answer(request)
        return web.Response(body=answer, content_type=probe.content_type)

    @inject
    async def injected(request: web.Request, mine: unireq.Request) -> web.Response:
        answer = await probe.answer(request, injected=mine)
        return web.Response(body=answer, content_type=probe.content_type)

    async def native(request: web.Request) -> web.Response:
        made: web.Response = probe.respond(request).to_native(request)
        return made

    mounted = web.Application()
    mounted.router.add_route("*", "/{tail:.*}", anything)

    app = web.Application(middlewares=[request_middleware])
    app.add_subapp("/mounted", mounted)
    for path, handler in probe.handlers.items():
        app.router.add_route("*", path.replace("<text>", "{text}"), as_view(handler))
    app.router.add_route("*", "/injected", injected)
    app.router.add_route("*", "/native", native)
    for path in (
        "/params/str/{value:[^/]+}",
        "/params/int/{value:[0-9]+}",
        "/params/path/{value:.+}",
        "/params/uuid/{value:[0-9a-f-]{36}}",
        "/{tail:[\\s\\S]*}",
    ):
        app.router.add_route("*", path, anything)
    return app


def serve(probe: Probe, listener: socket.socket, stop: threading.Event) -> None:
    """Run the server of aiohttp until told to stop."""

    async def main() -> None:
        runner = web.AppRunner(
            make_app(probe), access_log=None, shutdown_timeout=1, auto_decompress=False
        )
        await runner.setup()
        await web.SockSite(runner, listener).start()
        await asyncio.to_thread(stop.wait)
        await runner.cleanup()

    asyncio.run(main())


def with_a_number(request: AbstractRequest) -> Collection[str]:
    """What may differ for a request with a path parameter that other routers convert."""
    converted = request.sent_path.startswith((b"/params/int/", b"/params/uuid/"))
    return ["path_params"] if converted else []


def undecodable(request: AbstractRequest) -> Collection[str]:
    """What may differ for a request with bytes in its path that are not UTF-8."""
    return ["path_params"] if "\ufffd" in request.expected_path else []


def read_by_both(request: AbstractRequest) -> Collection[str]:
    """What may differ for a request whose body aiohttp reads behind unireq."""
    content = request.content
    steps = () if content is None else content.steps
    return ["body"] if any(step.operation == "native" for step in steps) else []


class TestAiohttp(AdapterSuite):
    target = server(serve, read_body=web.Request.read)
    distributions = ["aiohttp"]
    unsupported = {
        Capability.ALLOWED_HOSTS: "aiohttp has no list of allowed hosts",
        Capability.EARLY: "aiohttp's router has run before its middleware",
        Capability.HOSTS: "this adapter drives no layers",
        Capability.LAYERS: "this adapter drives no layers",
        Capability.LOGIN: "aiohttp has no users",
        Capability.PROXIES: "this adapter drives no layers",
    }
    deviations = [
        Deviation(
            "PTH-010",
            because="aiohttp's router converts nothing: each parameter is text",
            witness=b"GET /params/int/42 HTTP/1.1\r\nHost: h\r\n\r\n",
            specified={"path_params": {"value": 42}},
            observed={"path_params": {"value": "42"}},
            touches=with_a_number,
        ),
        Deviation(
            "PTH-011",
            because="aiohttp's router gives a byte that is not UTF-8 as an escape, like the"
            " escape of an escape",
            witness=b"GET /params/str/%FF HTTP/1.1\r\nHost: h\r\n\r\n",
            specified={"path_params": {"value": "\ufffd"}},
            observed={"path_params": {"value": "%FF"}},
            touches=undecodable,
        ),
        Deviation(
            "BDY-020",
            because="aiohttp reads on where somebody else has stopped, and nothing tells it",
            witness=b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
            b"Unireq-Probe: begin, native\r\n\r\na=1",
            specified={"body.2.native": {"octets": "a=1"}},
            observed={"body.2.native": {"octets": ""}},
            touches=read_by_both,
        ),
    ]
