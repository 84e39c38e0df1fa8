"""What both Django apps share: settings, the framework's own ways to a body, a middleware."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

import unireq
from bodies.apps.guards import before
from bodies.apps.steps import TYPE, Native, arun, digest, fields, run


def _form(request: Any) -> Any:
    pairs = [(n, v) for n, values in request.POST.lists() for v in values]
    files = [(n, (f.name, f.read())) for n, several in request.FILES.lists() for f in several]
    return fields([*pairs, *files])


OWN: Native = {
    "native-body": lambda request: digest(request.body),
    "native-form": _form,
}


def in_sync_code(request: HttpRequest) -> HttpResponse:
    """A view that is not async."""
    return HttpResponse(run(request, OWN), content_type=TYPE)


async def in_async_code(request: HttpRequest) -> HttpResponse:
    """A view that is async."""
    return HttpResponse(await arun(request, OWN), content_type=TYPE)


@sync_and_async_middleware
def take(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Take of the body what the field `Before` says, above everything else."""

    async def amiddleware(request: Any) -> Any:
        before(unireq.from_native(request), request.headers.get("before"))
        return await get_response(request)

    def middleware(request: Any) -> Any:
        before(unireq.from_native(request), request.headers.get("before"))
        return get_response(request)

    return amiddleware if iscoroutinefunction(get_response) else middleware


def configure(urlconf: str) -> None:
    """Configure Django for this process; `urlconf` names the module with the patterns and `app`."""
    settings.configure(
        ALLOWED_HOSTS=["*"],
        MIDDLEWARE=[f"{__name__}.take"],
        ROOT_URLCONF=urlconf,
        SECRET_KEY="not a secret: nothing is signed",
        USE_TZ=True,
        WSGI_APPLICATION=f"{urlconf}.app",
    )
    django.setup()
