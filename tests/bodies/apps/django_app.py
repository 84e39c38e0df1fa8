"""A Django project on WSGI and on ASGI: bodies, handlers, and native views."""

from __future__ import annotations

import django
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.utils.deprecation import MiddlewareMixin
from django.views import View
from django.views.decorators.csrf import csrf_exempt

import unireq
from bodies.apps.handlers import LAYERS, PROXIES, ROUTES, abort_if_told, chunks, returns_list
from bodies.apps.steps import TYPE, Native, arun, digest, run
from unireq_django import as_middleware, as_view, inject

OWN: Native = {
    "native-body": lambda request: digest(request.body),
    "native-form": lambda request: request.POST.get("a"),
}


@csrf_exempt
def _sync(request: HttpRequest) -> HttpResponse:
    return HttpResponse(run(request, OWN), content_type=TYPE)


async def _async(request: HttpRequest) -> HttpResponse:
    return HttpResponse(await arun(request, OWN), content_type=TYPE)


# Before 5.0, Django's decorator makes a sync function of it.
_async.csrf_exempt = True  # type: ignore[attr-defined]


def item(_: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(f"item {number}", content_type="text/plain")


def stream(_: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(chunks(), content_type="text/plain")


def fail(_: HttpRequest) -> HttpResponse:
    raise LookupError("as asked")


around = as_middleware(*LAYERS, proxies=PROXIES)


class Aborting(MiddlewareMixin):
    def process_request(self, request: HttpRequest) -> None:
        abort_if_told(request)


@inject
class ByClass(View):
    def get(self, request: unireq.Request) -> HttpResponse:
        return HttpResponse(request.path)

    def post(self, request: unireq.Request) -> HttpResponse:
        return HttpResponse(str(request.json()))


urlpatterns = [
    *(
        path(route[1:], as_view(handler, csrf_exempt=True, limits=limits))
        for route, handler, limits in ROUTES
    ),
    path("guarded", as_view(returns_list)),
    path("class", csrf_exempt(ByClass.as_view())),
    path("async", _async),
    *(path(route, _sync) for route in ("", "sync")),
    path("items/<int:number>", item),
    path("stream", stream),
    path("fail", fail),
]

settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=[
        f"{__name__}.around",
        f"{__name__}.Aborting",
        "django.middleware.csrf.CsrfViewMiddleware",
        "unireq_django.ProblemMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not a secret: nothing is signed",
    USE_TZ=True,
    WSGI_APPLICATION=f"{__name__}.wsgi",
)
django.setup()
asgi, wsgi = ASGIHandler(), WSGIHandler()
