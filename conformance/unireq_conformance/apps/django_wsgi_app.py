"""The Django probe under WSGI: `app`, and the URL configuration that it runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.handlers.wsgi import WSGIHandler

from unireq_conformance.apps.django_common import configure, patterns, respond

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def echo(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Answer any request, as a view and as `handler404`."""
    return respond(request)


urlpatterns = patterns(echo)
handler404 = echo

configure(__name__)
app = WSGIHandler()
