"""The apps of this directory, each on servers that its framework is run on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from support.app_servers import app_targets
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.reply import Reply
from unireq_conformance.servers.wire import send

__all__ = ["BY_NAME", "TARGETS", "Answer", "ask"]

_SERVED: Final = {
    "starlette": ("uvicorn-h11", "uvicorn-httptools", "hypercorn", "granian", "gunicorn-asgi"),
    "fastapi": ("uvicorn-httptools",),
    "django-wsgi": ("gunicorn", "waitress", "runserver"),
    "django-asgi": ("uvicorn-h11", "daphne"),
    "flask": ("gunicorn", "waitress", "werkzeug"),
    "sanic": ("sanic", "uvicorn-h11"),
    "asgi": ("uvicorn-h11", "hypercorn", "granian"),
    "wsgi": ("gunicorn", "waitress", "werkzeug"),
}

TARGETS: Final = app_targets("handlers.apps", _SERVED)
BY_NAME: Final = {target.name: target for target in TARGETS}

# The server's own, or framing; and what Django's stock middleware adds.
_NOT_OURS: Final = {
    "date",
    "server",
    "connection",
    "keep-alive",
    "content-length",
    "transfer-encoding",
}
_BY_DJANGO: Final = [
    ("x-frame-options", "DENY"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
]


@dataclass(frozen=True)
class Answer:
    """What a client received, without what is the server's own."""

    status: int
    fields: dict[str, list[str]]
    content: bytes
    reply: Reply

    @property
    def said(self) -> tuple[int, dict[str, list[str]], bytes]:
        """What has to be the same everywhere."""
        return self.status, self.fields, self.content


def ask(
    server: Server,
    path: str,
    *,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    body: bytes | None = None,
    query: dict[str, Any] | None = None,
    timeout: float = 60,
) -> Answer:
    """Send a request over a socket; what came back.

    What Django's middleware adds is taken away, and must be there.
    """
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
    reply = send(server.address, data, timeout=timeout)
    assert reply.status is not None, (server.target.name, path, reply, server.log[-3000:])
    found = [(name.lower(), value) for name, value in reply.headers]
    if server.target.framework.startswith("django") and reply.status < 500:
        for field in _BY_DJANGO:
            assert field in found, (server.target.name, field, found)
            found.remove(field)
    by_name: dict[str, list[str]] = {}
    for name, value in found:
        if name not in _NOT_OURS:
            by_name.setdefault(name, []).append(value)
    return Answer(reply.status, by_name, reply.body, reply)
