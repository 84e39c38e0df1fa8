"""Handlers and native views on bare ASGI, with a router of a few lines."""

from __future__ import annotations

import json
from typing import Any

import unireq
from handlers.apps.meeting import Meeting
from handlers.apps.natives import body_read, describe, raise_as_told
from handlers.handlers import ROUTES
from unireq_asgi import ProblemMiddleware, RequestMiddleware, as_view, inject


async def _answer(send: Any, document: Any) -> None:
    fields = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": json.dumps(document).encode()})


@inject
async def problem(scope: Any, receive: Any, send: Any, request: unireq.Request) -> None:
    await _answer(send, await request.ajson())


async def form_first(scope: Any, receive: Any, send: Any) -> None:
    size, more = 0, True
    while more:
        event = await receive()
        size, more = size + len(event["body"]), event["more_body"]
    data = await unireq.current_request().aread()
    await _answer(send, body_read({"a": "1"} if size == len(data) else {}, data, data))


async def current(scope: Any, receive: Any, send: Any) -> None:
    await _answer(send, {"here": describe()})


_MEETING = Meeting()


async def async_meeting(scope: Any, receive: Any, send: Any) -> None:
    await _MEETING.wait()
    await _answer(send, describe())


async def async_raises(scope: Any, receive: Any, send: Any) -> None:
    raise_as_told(scope, "view")


_ROUTES = {
    **{path: as_view(handler, limits=limits) for path, handler, _, limits in ROUTES},
    "/native/problem": ProblemMiddleware(problem),
    "/native/form-first": form_first,
    "/native/current/k": current,
    "/native/async-meeting": async_meeting,
    "/native/async-raises": async_raises,
}


async def _routed(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await as_view(ROUTES[0].handler)(scope, receive, send)
        return
    if scope["path"] == "/native/current/k":
        scope["path_params"] = {"key": "k"}
    await _ROUTES[scope["path"]](scope, receive, send)


app = RequestMiddleware(_routed)
