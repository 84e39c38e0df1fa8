"""The Django probe under WSGI: `app`, and the URL configuration that it runs on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.handlers.wsgi import WSGIHandler

from unireq_conformance.apps.django_common import (
    configure,
    is_handled,
    patterns,
    respond,
    with_handlers,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from django.http import HttpRequest, HttpResponse


def echo(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Answer any request, as a view and as `handler404`."""
    return respond(request)


urlpatterns = patterns(echo)
handler404 = echo

configure(__name__)
_plain, _handling = with_handlers(WSGIHandler)


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer by the application that the path is for."""
    chosen: WSGIHandler = _handling if is_handled(environ.get("PATH_INFO", "")) else _plain
    return chosen(environ, start_response)
