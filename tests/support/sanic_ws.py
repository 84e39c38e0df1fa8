"""A Sanic app with a websocket that sends what unireq says of its handshake."""

from __future__ import annotations

import json
from typing import Any

from sanic import HTTPResponse, Request, Sanic

import unireq
from unireq_conformance.apps.report import answer, report

app: Any = Sanic("unireq-websocket", configure_logging=False)


@app.get("/")
async def probe(request: Request) -> HTTPResponse:
    fields, content = answer(request.method, report(request, {}, None))
    return HTTPResponse(content, headers=dict(fields), content_type="application/json")


@app.websocket("/ws/<value:str>")
async def handshake(request: Request, websocket: Any, value: str) -> None:
    await websocket.send(json.dumps(unireq.from_native(request).to_dict()))
