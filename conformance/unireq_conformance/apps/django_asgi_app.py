"""The Django probe under ASGI: `app`, and the URL configuration that it runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.handlers.asgi import ASGIHandler

from unireq_conformance.apps.django_common import (
    arespond,
    configure,
    is_handled,
    patterns,
    respond,
    with_handlers,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


async def echo(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Answer any request; a coroutine, so that Django calls it on the event loop."""
    return await arespond(request)


def not_found(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Answer what cannot be resolved: Django calls `handler404` from a thread."""
    return respond(request)


urlpatterns = patterns(echo)
handler404 = not_found

configure(__name__)
_plain, _handling = with_handlers(ASGIHandler)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer by the application that the path is for."""
    chosen: ASGIHandler = _handling if is_handled(scope.get("path", "")) else _plain
    await chosen(scope, receive, send)
