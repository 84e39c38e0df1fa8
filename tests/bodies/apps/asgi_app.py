"""A bare ASGI app: bodies and handlers."""

from __future__ import annotations

from typing import Any

import unireq
from bodies.apps.handlers import ROUTES
from bodies.apps.steps import TYPE, Native, arun, digest
from unireq_asgi import ProblemMiddleware, RequestMiddleware, as_view


async def _body(request: Any) -> Any:
    """What an application below is given, as ASGI's own documentation reads it."""
    receive, data, more = request.receive, b"", True
    while more:
        event = await receive()
        assert event["type"] == "http.request", event
        data += event.get("body", b"")
        more = event.get("more_body", False)
    return digest(data)


OWN: Native = {"native-body": _body}


async def _steps(scope: Any, receive: Any, send: Any) -> None:
    request: Any = unireq.from_asgi(scope, receive)
    answer = await arun(request, OWN, request)
    headers = [(b"content-type", TYPE.encode()), (b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


async def _refuses(scope: Any, receive: Any, send: Any) -> None:
    raise unireq.RequestError("refused")


_VIEWS: dict[str, Any] = {
    **{path: as_view(handler, limits=limits) for path, handler, limits in ROUTES},
    "/class": ProblemMiddleware(_refuses),
}


async def _routed(scope: Any, receive: Any, send: Any) -> None:
    # A view answers the messages of the lifespan too.
    path = scope["path"] if scope["type"] == "http" else "/list"
    await _VIEWS.get(path, _steps)(scope, receive, send)


app = RequestMiddleware(_routed)
