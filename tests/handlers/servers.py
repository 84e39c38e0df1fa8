"""The apps of this directory, each on servers that its framework is run on."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from support.app_servers import SERVED, app_targets
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.reply import Reply, ReplyError, ReplyReader
from unireq_conformance.servers.targets import Target

__all__ = ["BY_NAME", "TARGETS", "WORKERS", "ask"]

_GUNICORN: Final = ("wsgi", "flask", "django-wsgi")

TARGETS: Final = app_targets("handlers.apps", SERVED)
BY_NAME: Final = {target.name: target for target in TARGETS}


def _workers(framework: str) -> Iterator[Target]:
    """The app on gunicorn's workers that run several requests at a time."""
    (plain,) = app_targets("handlers.apps", {framework: ["gunicorn"]})
    threads = plain.with_options(worker_class="gthread", threads=8)
    yield replace(threads, name=f"{framework}:gthread")
    greenlets = plain.with_options(worker_class="gevent", worker_connections=100)
    distributions = (*plain.distributions, "gevent")
    yield replace(greenlets, name=f"{framework}:gevent", distributions=distributions)


WORKERS: Final = tuple(target for each in _GUNICORN for target in _workers(each))


def ask(
    server: Server,
    path: str,
    *,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    body: bytes | None = None,
    query: dict[str, Any] | None = None,
    timeout: float = 60,
) -> Reply:
    """Send a request over a socket; what came back."""
    target = f"{path}?{urlencode(query, doseq=True)}" if query else path
    fields = [
        ("Host", "example.org"),
        ("User-Agent", "socket/1"),
        ("Connection", "close"),
        *headers,
    ]
    if body is not None:
        fields.append(("Content-Length", str(len(body))))
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    data = f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + (body or b"")
    reply = _exchange(server.address, data, timeout)
    assert reply.status is not None, (server.target.name, path, reply, server.log[-3000:])
    return reply


def _exchange(address: Any, data: bytes, timeout: float) -> Reply:
    """The reply to `data`, by a client that reads while it sends.

    A server that has answered need not take the rest of a body.
    """
    with socket.create_connection(address, timeout=timeout) as connection:
        sender = threading.Thread(target=_send_all, args=(connection, data), daemon=True)
        sender.start()
        reader = ReplyReader()
        reader.note_request(data)
        error: ReplyError | None = None
        while error is None and not reader.complete:
            try:
                error = reader.feed(connection.recv(65536))
            except ConnectionError:
                error = "reset"
            except TimeoutError:
                error = "timeout"
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        sender.join(timeout)
    return reader.reply(error)


def _send_all(connection: socket.socket, data: bytes) -> None:
    with suppress(OSError):
        connection.sendall(data)
