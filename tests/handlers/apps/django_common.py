"""Settings, handlers and native views for Django, on WSGI and on ASGI."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import django
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.utils.decorators import sync_and_async_middleware
from django.views import View
from django.views.decorators.csrf import csrf_exempt

import unireq
from handlers.apps.meeting import Meeting
from handlers.apps.natives import about, body_read, describe, meet, raise_as_told
from handlers.handlers import ROUTES
from unireq_django import as_view, inject


def configure(urlconf: str) -> None:
    """Configure Django with the middleware of a new project, and ours."""
    settings.configure(
        ALLOWED_HOSTS=["*"],
        MIDDLEWARE=[
            "unireq_django.RequestMiddleware",
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            f"{__name__}.raising",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "unireq_django.ProblemMiddleware",
            f"{__name__}.append",
        ],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        ROOT_URLCONF=urlconf,
        SECRET_KEY="not a secret: nothing that counts is signed",
        USE_TZ=True,
        APPEND_SLASH=False,
        WSGI_APPLICATION=f"{urlconf}.app",
    )
    django.setup()


@sync_and_async_middleware
def append(get_response: Any) -> Any:
    """Middleware that changes an answer's content."""

    def changed(request: HttpRequest, response: Any) -> Any:
        if "x-append" in request.headers:
            response.content += b"!"
        return response

    async def in_async_code(request: HttpRequest) -> Any:
        return changed(request, await get_response(request))

    def in_sync_code(request: HttpRequest) -> Any:
        return changed(request, get_response(request))

    return in_async_code if iscoroutinefunction(get_response) else in_sync_code


@sync_and_async_middleware
def raising(get_response: Any) -> Any:
    """Middleware that raises, before or after the view."""

    async def in_async_code(request: HttpRequest) -> Any:
        raise_as_told(request, "middleware")
        response = await get_response(request)
        raise_as_told(request, "late")
        return response

    def in_sync_code(request: HttpRequest) -> Any:
        raise_as_told(request, "middleware")
        response = get_response(request)
        raise_as_told(request, "late")
        return response

    return in_async_code if iscoroutinefunction(get_response) else in_sync_code


def raises(request: HttpRequest) -> Any:
    raise_as_told(request, "view")
    return JsonResponse({})


async def async_raises(request: HttpRequest) -> Any:
    raise_as_told(request, "view")


def partly(native: HttpRequest) -> JsonResponse:
    first = native.read(5)
    data = unireq.current_request().read()
    return JsonResponse({"sizes": [len(first), len(data), len(native.read())]})


@inject
def beside(native: HttpRequest, request: "unireq.Request", key: int) -> JsonResponse:  # noqa: UP037
    assert isinstance(key, int)
    return JsonResponse(about(request, same=request.native is native))


@inject
def taking(native: HttpRequest, prefix: str, request: unireq.Request) -> JsonResponse:
    return JsonResponse(about(request, prefix=prefix))


@inject
class ByClass(View):
    def get(self, request: unireq.Request) -> JsonResponse:
        return JsonResponse(about(request))

    def post(self, native: HttpRequest, request: unireq.Request) -> JsonResponse:
        return JsonResponse(about(request, size=len(request.read())))


@inject
def problem(request: unireq.Request) -> JsonResponse:
    return JsonResponse(request.json(), safe=False)


def form_first(native: HttpRequest) -> JsonResponse:
    fields = native.POST.dict()
    data = unireq.current_request().read()
    assert unireq.from_native(native).read() == data
    return JsonResponse(body_read(fields, data, native.body))


def current(request: HttpRequest, key: str) -> JsonResponse:
    return JsonResponse({"here": describe(), "key": key})


def meeting(request: HttpRequest) -> JsonResponse:
    return JsonResponse(meet())


_MEETING = Meeting()


async def async_meeting(request: HttpRequest) -> JsonResponse:
    await _MEETING.wait()
    return JsonResponse(describe())


def streams(request: HttpRequest) -> HttpResponseBase:
    def chunks() -> Iterator[str]:
        for _ in range(3):
            yield f"{unireq.current_request().query_params['n']};"

    return StreamingHttpResponse(chunks(), content_type="text/plain")


urlpatterns = [
    *(
        path(route[1:], as_view(handler, csrf_exempt=True, limits=limits))
        for route, handler, _, limits in ROUTES
    ),
    path("guarded", as_view(ROUTES[0].handler)),
    path("native/beside/<int:key>", beside),
    path("native/partial", functools.partial(taking, prefix="p")),
    path("native/class", csrf_exempt(ByClass.as_view())),
    path("native/problem", csrf_exempt(problem)),
    # Not exempt: Django's own check reads the form before the view.
    path("native/form-first", form_first),
    path("native/partly", csrf_exempt(partly)),
    path("native/current/<str:key>", current),
    path("native/meeting", meeting),
    path("native/async-meeting", async_meeting),
    path("native/streams", streams),
    path("native/raises", raises),
    path("native/async-raises", async_raises),
]
