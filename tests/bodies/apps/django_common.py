"""What both Django apps share: settings, and the framework's own ways to a body."""

from __future__ import annotations

from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse

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


def configure(urlconf: str) -> None:
    """Configure Django for this process; `urlconf` names the module with the patterns and `app`."""
    settings.configure(
        ALLOWED_HOSTS=["*"],
        MIDDLEWARE=[],
        ROOT_URLCONF=urlconf,
        SECRET_KEY="not a secret: nothing is signed",
        USE_TZ=True,
        WSGI_APPLICATION=f"{urlconf}.app",
    )
    django.setup()
