"""The apps of tests/bodies, each on the server that its framework is mostly run on; clients."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import replace
from http.client import HTTPConnection, HTTPSConnection
from typing import Any, Final, NamedTuple

from support.app_servers import app_targets
from unireq_conformance.servers.targets import Target

__all__ = ["APPS", "Answer", "Client", "target_of"]

APPS: Final = {
    "starlette": "uvicorn-h11",
    "fastapi": "uvicorn-httptools",
    "django-wsgi": "waitress",
    "django-asgi": "uvicorn-h11",
    "flask": "waitress",
    "sanic": "sanic",
}


class Answer(NamedTuple):
    """What a client received; the names of the fields are in lower case."""

    status: int
    fields: dict[str, str]
    text: str


class Client(NamedTuple):
    """Asks one server: at this port of 127.0.0.1, over TLS if it is trusted."""

    name: str
    port: int
    trust: ssl.SSLContext | None = None

    def ask(
        self,
        path: str,
        method: str = "GET",
        fields: Mapping[str, str] | None = None,
        body: bytes | None = None,
        client: str = "127.0.0.1",
        more: tuple[tuple[str, str], ...] = (),
    ) -> Answer:
        """The answer to one request on a connection of its own.

        Args:
            path: The target.
            method: The method.
            fields: Header fields.
            body: The content.
            client: The address that is connected from: any of 127.0.0.0/8, on Linux.
            more: Header fields that may be repeated.
        """
        how: Any = {"timeout": 20, "source_address": (client, 0)}
        if self.trust is None:
            connection = HTTPConnection("127.0.0.1", self.port, **how)
        else:
            connection = HTTPSConnection("127.0.0.1", self.port, context=self.trust, **how)
        sent = {"Host": f"127.0.0.1:{self.port}", **(fields or {})}
        if body is not None:
            sent["Content-Length"] = str(len(body))
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in (*sent.items(), *more):
                connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            text = response.read().decode()
            received: dict[str, str] = {}
            for given, value in response.getheaders():
                name = given.lower()
                received[name] = f"{received[name]}, {value}" if name in received else value
            return Answer(response.status, received, text)
        finally:
            connection.close()


def target_of(name: str) -> Target:
    """The app of a framework, a key of `APPS`."""
    (target,) = app_targets({name: [APPS[name]]})
    if APPS[name] == "waitress":
        # By default it drops the fields of proxies before any application sees them.
        target = target.with_options(clear_untrusted_proxy_headers=False)
    return replace(target, name=name)
