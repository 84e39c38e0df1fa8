"""A Django app on ASGI that reads bodies."""

from __future__ import annotations

from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import re_path

from bodies.apps.django_common import OWN, configure, in_async_code, in_sync_code
from bodies.apps.guards import aguarded, in_pieces
from bodies.apps.steps import TYPE, arun


async def _streamed(request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse(in_pieces(await arun(request, OWN)), content_type=TYPE)


urlpatterns = [
    re_path("^sync$", in_sync_code),
    re_path("^streamed$", _streamed),
    re_path("", in_async_code),
]
configure(__name__)
app = aguarded(ASGIHandler())
