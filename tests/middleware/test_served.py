"""Layers on real servers: connections that are kept, pipelined and left; threads and greenlets."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from middleware.asking import Answer, request
from support.served import HOST, Served, serving
from unireq_conformance.layers import LAYERS_FIELD

_SERVERS: Final[Mapping[str, tuple[str, ...]]] = {
    "asgi": ("uvicorn-h11", "granian"),
    "wsgi": ("gunicorn", "waitress"),
    "starlette": ("uvicorn-httptools", "hypercorn"),
    "django-wsgi": ("gunicorn", "waitress"),
    "django-asgi": ("uvicorn-h11",),
    "flask": ("gunicorn", "waitress", "werkzeug"),
    "sanic": ("sanic", "uvicorn-h11"),
}


_WORKERS: Final[Mapping[str, tuple[str, ...]]] = {
    "gthread": ('--option=worker_class="gthread"', "--option=threads=8"),
    "gevent": ('--option=worker_class="gevent"', "--option=worker_connections=100"),
}


def _names() -> Iterator[tuple[str, str]]:
    for framework, servers in _SERVERS.items():
        for server in servers:
            yield framework, server
            if server == "gunicorn":
                yield from ((framework, workers) for workers in _WORKERS)


NAMES: Final = tuple(_names())
_HEAD: Final = f"Host: example.org\r\n{LAYERS_FIELD}: {{}}\r\n"


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[tuple[str, str], Served]]:
    apps = {each: f"middleware.served:{each[0].replace('-', '_')} {each[1]}" for each in NAMES}
    targets = {
        app: f"{framework}:{'gunicorn' if server in _WORKERS else server}"
        for (framework, server), app in apps.items()
    }
    options = {app: _WORKERS.get(server, ()) for (_, server), app in apps.items()}
    with serving(Path(__file__).parents[1], targets, "/seen", options) as found:
        yield {each: found[app] for each, app in apps.items()}


@pytest.fixture(params=NAMES, ids=":".join)
def server(request: pytest.FixtureRequest, servers: dict[tuple[str, str], Served]) -> Served:
    return servers[request.param]


def _says(server: Served, text: str) -> str:
    """The line that begins with `text`."""
    assert server.says(text), server.child.log[-3000:]
    return next(line for line in server.child.log.splitlines() if text in line)


def _ask(server: Served, path: str, mark: str) -> Answer:
    return request((HOST, server.port), path, x_id=mark)


_STATUSES: Final = {"/seen": 200, "/denied": 403, "/boom": 500, "/stream": 200}


def test_requests_at_once_have_contexts_of_their_own(server: Served) -> None:
    asked = [(path, f"m{number}") for number in range(10) for path in _STATUSES]
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda each: _ask(server, *each), asked)
        found = [(a.status, *map(a.get, ("x-sync", "x-async", "x-loops"))) for a in answers]
    assert found == [(_STATUSES[path], mark, mark, "1") for path, mark in asked]
    for path, status in _STATUSES.items():
        for kind, seen in (("sync", "nothing"), ("async", "m9")):
            _says(server, f"{kind} {path} {seen} {status} Sent(")
    assert _ask(server, "/seen", "mark").content == b"mark /seen"


def test_pipelined_and_kept_requests(server: Served) -> None:
    with socket.create_connection((HOST, server.port), timeout=20) as connection:
        last = "Connection: close\r\n"
        connection.sendall(
            "".join(
                f"GET {path} HTTP/1.1\r\n{_HEAD}X-Id: p{number}\r\n{last * (number == 2)}\r\n"
                for number, path in enumerate(("/seen", "/denied", "/seen"))
            ).encode()
        )
        got = b""
        while chunk := connection.recv(65536):
            got += chunk
    marks = [f"x-sync: p{number}".encode() for number in range(3)]
    # gunicorn's plain workers, and Werkzeug's server, close after an answer.
    found = [mark for mark in marks if mark in got.lower()]
    assert found == (marks if len(found) > 1 else marks[:1]), (got, server.child.log[-2000:])


def test_a_client_that_leaves(server: Served) -> None:
    with socket.create_connection((HOST, server.port), timeout=20) as connection:
        begun = time.monotonic()
        connection.sendall(f"GET /stream?slow HTTP/1.1\r\n{_HEAD}X-Id: gone\r\n\r\n".encode())
        got: Any = connection.recv(65536)
        assert time.monotonic() - begun < 1.5
        assert got.startswith(b"HTTP/1.1 200")
    if ":asgi" in server.app or server.app.endswith("sanic uvicorn-h11"):
        pytest.skip("this app doesn't listen, and the server doesn't say so")
    assert "complete=False, error=None" in _says(server, "async /stream gone 200 Sent(")
    assert _ask(server, "/seen", "next").content == b"next /seen"
