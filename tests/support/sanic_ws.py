"""A Sanic app with websockets: what a handler of one leaves running."""

from __future__ import annotations

import asyncio
from typing import Any

from sanic import HTTPResponse, Request, Sanic, text

import unireq
import unireq_sanic
from unireq_conformance.probe import Probe, carry

app: Any = Sanic("unireq-websocket", configure_logging=False)
unireq_sanic.install(app)
probe = Probe.of_process()
left: list[asyncio.Task[str]] = []


@app.get("/")
async def answer(request: Request) -> HTTPResponse:
    fields, content = carry(request.method, probe(request))
    return HTTPResponse(content, headers=dict(fields), content_type="application/json")


async def _found_in_the_end() -> str:
    for _ in range(500):
        try:
            path = unireq.current_request().path
        except unireq.NoCurrentRequest:
            return "nothing"
        await asyncio.sleep(0.01)
    return path


@app.websocket("/leaves/<how:str>")
async def leave(_: Request, websocket: Any, how: str) -> None:
    left.append(asyncio.create_task(_found_in_the_end()))
    await websocket.send(unireq.current_request().path)
    if how == "raises":
        raise ValueError("for the test")
    if how == "waits":
        await websocket.recv()


@app.get("/left")
async def found(_: Request) -> HTTPResponse:
    return text(await left.pop())
