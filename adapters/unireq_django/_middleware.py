"""Middleware for Django: the current request, and answers to what the client did wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import unireq
from unireq.adapter import problem_response, request_context
from unireq_django._request import DjangoRequest
from unireq_django._respond import native_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

__all__ = ["ProblemMiddleware", "RequestMiddleware"]

GetResponse: TypeAlias = "Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]"


class _Middleware:
    """Middleware that is sync or async, as what is below it is."""

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

    Name it first, so that it is outermost: whatever reads the body below (the CSRF check,
    `request.POST`), unireq and Django can read it, within `unireq.Limits`.

    Args:
        get_response: What is below; Django gives it.
    """

    def __call__(self, request: HttpRequest) -> Any:
        """Handle one request."""
        if self._is_async:
            return self._handle(request)
        with ExitStack() as stack:
            stack.enter_context(request_context(_recorded(request)))
            return _kept(self.get_response(request), stack)

    async def _handle(self, request: HttpRequest) -> Any:
        with ExitStack() as stack:
            stack.enter_context(request_context(_recorded(request)))
            return _kept(await self.get_response(request), stack)


def _recorded(native: HttpRequest) -> unireq.Request:
    """The request, whose body stays readable when Django reads it."""
    request = DjangoRequest(native)
    # On ASGI Django keeps the body in a file, which can be read again.
    if "wsgi.input" in native.META:
        request.tee_body()
    return request


def _kept(response: HttpResponseBase, stack: ExitStack) -> HttpResponseBase:
    """`response`; if its content is yet to be made, the request is current until it is closed."""
    if getattr(response, "streaming", False):
        streaming: Any = response
        streaming._resource_closers.append(stack.pop_all().close)
    return response


class ProblemMiddleware(_Middleware):
    """Answers a `RequestError` that a native view raises by its status.

        MIDDLEWARE = [..., "unireq_django.ProblemMiddleware"]

    Args:
        get_response: What is below; Django gives it.
    """

    def __call__(self, request: HttpRequest) -> Any:
        """Handle one request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to a `RequestError`; None to anything else."""
        if isinstance(exception, unireq.RequestError):
            return native_response(problem_response(exception), request.method)
        return None
