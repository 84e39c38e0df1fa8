"""What goes on, breaks off or is changed: the request ends with its answer, and that is whole."""

from __future__ import annotations

import json
import socket
import time
from http.client import HTTPConnection, HTTPException
from typing import Any

import pytest

from handlers.servers import BY_NAME, ask
from unireq_conformance.servers.process import Server


def names(*frameworks: str) -> list[str]:
    return [name for name in BY_NAME if name.startswith(frameworks)]


@pytest.mark.parametrize("name", names("starlette"))
def test_a_streamed_body_and_a_streamed_answer(servers: dict[str, Server], name: str) -> None:
    """While unireq streams, and after it, Starlette listens for the client's going."""
    for size in (0, 5, 300_000):
        answer = ask(servers[name], "/native/streamed", method="POST", body=b"x" * size)
        assert (answer.status, answer.body) == (200, f"{size} False;{size} False;".encode())


def test_a_server_that_decodes_no_chunks(servers: dict[str, Server]) -> None:
    server = servers["django-wsgi:runserver"]
    chunked = [("Transfer-Encoding", "chunked")]
    # No Content-Length, so the body is a part of what is sent behind the head.
    unread = ask(server, "/reads-not", method="POST", headers=chunked)
    assert (unread.status, unread.body) == (200, b"unread")
    read = ask(server, "/reads", method="POST", headers=chunked)
    assert read.status == 400
    assert json.loads(read.body)["title"] == "Bad Request"


@pytest.mark.parametrize("name", ["starlette:uvicorn-h11", "starlette:uvicorn-httptools"])
def test_pipelined_requests(servers: dict[str, Server], name: str) -> None:
    """The server starts the task of the second request in the context of the first."""
    address: Any = servers[name].address
    paths = ("/native/goes-on", "/native/leaves")
    sent = "".join(f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n" for path in paths)
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(sent.encode())
        time.sleep(1.5)
    found = json.loads(ask(servers[name], "/native/late").body)
    assert found
    assert set(found) == {None}


@pytest.mark.parametrize("name", ["sanic:sanic"])
def test_answers_that_break_off(servers: dict[str, Server], name: str) -> None:
    host, port = servers[name].address

    def alive() -> int:
        return int(json.loads(ask(servers[name], "/native/alive").body))

    before = alive()
    connection = HTTPConnection(str(host), int(port), timeout=20)
    try:
        for _ in range(20):
            connection.request("GET", "/native/breaks-off")
            try:
                connection.getresponse().read()
            except (HTTPException, ConnectionError):
                connection.close()
        assert alive() <= before + 3
    finally:
        connection.close()


@pytest.mark.parametrize("name", names("flask", "django", "sanic"))
def test_content_that_the_framework_changes(servers: dict[str, Server], name: str) -> None:
    append = [("X-Append", "1")]
    for path, expected in (("/text", "grüße!".encode()), ("/list", b"[1,2]!")):
        answer = ask(servers[name], path, headers=append)
        assert (answer.status, answer.body) == (200, expected)
        assert answer.error is None
        assert answer.get_header("content-length") in {None, str(len(expected))}


@pytest.mark.parametrize("name", names("django"))
def test_django_goes_on_where_it_was(servers: dict[str, Server], name: str) -> None:
    for size in (6, 15, 2_000_000):
        answer = ask(servers[name], "/native/partly", method="POST", body=b"x" * size)
        assert json.loads(answer.body) == {"sizes": [5, size, size - 5]}


@pytest.mark.parametrize("name", names("wsgi"))
def test_a_generator_that_finds_a_problem(servers: dict[str, Server], name: str) -> None:
    path = "/native/problem-generator"
    assert ask(servers[name], path, method="POST", body=b"{").status == 400
    assert ask(servers[name], path, method="POST", body=b"[1]").body == b"[1]"
