"""The Django probe under WSGI, and the URL configuration that it runs on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.handlers.wsgi import WSGIHandler

from unireq_conformance.apps import django_common
from unireq_conformance.apps.django_common import login, read_body
from unireq_conformance.layers import LAYERS_FIELD
from unireq_conformance.probe import Probe

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from django.http import HttpRequest, HttpResponse

__all__ = ["app", "application", "handler404", "login", "make_app", "read_body", "urlpatterns"]

urlpatterns: list[Any] = []
_LAYERS = f"HTTP_{LAYERS_FIELD.upper().replace('-', '_')}"
application: WSGIApplication | None = None
"""What `runserver` serves: the setting WSGI_APPLICATION names it."""


def _echo(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Answer any request, as a view and as `handler404`."""
    return django_common.respond(request)


handler404 = _echo


def make_app(probe: Probe) -> WSGIApplication:
    """The app that answers with what `probe` says, once Django is configured for this module."""
    urlpatterns[:] = django_common.patterns(probe, _echo, probe.chunks)
    chosen = django_common.choosing(probe, WSGIHandler)

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        handler: WSGIHandler = chosen(environ.get("PATH_INFO", ""), _LAYERS in environ)
        return handler(environ, start_response)

    return app


def app() -> WSGIApplication:
    """The app of this process."""
    global application  # noqa: PLW0603  # Django wants a name
    django_common.configure(__name__, WSGI_APPLICATION=f"{__name__}.application")
    application = make_app(Probe.of_process(login, read_body))
    return application
