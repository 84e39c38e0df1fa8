"""A Django app on WSGI that reads bodies."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.views.decorators.csrf import csrf_protect

from bodies.apps.django_common import OWN, configure
from bodies.apps.steps import TYPE, arun, run


def _sync(request: HttpRequest) -> HttpResponse:
    return HttpResponse(run(request, OWN), content_type=TYPE)


async def _async(request: HttpRequest) -> HttpResponse:
    return HttpResponse(await arun(request, OWN), content_type=TYPE)


# The check reads request.POST before the view is called, and refuses what has no token after it.
_checked = csrf_protect(_sync)

urlpatterns = [
    re_path("^async$", _async),
    re_path("^(below/)?csrf$", lambda request, _: _checked(request)),
    re_path("", _sync),
]
configure(__name__)
app = WSGIHandler()
