"""A Django app on ASGI that reads bodies."""

from __future__ import annotations

from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import re_path

from bodies.apps.django_common import OWN, configure
from bodies.apps.guards import aguarded, in_pieces
from bodies.apps.steps import TYPE, arun, run


def _sync(request: HttpRequest) -> HttpResponse:
    return HttpResponse(run(request, OWN), content_type=TYPE)


async def _async(request: HttpRequest) -> HttpResponse:
    return HttpResponse(await arun(request, OWN), content_type=TYPE)


async def _streamed(request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse(in_pieces(await arun(request, OWN)), content_type=TYPE)


urlpatterns = [re_path("^sync$", _sync), re_path("^streamed$", _streamed), re_path("", _async)]
configure(__name__)
app = aguarded(ASGIHandler())
