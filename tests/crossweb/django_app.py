"""A Django app that reads requests through cross-web."""

from __future__ import annotations

import django
from cross_web import DjangoHTTPRequestAdapter
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from crossweb.answer import KINDS, TYPE, answer
from crossweb.bodies import perform


def _echo(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    adapter = DjangoHTTPRequestAdapter(request)
    return HttpResponse(answer(adapter, perform(adapter)), content_type=TYPE)


urlpatterns = [
    *(path(f"params/{kind}/<{kind}:value>", _echo) for kind in KINDS),
    re_path("", _echo),
]
handler404 = _echo

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not a secret: nothing is signed",
    USE_TZ=True,
)
django.setup()
app = WSGIHandler()
