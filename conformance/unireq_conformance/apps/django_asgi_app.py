"""The Django probe under ASGI, and the URL configuration that it runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.handlers.asgi import ASGIHandler

from unireq_conformance.apps import django_common
from unireq_conformance.apps.django_common import login, read_body
from unireq_conformance.layers import LAYERS_FIELD
from unireq_conformance.probe import Probe

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["app", "handler404", "login", "make_app", "read_body", "urlpatterns"]

urlpatterns: list[Any] = []
_LAYERS = LAYERS_FIELD.lower().encode("ascii")


async def _echo(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Answer any request; a coroutine, so that Django calls it on the event loop."""
    return await django_common.arespond(request)


def handler404(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Answer what cannot be resolved: Django calls it from a thread."""
    return django_common.respond(request)


def make_app(probe: Probe) -> Any:
    """The app that answers with what `probe` says, once Django is configured for this module."""
    urlpatterns[:] = django_common.patterns(probe, _echo, probe.achunks)
    chosen = django_common.choosing(probe, ASGIHandler)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        layered = _LAYERS in {name for name, _ in scope.get("headers", ())}
        await chosen(scope.get("path", ""), layered)(scope, receive, send)

    return app


def app() -> Any:
    """The app of this process."""
    django_common.configure(__name__)
    return make_app(Probe.of_process(login, read_body))
