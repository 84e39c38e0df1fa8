"""The apps of tests/bodies on more servers, for tests of handlers and of the current request."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from bodies.servers import TARGETS
from support.app_servers import app_targets
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.reply import Reply
from unireq_conformance.servers.targets import Target
from unireq_conformance.servers.wire import send

__all__ = ["ALL", "WORKERS", "ask", "begun"]

_GUNICORN: Final = ("wsgi", "flask", "django-wsgi")


def _workers(framework: str) -> Iterator[Target]:
    """The app on gunicorn's workers that run several requests at a time."""
    (plain,) = app_targets({framework: ["gunicorn"]})
    threads = plain.with_options(worker_class="gthread", threads=8)
    yield replace(threads, name=f"{framework}:gthread")
    greenlets = plain.with_options(worker_class="gevent", worker_connections=100)
    distributions = (*plain.distributions, "gevent")
    yield replace(greenlets, name=f"{framework}:gevent", distributions=distributions)


WORKERS: Final = tuple(target for each in _GUNICORN for target in _workers(each))
ALL: Final = (*TARGETS, *WORKERS)


def ask(
    server: Server,
    path: str,
    *,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    **query: Any,
) -> Reply:
    """Send a request over a socket; what came back."""
    target = f"{path}?{urlencode(query)}" if query else path
    fields = [("Host", "example.org"), ("Connection", "close"), *headers]
    if method == "POST":
        fields.append(("Content-Length", str(len(body))))
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    data = f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body
    reply = send(server.address, data, timeout=60)
    assert reply.status is not None, (server.target.name, path, reply, server.log[-3000:])
    return reply


def begun(server: Server, path: str, *fields: str) -> socket.socket:
    """A connection on which the head of a POST has been sent."""
    address = server.address
    assert isinstance(address, tuple)
    connection = socket.create_connection(address, timeout=20)
    lines = [f"POST {path} HTTP/1.1", "Host: h", "Connection: close", *fields]
    connection.sendall("".join(f"{line}\r\n" for line in (*lines, "")).encode())
    return connection
