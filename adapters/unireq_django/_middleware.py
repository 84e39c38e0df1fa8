"""Middleware for Django: the current request, layers, answers to an `Abort` or a `RequestError`.

Django makes a 500 of what a middleware raises, before the middleware around it can see the error.
It sends the signal `got_request_exception` then, where the error is noted; so `RequestMiddleware`
can answer it instead.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import unireq
from unireq import adapter
from unireq_django._believe import believe, check_settings
from unireq_django._exchange import ERROR, Exchange, note_errors
from unireq_django._request import DjangoRequest
from unireq_django._respond import native_response
from unireq_wsgi import WSGIRequest

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

__all__ = ["ProblemMiddleware", "RequestMiddleware", "as_middleware"]

GetResponse: TypeAlias = "Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]"


class ProblemMiddleware:
    """Answers an `Abort` or a `RequestError` that a view raises.

        MIDDLEWARE = [..., "unireq_django.ProblemMiddleware"]

    Args:
        get_response: The layer below, sync or async; Django passes it.
    """

    sync_capable: ClassVar[bool] = True
    async_capable: ClassVar[bool] = True

    def __init__(self, get_response: GetResponse) -> None:
        from asgiref.sync import iscoroutinefunction, markcoroutinefunction

        self.get_response: Callable[[Any], Any] = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            marked: Any = self
            markcoroutinefunction(marked)

    def __call__(self, request: HttpRequest) -> Any:
        """Handle one request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The response to an `Abort` or a `RequestError`; None for any other exception."""
        if isinstance(exception, (unireq.Abort, unireq.RequestError)):
            return native_response(adapter.error_response(exception), request.method)
        return None


class RequestMiddleware(ProblemMiddleware):
    """Makes `unireq.current_request()` work below, keeps the body readable, and runs layers.

        MIDDLEWARE = ["unireq_django.RequestMiddleware", ...]

    List it first, so it is outermost: then unireq and Django (the CSRF check, `request.POST`) can
    both read the body, whichever reads it first, within `unireq.Limits`. An `Abort` or a
    `RequestError` that a view or a middleware below raises is answered. Django logs one of a
    middleware, as an "Internal Server Error"; one of a view it does not.

    Args:
        get_response: The layer below; Django passes it.
        layers: Layers made by `@unireq.middleware`; the first is outermost.
        proxies: Whose word counts for client, scheme and host; None believes what the server says,
            and Django's settings.
        allowed_hosts: The hosts to answer for, where ALLOWED_HOSTS is `["*"]`; None leaves it to
            ALLOWED_HOSTS.

    Raises:
        TypeError: A layer or another argument is something else.
        ValueError: `allowed_hosts` has what no host can be.
        ImproperlyConfigured: With `proxies`, Django's settings believe proxies too; or with
            `allowed_hosts`, ALLOWED_HOSTS is a list too.
    """

    def __init__(
        self,
        get_response: GetResponse,
        *layers: unireq.Middleware,
        proxies: unireq.TrustedProxies | None = None,
        allowed_hosts: Iterable[str] | None = None,
    ) -> None:
        super().__init__(get_response)
        name = type(self).__name__
        self.layers = adapter.checked_layers(layers, name, allowed_hosts)
        self.proxies = adapter.merged_proxies(proxies, None, name)
        check_settings(proxies=proxies is not None, allowed_hosts=allowed_hosts is not None)
        note_errors()

    def __call__(self, request: HttpRequest) -> Any:
        """Handle one request."""
        if self.proxies is not None:
            believe(request, self.proxies)
        if self._is_async:
            return self._handle(request)
        ours = _recorded(request)
        context = adapter.request_context(ours)
        context.begin()
        if self.layers:
            exchange = Exchange(self.layers, ours, context, is_async=False)
            return adapter.finish(exchange.run(self.get_response))
        try:
            response = _answered(self.get_response(request), request)
        except BaseException:
            context.end()
            raise
        return _ending(response, context)

    async def _handle(self, request: HttpRequest) -> Any:
        ours = _recorded(request)
        context = adapter.request_context(ours)
        context.begin()
        if self.layers:
            exchange = Exchange(self.layers, ours, context, is_async=True)
            return await exchange.run(self.get_response)
        try:
            response = _answered(await self.get_response(request), request)
        except BaseException:
            context.end()
            raise
        return _ending(response, context)


class _AsMiddleware:
    """Makes a `RequestMiddleware` with layers, as an entry of MIDDLEWARE does."""

    sync_capable: ClassVar[bool] = True
    async_capable: ClassVar[bool] = True

    def __init__(
        self,
        layers: tuple[unireq.Middleware, ...],
        proxies: unireq.TrustedProxies | None,
        allowed_hosts: Iterable[str] | None,
    ) -> None:
        self._layers = adapter.checked_layers(layers, "as_middleware", allowed_hosts)
        self._checks_hosts = allowed_hosts is not None
        self._proxies = adapter.merged_proxies(proxies, None, "as_middleware")

    def __call__(self, get_response: GetResponse) -> RequestMiddleware:
        check_settings(proxies=False, allowed_hosts=self._checks_hosts)
        return RequestMiddleware(get_response, *self._layers, proxies=self._proxies)


def as_middleware(
    *layers: unireq.Middleware,
    proxies: unireq.TrustedProxies | None = None,
    allowed_hosts: Iterable[str] | None = None,
) -> Callable[[GetResponse], RequestMiddleware]:
    """Middleware for Django that runs `layers`.

        around = unireq_django.as_middleware(cors, tracing)     # in project/layers.py
        MIDDLEWARE = ["project.layers.around", ...]

    First in MIDDLEWARE it is outermost. It needs no `RequestMiddleware` beside it.

    Args:
        layers: Layers made by `@unireq.middleware`; the first is outermost.
        proxies: Whose word counts for client, scheme and host: see `unireq.TrustedProxies`.
        allowed_hosts: The hosts to answer for, others get status 400: names, `".example.com"` with
            its subdomains, `"*.example.com"` for these alone, addresses. Where ALLOWED_HOSTS is
            `["*"]` only.

    Raises:
        TypeError: A layer or another argument is something else.
        ValueError: `allowed_hosts` has what no host can be.
    """
    return _AsMiddleware(layers, proxies, allowed_hosts)


def _recorded(native: HttpRequest) -> adapter.NativeRequest:
    """The request; its body stays readable after Django has read it."""
    request = DjangoRequest(native)
    # Not needed on ASGI: Django keeps the body in a file, which can be read again.
    if isinstance(request, WSGIRequest) and request.may_have_body:
        request.tee_body()
    return request


def _ending(response: HttpResponseBase, context: adapter.request_context) -> HttpResponseBase:
    """`response`; if it is a streaming one, the request stays current until it is closed."""
    if getattr(response, "streaming", False):
        streaming: Any = response
        streaming._resource_closers.append(context.end)
    else:
        context.end()
    return response


def _answered(response: HttpResponseBase, request: HttpRequest) -> HttpResponseBase:
    """The response to the error that was noted, instead of Django's 500; else `response`."""
    error = vars(request).pop(ERROR, None)
    # A middleware may have replaced Django's answer.
    if isinstance(error, (unireq.Abort, unireq.RequestError)) and response.status_code == 500:
        return native_response(adapter.error_response(error), request.method)
    return response
