"""Over IPv6 the client's host is the bare address (CLI-001), whatever a server makes of it.

The kit's own servers listen on 127.0.0.1; here the same apps listen on ::1.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection, HTTPException
from typing import Any

import pytest

import unireq
from support.app_servers import START_TIME
from support.children import wait_for
from support.requirements import need
from unireq_conformance.apps import NONCE_VARIABLE, TARGET_VARIABLE
from unireq_conformance.servers.child import Child
from unireq_conformance.servers.targets import get_target
from unireq_conformance.servers.wire import free_port

LAUNCH = "from unireq_conformance.servers.launch import load; app = load({app!r}); "

# How each server is told where to listen: options of its interface, or what its own way to run is.
HOST = 'host="::1"'
OPTIONS = {
    "starlette:uvicorn-h11": HOST,
    "starlette:uvicorn-httptools": HOST,
    "starlette:hypercorn": 'bind=["[::1]:{port}"]',
    "starlette:granian": 'address="::1"',
    "django-asgi:uvicorn-h11": HOST,
    "django-wsgi:gunicorn": 'bind="[::1]:{port}"',
    "flask:gunicorn": 'bind="[::1]:{port}"',
    "flask:waitress": HOST,
    "sanic:uvicorn-h11": HOST,
}
STATEMENTS = {
    "flask:werkzeug": "from werkzeug.serving import run_simple; run_simple('::1', {port}, app)",
    "sanic:sanic": "app.run('::1', {port}, single_process=True, access_log=False, motd=False)",
}
TARGET_NAMES = (*OPTIONS, *STATEMENTS)


def command(name: str, port: int) -> list[str]:
    driver = get_target(name).on_server
    if name in STATEMENTS:
        code = (LAUNCH + STATEMENTS[name]).format(app=driver.app, port=port)
        return [sys.executable, "-c", code]
    option = f"--option={OPTIONS[name]}".format(port=port)
    launch = [sys.executable, "-m", "unireq_conformance.servers.launch"]
    return [*launch, driver.server, driver.app, "--port", str(port), option]


def has_ipv6() -> bool:
    with suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


def report(child: Child, port: int, nonce: str) -> tuple[dict[str, Any], int]:
    """The report, once the server answers, and the source port that it was asked from."""

    def asked() -> Any:
        source = ("::1", free_port())
        connection = HTTPConnection("::1", port, timeout=30, source_address=source)
        with closing(connection), suppress(OSError, HTTPException):
            connection.request("GET", "/a", headers={"Host": "[::1]:8000"})
            return json.loads(connection.getresponse().read()), source[1]

    document, source_port = wait_for(asked, START_TIME, child)
    assert document["nonce"] == nonce, "another process answers"
    return document, source_port


@pytest.fixture(scope="module")
def children() -> Iterator[dict[str, tuple[Child, int]]]:
    """The servers by the name of their target, each with its port of ::1."""
    need(has_ipv6(), "this machine has no IPv6 loopback address")
    missing = [str(why) for name in TARGET_NAMES if (why := get_target(name).missing())]
    need(not missing, "; ".join(missing))
    with ExitStack() as stack:
        started: dict[str, tuple[Child, int]] = {}
        for name in TARGET_NAMES:
            port = free_port()
            child = Child(command(name, port), {NONCE_VARIABLE: name, TARGET_VARIABLE: name})
            stack.callback(child.finish_stopping)
            stack.callback(child.begin_to_stop)
            started[name] = child, port
        yield started


@pytest.mark.parametrize("name", TARGET_NAMES)
def test_the_client_is_the_bare_address(name: str, children: dict[str, tuple[Child, int]]) -> None:
    document, source_port = report(*children[name], nonce=name)
    request = unireq.Request.from_dict(document["unireq"])
    assert request.client == ("::1", source_port)
    assert (request.host, request.url) == ("[::1]:8000", "http://[::1]:8000/a")
    assert (request.url.hostname, request.url.port) == ("::1", 8000)
