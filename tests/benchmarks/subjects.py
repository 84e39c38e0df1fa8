"""The subjects: each framework's own request, and how cross-web and unireq look at it.

What is compared is what each of them has for the same question, and the native side is asked in its
cheapest public way: the path of a Starlette request comes from the scope, not from its URL object.
cross-web has no path, so it is given the native one for nothing.

A framework's module is imported when its subject is made: each is measured in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import unireq
from benchmarks.examples import PEER, Example

__all__ = [
    "FRAMEWORKS",
    "OPERATIONS",
    "PACKAGES",
    "SUBJECTS",
    "Operations",
    "Subject",
    "our_operations",
]

Ask = Callable[[Any], Any]
Operations = dict[str, Ask]

OPERATIONS = (
    "construct",
    "header",
    "headers",
    "cookies",
    "query",
    "path_params",
    "url",
    "host",
    "client",
    "everything",
)
"""What is asked of a request; "everything" is all but URL and host, and the method and the path.

Ours has them all. The others lack some: a request of a framework is made by `Subject.construct`.
"""


@dataclass(frozen=True)
class Subject:
    """One framework.

    Attributes:
        fresh: Makes what the server would hand over.
        construct: Makes the framework's own request of that, with path parameters as a router
            leaves them.
        native: The operations on the framework's own request.
        ours: The function that makes a `unireq.Request`; of the framework's own request, or of
            what the server hands over if `bare`.
        peer: cross-web's operations on the framework's own request, and "construct".
        bare: Whether ours needs no request of the framework.
    """

    name: str
    fresh: Callable[[Example], Any]
    construct: Callable[[Any], Any]
    native: Operations
    ours: Callable[[Any], unireq.Request] = unireq.from_native
    peer: Operations = field(default_factory=dict)
    bare: bool = False


def our_operations(make: Callable[[Any], unireq.Request]) -> Operations:
    """The operations on what `make` makes, its making included."""

    def everything(native: Any) -> Any:
        request = make(native)
        return (
            request.method,
            request.path,
            request.headers,
            request.cookies,
            request.query_params,
            request.path_params,
            request.client,
        )

    return {
        "construct": make,
        "header": lambda native: make(native).get_header("user-agent"),
        "headers": lambda native: make(native).headers,
        "cookies": lambda native: make(native).cookies,
        "query": lambda native: make(native).query_params,
        "path_params": lambda native: make(native).path_params,
        "url": lambda native: make(native).url,
        "host": lambda native: make(native).host,
        "client": lambda native: make(native).client,
        "everything": everything,
    }


def peer_operations(make: Callable[[Any], Any], path: Ask) -> Operations:
    """The same of cross-web; `path` reads the path off the framework's own request."""

    def everything(native: Any) -> Any:
        request = make(native)
        return (
            request.method,
            path(native),
            dict(request.headers.items()),
            request.cookies,
            request.query_params,
            request.path_params,
            request.client_host,
        )

    return {
        "construct": make,
        "header": lambda native: make(native).headers.get("user-agent"),
        "headers": lambda native: dict(make(native).headers.items()),
        "cookies": lambda native: make(native).cookies,
        "query": lambda native: make(native).query_params,
        "path_params": lambda native: make(native).path_params,
        "url": lambda native: make(native).url,
        "client": lambda native: make(native).client_host,
        "everything": everything,
    }


def _native(**operations: Ask) -> Operations:
    # All of the frameworks spell these two alike.
    return {
        "header": lambda request: request.headers.get("user-agent"),
        "headers": lambda request: dict(request.headers.items()),
        **operations,
    }


def _starlette_native() -> tuple[Any, Operations]:
    from starlette.requests import Request

    def everything(request: Request) -> Any:
        return (
            request.method,
            request.scope["path"],
            dict(request.headers.items()),
            request.cookies,
            request.query_params,
            request.path_params,
            request.client,
        )

    return Request, _native(
        cookies=lambda request: request.cookies,
        query=lambda request: request.query_params,
        path_params=lambda request: request.path_params,
        url=lambda request: request.url,
        host=lambda request: request.headers.get("host"),
        client=lambda request: request.client,
        everything=everything,
    )


def starlette() -> Subject:
    """Starlette, and so FastAPI."""
    from cross_web import AsyncHTTPRequest

    construct, native = _starlette_native()
    return Subject(
        "Starlette",
        Example.scope,
        construct,
        native,
        peer=peer_operations(AsyncHTTPRequest.from_starlette, lambda r: r.scope["path"]),
    )


def asgi() -> Subject:
    """A bare scope, against Starlette's request of the same scope."""
    construct, native = _starlette_native()
    return Subject("ASGI", Example.scope, construct, native, ours=unireq.from_asgi, bare=True)


def _flask_native() -> tuple[Any, Operations]:
    from flask import Request

    def construct(environ: dict[str, Any]) -> Request:
        request = Request(environ)
        request.view_args = {"id": 42}
        return request

    def everything(request: Request) -> Any:
        return (
            request.method,
            request.path,
            dict(request.headers.items()),
            request.cookies,
            request.args,
            request.view_args,
            request.remote_addr,
        )

    return construct, _native(
        cookies=lambda request: request.cookies,
        query=lambda request: request.args,
        path_params=lambda request: request.view_args,
        url=lambda request: request.url,
        host=lambda request: request.host,
        client=lambda request: request.remote_addr,
        everything=everything,
    )


def flask() -> Subject:
    """Flask."""
    from cross_web import HTTPRequest

    construct, native = _flask_native()
    return Subject(
        "Flask",
        Example.environ,
        construct,
        native,
        peer=peer_operations(HTTPRequest.from_flask, lambda r: r.path),
    )


def wsgi() -> Subject:
    """A bare environ, against Flask's request of the same environ."""
    construct, native = _flask_native()
    return Subject("WSGI", Example.environ, construct, native, ours=unireq.from_wsgi, bare=True)


def _django_native() -> tuple[Any, Operations]:
    import django
    from django.conf import settings
    from django.urls import ResolverMatch

    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["*"])
        django.setup()

    def everything(request: Any) -> Any:
        return (
            request.method,
            request.path,
            dict(request.headers.items()),
            request.COOKIES,
            request.GET,
            request.resolver_match.kwargs,
            request.META.get("REMOTE_ADDR"),
        )

    def view() -> None: ...

    match = ResolverMatch(view, (), {"id": 42}, captured_kwargs={"id": 42})
    return match, _native(
        cookies=lambda request: request.COOKIES,
        query=lambda request: request.GET,
        path_params=lambda request: request.resolver_match.kwargs,
        url=lambda request: request.build_absolute_uri(),
        host=lambda request: request.get_host(),
        client=lambda request: request.META.get("REMOTE_ADDR"),
        everything=everything,
    )


def django_wsgi() -> Subject:
    """Django on WSGI."""
    from cross_web import HTTPRequest

    match, native = _django_native()
    from django.core.handlers.wsgi import WSGIRequest

    def construct(environ: dict[str, Any]) -> WSGIRequest:
        request = WSGIRequest(environ)
        request.resolver_match = match
        return request

    return Subject(
        "Django WSGI",
        Example.environ,
        construct,
        native,
        peer=peer_operations(HTTPRequest.from_django, lambda r: r.path),
    )


def django_asgi() -> Subject:
    """Django on ASGI."""
    from cross_web import AsyncHTTPRequest

    match, native = _django_native()
    from django.core.handlers.asgi import ASGIRequest

    body = BytesIO()

    def construct(scope: dict[str, Any]) -> ASGIRequest:
        request = ASGIRequest(scope, body)
        request.resolver_match = match
        return request

    return Subject(
        "Django ASGI",
        Example.scope,
        construct,
        native,
        peer=peer_operations(AsyncHTTPRequest.from_django, lambda r: r.path),
    )


def sanic() -> Subject:
    """Sanic on its own server, which has parsed the fields before there is a request."""
    from cross_web import AsyncHTTPRequest
    from sanic import Sanic
    from sanic.compat import Header
    from sanic.models.server_types import ConnInfo
    from sanic.request import Request

    class Transport:
        """As much of a transport as the connection's information is taken from."""

        def get_extra_info(self, name: str) -> Any:
            return {"peername": PEER, "sockname": ("127.0.0.1", 8000)}.get(name)

    async def view(request: Request, id: int) -> None: ...  # noqa: A002

    app: Any = Sanic("benchmark")
    app.add_route(view, "/users/<id:int>/report")
    app.router.finalize()
    (route,) = app.router.routes
    transport: Any = Transport()
    connection = ConnInfo(transport)

    def fresh(example: Example) -> Any:
        head = example.head()
        fields = [(n.lower(), v.encode().decode()) for n, v in example.fields]
        return example.target.encode(), Header(fields), "1.1", example.method, head

    def construct(parsed: Any) -> Request:
        target, fields, version, method, head = parsed
        request: Request = Request(target, fields, version, method, transport, app, head)
        request.conn_info = connection
        request.route = route
        request.match_info = {"id": 42}
        return request

    def everything(request: Request) -> Any:
        return (
            request.method,
            request.path,
            dict(request.headers.items()),
            request.cookies,
            request.args,
            request.match_info,
            request.ip,
        )

    native = _native(
        cookies=lambda request: request.cookies,
        query=lambda request: request.args,
        path_params=lambda request: request.match_info,
        url=lambda request: request.url,
        host=lambda request: request.host,
        client=lambda request: request.ip,
        everything=everything,
    )
    peer = peer_operations(AsyncHTTPRequest.from_sanic, lambda r: r.path)
    return Subject("Sanic", fresh, construct, native, peer=peer)


SUBJECTS: dict[str, Callable[[], Subject]] = {
    "starlette": starlette,
    "flask": flask,
    "django-wsgi": django_wsgi,
    "django-asgi": django_asgi,
    "sanic": sanic,
    "asgi": asgi,
    "wsgi": wsgi,
}
PACKAGES: dict[str, tuple[str, ...]] = {
    "starlette": ("starlette",),
    "flask": ("flask", "werkzeug"),
    "django-wsgi": ("django",),
    "django-asgi": ("django",),
    "sanic": ("sanic", "multidict"),
    "asgi": ("starlette",),
    "wsgi": ("flask", "werkzeug"),
}
"""The distributions that a subject's native side consists of."""
FRAMEWORKS = ("starlette", "flask", "django-wsgi", "django-asgi", "sanic")
"""Those that are no bare scope or environ."""
