"""The subjects: each framework's own request, and how cross-web and unireq look at it.

What is compared is what each of them has for the same question, and the native side is asked in its
cheapest public way: the path of a Starlette request comes from the scope, not from its URL object.
cross-web has no path, so it is given the native one for nothing.

A question is an expression of `request`, compiled to a function, so that nothing costs beside it. A
framework's module is imported when its subject is made: each is measured in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from types import CodeType, SimpleNamespace
from typing import Any

import unireq
from benchmarks.examples import PEER, Example

__all__ = ["FEW", "FRAMEWORKS", "PACKAGES", "PARTS", "SUBJECTS", "Ask", "Subject", "our_operations"]

Ask = Callable[[Any], Any]
Questions = Mapping[str, str]

PARTS = ("method", "path", "headers", "cookies", "query", "path_params", "client")
FEW = ("method", "path", "header")
"""What "everything" and "a few" are, in order. Nobody asks for the method or the path alone."""

_OURS: Questions = {
    "method": "request.method",
    "path": "request.path",
    "header": 'request.get_header("user-agent")',
    "headers": "request.headers",
    "cookies": "request.cookies",
    "query": "request.query_params",
    "path_params": "request.path_params",
    "url": "request.url",
    "host": "request.host",
    "client": "request.client",
}
# The frameworks agree on these, but where they say something else.
_NATIVE: Questions = {
    "method": "request.method",
    "path": "request.path",
    "header": 'request.headers.get("user-agent")',
    "headers": "dict(request.headers.items())",
    "cookies": "request.cookies",
    "url": "request.url",
    "host": "request.host",
}
_PEER: Questions = {
    **{name: _NATIVE[name] for name in ("method", "header", "headers", "cookies", "url")},
    "query": "request.query_params",
    "path_params": "request.path_params",
    "client": "request.client_host",
}


def _compiled(questions: Questions, make: Ask | None = None) -> dict[str, Ask]:
    """A function for each question, and for several; of what `make` makes, that included."""
    asked = {name: f"return {each}" for name, each in questions.items() if name not in PARTS[:2]}
    if make is not None:
        asked = {name: each.replace("request", "make(native)") for name, each in asked.items()}
    for name, several in {"a few": FEW, "everything": PARTS}.items():
        begin = "" if make is None else "request = make(native); "
        asked[name] = f"{begin}return {', '.join(questions[part] for part in several)}"
    argument = "request" if make is None else "native"
    found: dict[str, Ask] = {} if make is None else {"construct": make}
    for name, statements in asked.items():
        program = f"def bind(make):\n def ask({argument}): {statements}\n return ask"
        scope: dict[str, Any] = {}
        exec(_code(program), scope)  # noqa: S102  # the program is made of the texts above
        found[name] = scope["bind"](make)
    return found


@cache
def _code(program: str) -> CodeType:
    # One for all subjects in a process: CPython makes code quicker for the types that it has met.
    return compile(program, "<questions>", "exec")


def our_operations(make: Callable[[Any], unireq.Request]) -> dict[str, Ask]:
    """The operations on what `make` makes, its making included."""
    return _compiled(_OURS, make)


@dataclass(frozen=True)
class Subject:
    """One framework.

    Attributes:
        fresh: Makes what the server would hand over.
        construct: Makes the framework's own request of that, with path parameters as a router
            leaves them.
        native: The questions to the framework's own request.
        ours: The function that makes a `unireq.Request`; of the framework's own request, or of
            what the server hands over if `bare`.
        peer: The function that makes cross-web's request of the framework's own, if there is one.
    """

    name: str
    fresh: Callable[[Example], Any]
    construct: Ask
    native: Questions
    ours: Callable[[Any], unireq.Request] = unireq.from_native
    peer: Ask | None = None

    @property
    def bare(self) -> bool:
        """Whether ours needs no request of the framework."""
        return self.ours is not unireq.from_native

    def sides(self) -> dict[str, dict[str, Ask]]:
        """The operations of each side: {"ours": {"headers": ...}, ...}."""
        sides = {"ours": our_operations(self.ours), "native": _compiled(self.native)}
        if self.peer is not None:
            path = self.native["path"].replace("request", "native")
            sides["cross-web"] = _compiled({**_PEER, "path": path}, self.peer)
        return sides


def starlette() -> Subject:
    """Starlette, and so FastAPI."""
    from cross_web import AsyncHTTPRequest
    from starlette.requests import Request

    native = {
        **_NATIVE,
        "path": 'request.scope["path"]',
        "query": "request.query_params",
        "path_params": "request.path_params",
        "host": 'request.headers.get("host")',
        "client": "request.client",
    }
    peer = AsyncHTTPRequest.from_starlette
    return Subject("Starlette", Example.scope, Request, native, peer=peer)


def asgi() -> Subject:
    """A bare scope, against Starlette's request of the same scope."""
    native = starlette()
    return Subject("ASGI", native.fresh, native.construct, native.native, unireq.from_asgi)


def flask() -> Subject:
    """Flask."""
    from cross_web import HTTPRequest
    from flask import Request

    def construct(environ: dict[str, Any]) -> Request:
        request = Request(environ)
        request.view_args = {"id": 42}
        return request

    native = {
        **_NATIVE,
        "query": "request.args",
        "path_params": "request.view_args",
        "client": "request.remote_addr",
    }
    return Subject("Flask", Example.environ, construct, native, peer=HTTPRequest.from_flask)


def wsgi() -> Subject:
    """A bare environ, against Flask's request of the same environ."""
    native = flask()
    return Subject("WSGI", native.fresh, native.construct, native.native, unireq.from_wsgi)


_DJANGO: Questions = {
    **_NATIVE,
    "cookies": "request.COOKIES",
    "query": "request.GET",
    "path_params": "request.resolver_match.kwargs",
    "url": "request.build_absolute_uri()",
    "host": "request.get_host()",
    "client": 'request.META.get("REMOTE_ADDR")',
}


def _routed_by_django(make: Ask) -> Ask:
    import django
    from django.conf import settings
    from django.urls import ResolverMatch

    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["*"])
        django.setup()
    match = ResolverMatch(lambda: None, (), {"id": 42}, captured_kwargs={"id": 42})

    def construct(given: dict[str, Any]) -> Any:
        request = make(given)
        request.resolver_match = match
        return request

    return construct


def django_wsgi() -> Subject:
    """Django on WSGI."""
    from cross_web import HTTPRequest
    from django.core.handlers.wsgi import WSGIRequest

    construct = _routed_by_django(WSGIRequest)
    return Subject("Django WSGI", Example.environ, construct, _DJANGO, peer=HTTPRequest.from_django)


def django_asgi() -> Subject:
    """Django on ASGI."""
    from cross_web import AsyncHTTPRequest
    from django.core.handlers.asgi import ASGIRequest

    body = BytesIO()
    construct = _routed_by_django(lambda scope: ASGIRequest(scope, body))
    peer = AsyncHTTPRequest.from_django
    return Subject("Django ASGI", Example.scope, construct, _DJANGO, peer=peer)


def sanic() -> Subject:
    """Sanic on its own server, which has parsed the fields before there is a request."""
    from cross_web import AsyncHTTPRequest
    from sanic import Sanic
    from sanic.compat import Header
    from sanic.models.server_types import ConnInfo
    from sanic.request import Request

    async def view(request: Request, id: int) -> None: ...  # noqa: A002

    app: Any = Sanic("benchmark")
    app.add_route(view, "/users/<id:int>/report")
    app.router.finalize()
    (route,) = app.router.routes
    said = {"peername": PEER, "sockname": ("127.0.0.1", 8000)}
    transport: Any = SimpleNamespace(get_extra_info=said.get)
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

    native = {
        **_NATIVE,
        "query": "request.args",
        "path_params": "request.match_info",
        "client": "request.ip",
    }
    return Subject("Sanic", fresh, construct, native, peer=AsyncHTTPRequest.from_sanic)


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
FRAMEWORKS = tuple(SUBJECTS)[:5]
"""Those that are no bare scope or environ."""
