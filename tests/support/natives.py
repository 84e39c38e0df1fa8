"""The same request as each framework holds it, without a server, and `FACTS`, what unireq says.

Frameworks are imported by the function that needs them, and nothing else of theirs is.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

HEAD = (
    b"GET /caf%C3%A9/a%20b?a=1&a=2&b=%C3%A9+%2B HTTP/1.1\r\n"
    b"Host: example.org:8080\r\n"
    b"User-Agent: test, really\r\n"
    b"X-Foo: one,two\r\n"
    b"Cookie: a=1; b=\xc3\xa9; a=2\r\n"
    b"X-Session-Hash: abc123\r\n"
    b"\r\n"
)

FACTS: dict[str, Any] = {
    "unireq": 1,
    "method": "GET",
    "scheme": "http",
    "http_version": "1.1",
    "host": "example.org:8080",
    "path": "/café/a b",
    "root_path": "",
    "raw_path": "/caf%C3%A9/a%20b",
    "query_string": "a=1&a=2&b=%C3%A9+%2B",
    "headers": {
        "host": "example.org:8080",
        "user-agent": "test, really",
        "x-foo": "one,two",
        "cookie": "a=1; b=Ã©; a=2",
        "x-session-hash": "abc123",
    },
    "client": ["192.0.2.1", 50000],
    "path_params": {},
    "session_hash": "abc123",
    "body": None,
}


def fields() -> list[tuple[bytes, bytes]]:
    """The header fields of HEAD, as ASGI servers hand them over."""
    lines = HEAD.split(b"\r\n")[1:-2]
    pairs = [line.split(b": ", 1) for line in lines]
    return [(name.lower(), value) for name, value in pairs]


def scope(**changes: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/café/a b",
        "raw_path": b"/caf%C3%A9/a%20b",
        "query_string": b"a=1&a=2&b=%C3%A9+%2B",
        "root_path": "",
        "headers": fields(),
        "client": ("192.0.2.1", 50000),
        "server": ("127.0.0.1", 8080),
        **changes,
    }


def environ(**changes: Any) -> dict[str, Any]:
    """A WSGI environ; a change to None leaves the key out."""
    made = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/cafÃ©/a b",
        "RAW_URI": "/caf%C3%A9/a%20b?a=1&a=2&b=%C3%A9+%2B",
        "QUERY_STRING": "a=1&a=2&b=%C3%A9+%2B",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.1",
        "REMOTE_PORT": "50000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{
            "HTTP_" + name.decode().upper().replace("-", "_"): value.decode("latin-1")
            for name, value in fields()
        },
        **changes,
    }
    return {key: value for key, value in made.items() if value is not None}


def starlette(**changes: Any) -> Any:
    from starlette.requests import Request

    return Request(scope(**changes))


def configure_django() -> None:
    """The settings that every test in this process shares; tests override what they are about."""
    import django
    from django.conf import settings

    if settings.configured:
        return
    settings.configure(
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=[
            f"django.contrib.{app}" for app in ("auth", "contenttypes", "sessions", "messages")
        ],
        ROOT_URLCONF=__name__,
        SECRET_KEY="nothing that is signed here leaves the process",
        USE_TZ=True,
    )
    django.setup()


urlpatterns: list[Any] = []


def django_wsgi(**changes: Any) -> Any:
    configure_django()
    from django.core.handlers.wsgi import WSGIRequest

    return WSGIRequest(environ(**changes))


def django_asgi(body: io.BytesIO | None = None, **changes: Any) -> Any:
    configure_django()
    from django.core.handlers.asgi import ASGIRequest

    return ASGIRequest(scope(**changes), body or io.BytesIO())


def flask(**changes: Any) -> Any:
    from flask import Request

    return Request(environ(**changes))


class Connection:
    """What Sanic keeps of a connection, as far as a request is concerned."""

    def __init__(self, peername: Any = ("192.0.2.1", 50000), ssl: bool = False) -> None:
        self.peername = peername
        self.ssl = ssl
        self.client_ip = peername[0] if isinstance(peername, tuple) else ""
        self.client_port = peername[1] if isinstance(peername, tuple) else 0


def sanic(
    head: bytes = HEAD,
    *,
    app: Any = None,
    connection: Connection | None = None,
    transport: Any = None,
    **config: Any,
) -> Any:
    """A request of Sanic as its HTTP/1 protocol makes one of `head`, or with an ASGI transport."""
    from sanic import Request
    from sanic.compat import Header

    start, *lines = head.split(b"\r\n\r\n")[0].split(b"\r\n")
    method, target, version = start.split(b" ")
    pairs = [line.decode("utf-8", "surrogateescape").split(":", 1) for line in lines]
    request: Any = Request(
        target,
        Header([(name.lower(), value.strip(" \t")) for name, value in pairs]),
        version[5:].decode(),
        method.decode(),
        transport or SimpleNamespace(),
        app or sanic_app(**config),
        head=b"" if transport else head.removesuffix(b"\r\n\r\n"),
    )
    request.conn_info = connection or Connection()
    return request


def sanic_asgi(app: Any = None, **changes: Any) -> Any:
    """A request of Sanic as its ASGI entry makes one of a scope."""
    from sanic.models.asgi import MockTransport

    made: Any = scope(**changes)
    start = b"GET %b?%b HTTP/1.1" % (made["raw_path"], made["query_string"])
    transport = MockTransport(made, None, None)  # type: ignore[arg-type]
    return sanic(start + HEAD[HEAD.index(b"\r\n") :], app=app, transport=transport)


def sanic_app(**config: Any) -> Any:
    from sanic import Sanic

    app = Sanic(f"app{next(_NUMBERS)}", configure_logging=False)
    app.config.update(config)
    return app


_NUMBERS = itertools.count(1)


NATIVES: dict[str, Callable[..., Any]] = {
    "scope": scope,
    "environ": environ,
    "starlette": starlette,
    "django-wsgi": django_wsgi,
    "django-asgi": django_asgi,
    "flask": flask,
    "sanic": sanic,
    "sanic-asgi": sanic_asgi,
}
"""How to make each of them."""
