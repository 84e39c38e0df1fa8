"""What both Django apps share: settings, the framework's own ways to a body, a middleware."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.utils.decorators import sync_and_async_middleware

import unireq
from bodies.apps.guards import before
from bodies.apps.steps import Native, digest, fields


def _form(request: Any) -> Any:
    pairs = [(n, v) for n, values in request.POST.lists() for v in values]
    files = [(n, (f.name, f.read())) for n, several in request.FILES.lists() for f in several]
    return fields([*pairs, *files])


def _json(request: Any) -> Any:
    import json

    return json.loads(request.body)


OWN: Native = {
    "native-body": lambda request: digest(request.body),
    "native-form": _form,
    "native-json": _json,
    "native-stream": lambda request: digest(request.read()),
}


@sync_and_async_middleware
def read_below(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Reads the body of what is below `/below` first: what stands above CsrfViewMiddleware."""

    def look(request: Any) -> None:
        below = request.path_info.startswith("/below")
        what = "read" if below else request.headers.get("before")
        before(unireq.from_native(request), what)

    if iscoroutinefunction(get_response):

        async def amiddleware(request: Any) -> Any:
            look(request)
            return await get_response(request)

        return amiddleware

    def middleware(request: Any) -> Any:
        look(request)
        return get_response(request)

    return middleware


def configure(urlconf: str) -> None:
    """Configure Django for this process; `urlconf` names the module with the patterns and `app`."""
    settings.configure(
        ALLOWED_HOSTS=["*"],
        MIDDLEWARE=[f"{__name__}.read_below"],
        ROOT_URLCONF=urlconf,
        SECRET_KEY="not a secret: nothing is signed",
        USE_TZ=True,
        WSGI_APPLICATION=f"{urlconf}.app",
    )
    django.setup()
