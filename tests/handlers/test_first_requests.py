"""The first requests of a process, at once, to async handlers below threads: each is answered.

What a request needs is imported when the handler is mounted, or by an `import` statement, which
waits for the thread that is importing; nobody looks into a module that is half imported.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from support.children import listens, running
from support.requirements import need
from unireq_conformance.servers.targets import get_target
from unireq_conformance.servers.wire import HOST, free_port

REPOSITORY: Final = Path(__file__).resolve().parents[2]
CLIENTS: Final = 48

# Neither imports asyncio by itself.
HANDLER: Final = """
import unireq


async def first(request: unireq.Request, text: str = ""):
    return text + (await request.aread()).decode()
"""
APPS: Final = {
    "wsgi": HANDLER + "from unireq_wsgi import as_view\n\napp = as_view(first)\n",
    "flask": HANDLER
    + """
from flask import Flask
from unireq_flask import as_view, install

app = Flask("first")
app.add_url_rule("/", view_func=as_view(first), methods=["POST"])
install(app)
""",
}
SERVERS: Final = {
    "waitress": ["waitress", "--threads=16", "--listen={address}"],
    "gunicorn": ["gunicorn", "--threads=16", "--bind={address}"],
    "gunicorn --preload": ["gunicorn", "--threads=16", "--preload", "--bind={address}"],
}


@contextmanager
def serving(directory: Path, app: str, server: str) -> Iterator[int]:
    """The port of `app`, which listens, and has had no request."""
    module, *options = SERVERS[server]
    missing = get_target(f"{app}:{module}").missing()
    need(missing is None, str(missing))
    (directory / "first_app.py").write_text(APPS[app], encoding="utf-8")
    port = free_port()
    arguments = [option.format(address=f"{HOST}:{port}") for option in options]
    path = os.pathsep.join(map(str, [directory, REPOSITORY, REPOSITORY / "adapters"]))
    command = [sys.executable, "-m", module, *arguments, "first_app:app"]
    with running(command, lambda: listens(port), {"PYTHONPATH": path}):
        yield port


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("app", APPS)
def test_first_requests(tmp_path: Path, app: str, server: str) -> None:
    barrier = threading.Barrier(CLIENTS)

    def ask(port: int) -> bytes:
        with socket.create_connection((HOST, port), timeout=60) as connection:
            barrier.wait(60)
            fields = b"Host: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\n"
            connection.sendall(b"POST /?text=a HTTP/1.1\r\n" + fields + b"b")
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        return received[:12] + received[-6:]

    with serving(tmp_path, app, server) as port, ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(ask, [port] * CLIENTS))
    assert answers == [b"HTTP/1.1 200\r\n\r\nab"] * CLIENTS
