"""Django with an example around it, on WSGI and on ASGI."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from examples.apps.example import HANDLERS, LAYERS, PROXIES, chunks
from unireq_django import as_middleware, as_view

layers = as_middleware(*LAYERS, proxies=PROXIES)

settings.configure(
    ALLOWED_HOSTS=["*"],
    DEBUG=False,
    MIDDLEWARE=[f"{__name__}.layers", "django.middleware.common.CommonMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="for tests alone",
    USE_TZ=True,
)

import django  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import path  # noqa: E402

django.setup()


def item(_: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(f"item {number}", content_type="text/plain")


def stream(_: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(chunks(), content_type="text/plain")


def fail(_: HttpRequest) -> HttpResponse:
    raise LookupError("as asked")


urlpatterns: list[Any] = [
    path("items/<int:number>", item),
    path("stream", stream),
    path("fail", fail),
    *(path(where.lstrip("/"), as_view(handler)) for where, handler in HANDLERS.items()),
]

asgi = get_asgi_application()
wsgi = get_wsgi_application()
