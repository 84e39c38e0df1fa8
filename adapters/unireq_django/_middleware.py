"""Middleware for Django: the current request, and responses to a `RequestError`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import unireq
from unireq import adapter
from unireq_django._request import DjangoRequest
from unireq_django._respond import native_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

__all__ = ["ProblemMiddleware", "RequestMiddleware"]

GetResponse: TypeAlias = "Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]"


class _Middleware:
    """Middleware that is sync or async, like the layer below it."""

    sync_capable: ClassVar[bool] = True
    async_capable: ClassVar[bool] = True

    def __init__(self, get_response: GetResponse) -> None:
        from asgiref.sync import iscoroutinefunction, markcoroutinefunction

        self.get_response: Callable[[Any], Any] = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            marked: Any = self
            markcoroutinefunction(marked)


class RequestMiddleware(_Middleware):
    """Makes `unireq.current_request()` work below, and keeps the body readable.

        MIDDLEWARE = ["unireq_django.RequestMiddleware", ...]

    List it first, so it is outermost: then unireq and Django (the CSRF check, `request.POST`) can
    both read the body, whichever reads it first, within `unireq.Limits`.

    Args:
        get_response: The layer below; Django passes it.
    """

    def __call__(self, request: HttpRequest) -> Any:
        """Handle one request."""
        if self._is_async:
            return self._handle(request)
        with ExitStack() as stack:
            stack.enter_context(adapter.request_context(_recorded(request)))
            return _kept(self.get_response(request), stack)

    async def _handle(self, request: HttpRequest) -> Any:
        with ExitStack() as stack:
            stack.enter_context(adapter.request_context(_recorded(request)))
            return _kept(await self.get_response(request), stack)


def _recorded(native: HttpRequest) -> unireq.Request:
    """The request; its body stays readable after Django has read it."""
    request = DjangoRequest(native)
    # Not needed on ASGI: Django keeps the body in a file, which can be read again.
    if "wsgi.input" in native.META:
        request.tee_body()
    return request


def _kept(response: HttpResponseBase, stack: ExitStack) -> HttpResponseBase:
    """`response`; if it is a streaming one, the request stays current until it is closed."""
    if getattr(response, "streaming", False):
        streaming: Any = response
        streaming._resource_closers.append(stack.pop_all().close)
    return response


class ProblemMiddleware(_Middleware):
    """Answers a `RequestError` that a native view raises with a problem response.

        MIDDLEWARE = [..., "unireq_django.ProblemMiddleware"]

    Args:
        get_response: The layer below; Django passes it.
    """

    def __call__(self, request: HttpRequest) -> Any:
        """Handle one request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The response to a `RequestError`; None for any other exception."""
        if isinstance(exception, unireq.RequestError):
            return native_response(adapter.problem_response(exception), request.method)
        return None
