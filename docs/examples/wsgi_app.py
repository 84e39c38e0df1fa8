"""The handlers on bare WSGI: `waitress-serve wsgi_app:app`."""

from collections.abc import Iterable
from typing import Any

from handlers import echo, predict
from unireq import Response
from unireq_wsgi import as_view


def not_found() -> Response:
    """Answer every other path."""
    return Response("Not Found", status=404)


views = {"/echo": as_view(echo), "/predict": as_view(predict)}
otherwise = as_view(not_found)


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Choose by the path."""
    return views.get(environ["PATH_INFO"], otherwise)(environ, start_response)
