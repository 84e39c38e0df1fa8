"""The Django probes, under ASGI and under WSGI, and the URL configuration that they run on.

ALLOWED_HOSTS is open, so only the syntax of a Host field is judged; but not for the conformance
suite, which wants to see that it counts, and uses no other hosts than these. A path that cannot be
resolved at all (one that does not begin with a slash) reaches the view as `handler404`. Django has
one configuration in a process, so there is one app at a time, and one probe.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import django
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test.utils import override_settings
from django.urls import clear_url_caches, path, re_path
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin
from django.views.decorators.csrf import csrf_exempt

import unireq
from unireq_conformance.apps import INSIDE_VARIABLE
from unireq_conformance.layers import LAYERS_FIELD
from unireq_conformance.probe import NativeView, Probe, carry
from unireq_django import as_middleware, as_view, inject

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

urlpatterns: list[Any] = []
application: WSGIApplication | None = None
"""What `runserver` serves: the setting WSGI_APPLICATION names it."""

_EARLY = "unireq_conformance_early"
_current: list[Probe] = []
APPS = [f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "messages")]
"""What the middleware of the handlers needs."""
_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
_OURS = "unireq_django.RequestMiddleware"
HOSTS = ".example.org other.example 127.0.0.1 [::1] a b h localhost other".split()


class _User:
    """A user as `django.contrib.auth` has it, which would want a database."""

    is_authenticated = True

    def __init__(self, name: str) -> None:
        self._name = name

    def get_username(self) -> str:
        return self._name


def login(request: HttpRequest, name: str) -> None:
    """Log a user in."""
    request.user = _User(name)  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]


def read_body(request: HttpRequest) -> bytes:
    """Read a body as Django does."""
    return request.body


def settings_for(hosts: Sequence[str] = HOSTS) -> dict[str, Any]:
    """The settings of the probe.

    They leave out INSTALLED_APPS, which has to have `APPS`: nothing is kept in a database.
    """
    return {
        "ALLOWED_HOSTS": [*hosts],
        "MIDDLEWARE": [f"{__name__}.early"],
        "ROOT_URLCONF": __name__,
        "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
        "SECRET_KEY": "not a secret: nothing is signed",
        "USE_TZ": True,
    }


def configure() -> None:
    """Configure Django for this process."""
    hosts = HOSTS if os.environ.get(INSIDE_VARIABLE) else ["*"]
    served = f"{__name__}.application"
    settings.configure(INSTALLED_APPS=APPS, WSGI_APPLICATION=served, **settings_for(hosts))
    django.setup()


def _probe() -> Probe:
    configure()
    return Probe.of_process(login, read_body)


def layers(get_response: Callable[[HttpRequest], Any]) -> Any:
    """The layers of the probe."""
    return as_middleware(*_current[0].layers, proxies=_current[0].proxies)(get_response)


def reading(get_response: Callable[[HttpRequest], Any]) -> Any:
    """Those that want the body read."""
    return as_middleware(*_current[0].reading)(get_response)


for _each in (layers, reading):
    vars(_each).update(sync_capable=True, async_capable=True)


class Answering(MiddlewareMixin):
    """Answers an exception of a view."""

    def process_exception(self, _: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The response to it; None for any other exception."""
        known = isinstance(exception, Probe.Answered)
        return HttpResponse("Answered", status=500) if known else None


def _choosing(probe: Probe, make: Callable[[], Any]) -> Callable[[str, bool], Any]:
    """Which application, made by `make`, a path is for, with layers or without.

    They differ in their middleware. The handlers have that of a new project, which would get in the
    way of what others show: it refuses hosts, and turns paths without a slash away.
    """
    _current[:] = [probe]
    clear_url_caches()
    plain = make()

    def below(*middleware: str) -> Any:
        with override_settings(MIDDLEWARE=[*middleware]):
            return make()

    inside = (*_MIDDLEWARE, f"{__name__}.Answering")
    handling = below(*_MIDDLEWARE)
    in_layers = below(f"{__name__}.layers", *inside)
    own = {
        "/current": below(_OURS, f"{__name__}.early"),
        "/native": below(_OURS, *_MIDDLEWARE),
        "/reading": below(f"{__name__}.reading", *inside),
    }

    def chosen(path: str, layered: bool) -> Any:
        handled = f"/{path[1:].partition('/')[0]}" in probe.handlers
        return own.get(path) or (in_layers if layered else handling if handled else plain)

    return chosen


@sync_and_async_middleware
def early(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """The middleware that reads a request before it is routed."""
    (probe,) = _current

    async def read_async(request: HttpRequest) -> Any:
        setattr(request, _EARLY, probe.facts(request))
        return await get_response(request)

    def read(request: HttpRequest) -> Any:
        setattr(request, _EARLY, probe.facts(request))
        return get_response(request)

    return read_async if iscoroutinefunction(get_response) else read


def _native_view(request: HttpRequest) -> NativeView:
    return {
        "method": lambda: request.method,
        "url": lambda: request.build_absolute_uri(),  # noqa: PLW0108  # it may raise
        "path": lambda: request.path,
        "headers": lambda: dict(request.headers),
        "cookies": lambda: request.COOKIES,
        "query": lambda: request.GET.dict(),  # noqa: PLW0108  # GET itself may raise
        "path_params": lambda: request.resolver_match.kwargs if request.resolver_match else {},
        "client": lambda: request.META.get("REMOTE_ADDR"),
        "scheme": lambda: request.scheme,
    }


def _seen(request: HttpRequest) -> tuple[Any, ...]:
    return request, getattr(request, _EARLY, None), _native_view(request)


def _respond(request: HttpRequest, mine: unireq.Request | None = None) -> HttpResponse:
    return _response(request, _current[0](*_seen(request), injected=mine))


def _echo(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Answer any request."""
    return _respond(request)


handler404 = _echo


async def _aecho(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """The same as a coroutine, so that Django calls it on the event loop."""
    return _response(request, await _current[0].answer(*_seen(request)))


def _response(request: HttpRequest, answer: bytes) -> HttpResponse:
    fields, content = carry(request.method or "", answer)
    return HttpResponse(content, headers=dict(fields))


def _denied(_: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def _patterns(probe: Probe, view: Callable[..., Any], chunks: Callable[[str], Any]) -> list[Any]:
    """Return URL patterns by which every path ends in `view`; `chunks` makes a stream."""

    def stream(request: HttpRequest) -> StreamingHttpResponse:
        response = StreamingHttpResponse(chunks(request.META.get("QUERY_STRING", "")))
        for name, value in probe.stream_fields:
            if name == "set-cookie":
                cookie, _, content = value.partition("=")
                response.set_cookie(cookie, content, path=None)  # type: ignore[arg-type]
            else:
                response.headers[name] = value
        return response

    # As `as_view` does for the handlers: the middleware would refuse a body.
    vars(view)["csrf_exempt"] = True
    kinds = ("int", "str", "path", "uuid", "slug")

    @inject
    def injected(request: HttpRequest, mine: unireq.Request) -> HttpResponse:
        return _respond(request, mine)

    @csrf_exempt
    def native(request: HttpRequest) -> HttpResponse:
        made: HttpResponse = probe.respond(request).to_native(request)
        return made

    return [
        path("denied", _denied),
        path("injected", injected),
        path("native", native),
        path("stream", stream),
        *(
            path(route[1:], as_view(handler, csrf_exempt=True))
            for route, handler in probe.handlers.items()
        ),
        *(path(f"params/{kind}/<{kind}:value>", view) for kind in kinds),
        re_path("", view),
    ]


def make_asgi_app(probe: Probe) -> Any:
    """The app that answers with what `probe` says, once Django has its settings."""
    urlpatterns[:] = _patterns(probe, _aecho, probe.achunks)
    chosen = _choosing(probe, ASGIHandler)
    field = LAYERS_FIELD.lower().encode("ascii")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        layered = field in {name for name, _ in scope.get("headers", ())}
        await chosen(scope.get("path", ""), layered)(scope, receive, send)

    return app


def make_wsgi_app(probe: Probe) -> WSGIApplication:
    """The same under WSGI."""
    urlpatterns[:] = _patterns(probe, _echo, probe.chunks)
    chosen = _choosing(probe, WSGIHandler)
    key = f"HTTP_{LAYERS_FIELD.upper().replace('-', '_')}"

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        handler: WSGIHandler = chosen(environ.get("PATH_INFO", ""), key in environ)
        return handler(environ, start_response)

    return app


def asgi() -> Any:
    """The app of this process, under ASGI."""
    return make_asgi_app(_probe())


def wsgi() -> WSGIApplication:
    """The same under WSGI."""
    global application  # noqa: PLW0603  # Django wants a name
    application = make_wsgi_app(_probe())
    return application
