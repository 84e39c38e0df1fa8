"""as_view and inject for Django, on WSGI and on ASGI."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import unireq
from unireq import adapter
from unireq_django._request import DjangoRequest
from unireq_django._respond import native_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["as_view", "inject"]

_F = TypeVar("_F", bound=Callable[..., Any])


def as_view(
    handler: Callable[..., Any],
    *,
    csrf_exempt: bool = False,
    limits: unireq.Limits | None = None,
) -> Callable[..., Any]:
    """A view that answers with `handler`: for `path(...)` and `re_path(...)`.

    It is an async view if the handler is async. Django's middleware works as for any view.

    Args:
        handler: A function, sync or async; see `unireq.adapter.Handler`.
        limits: The limits for reads in which the handler passes none.
        csrf_exempt: Skip Django's CSRF check: for clients that are not browsers, such as webhooks,
            and for handlers that authenticate requests themselves. (Before Django 5.0, Django's own
            decorator does not support async views.)

    Raises:
        TypeError: No request can provide the handler's parameters; the message says what to write
            instead.
    """
    prepared = adapter.Handler(handler, limits=limits)

    def view(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
        return native_response(prepared.call(DjangoRequest(request)), request.method)

    async def async_view(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
        return native_response(await prepared.acall(DjangoRequest(request)), request.method)

    chosen: Callable[..., Any] = prepared.named(async_view if prepared.is_async else view)
    if csrf_exempt:
        chosen.csrf_exempt = True  # type: ignore[attr-defined]  # pyright: ignore[reportFunctionMemberAccess]
    return chosen


def _annotation() -> Any:
    from django.http import HttpRequest

    return HttpRequest


def inject(view: _F) -> _F:
    """Pass our `Request` to the parameter of a view that is annotated with it.

    The view may be a function, sync or async, or a class (`View`, or one of Django REST framework).

        @inject
        def item(request: unireq.Request, item_id: int): ...

    Args:
        view: The view.

    Raises:
        TypeError: No parameter is annotated so, or an annotation can't be resolved.
    """
    find = adapter.find_in_arguments(DjangoRequest)
    return adapter.Injection(find, unireq.from_native, annotation=_annotation)(view)
