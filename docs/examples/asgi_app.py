"""The handlers on bare ASGI: `uvicorn asgi_app:app`."""

from typing import Any

from handlers import echo, predict
from unireq import Response
from unireq_asgi import as_view


def not_found() -> Response:
    """Answer every other path."""
    return Response("Not Found", status=404)


views = {"/echo": as_view(echo), "/predict": as_view(predict)}
otherwise = as_view(not_found)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Choose by the path; a lifespan has none, and is acknowledged by any view."""
    await views.get(scope.get("path"), otherwise)(scope, receive, send)
