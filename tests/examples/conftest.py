"""Each example of docs/examples, mounted by every framework, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from typing import Any, Final, NamedTuple

import pytest

from support.app_servers import need_all, started
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.targets import Target, get_target

_APPS: Final = {
    "starlette": ("starlette:uvicorn-h11", "starlette_app:app"),
    "fastapi": ("starlette:uvicorn-httptools", "fastapi_app:app"),
    "django-wsgi": ("django-wsgi:waitress", "django_app:wsgi"),
    "django-asgi": ("django-asgi:uvicorn-h11", "django_app:asgi"),
    "flask": ("flask:waitress", "flask_app:app"),
    "sanic": ("sanic:sanic", "sanic_app:app"),
}


class Answer(NamedTuple):
    """What a client received; the names of the fields are in lower case."""

    status: int
    fields: dict[str, str]
    text: str


class Client:
    """Asks one server."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def ask(
        self,
        path: str,
        method: str = "GET",
        fields: dict[str, str] | None = None,
        body: bytes | None = None,
        client: str = "127.0.0.1",
    ) -> Answer:
        """The answer to one request on a connection of its own.

        Args:
            path: The target.
            method: The method.
            fields: Header fields.
            body: The content.
            client: The address that is connected from: any of 127.0.0.0/8, on Linux.
        """
        host, port = self.server.address
        connection = HTTPConnection(host, int(port), timeout=20, source_address=(client, 0))
        try:
            connection.request(method, path, body, fields or {})
            response = connection.getresponse()
            text = response.read().decode()
            received: dict[str, str] = {}
            for given, value in response.getheaders():
                name = given.lower()
                received[name] = f"{received[name]}, {value}" if name in received else value
            return Answer(response.status, received, text)
        finally:
            connection.close()


def _target(name: str) -> Target:
    like, app = _APPS[name]
    known = get_target(like)
    if known.server == "waitress":
        # By default it drops the fields of proxies before any application sees them.
        known = known.with_options(clear_untrusted_proxy_headers=False)
    also = (name,) if name == "fastapi" else ()
    return replace(known, name=name, app=f"examples.apps.{app}", requires=(*also, *known.requires))


@pytest.fixture(scope="module")
def servers(request: pytest.FixtureRequest) -> Iterator[dict[str, Server]]:
    """All frameworks with the example of the test module, `EXAMPLE`."""
    targets = [_target(name) for name in _APPS]
    need_all(targets)
    with started(targets, {"UNIREQ_EXAMPLE": request.module.EXAMPLE}) as running:
        yield running


@pytest.fixture(params=_APPS)
def client(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Any:
    """A client of each framework's server in turn."""
    return Client(servers[request.param])
