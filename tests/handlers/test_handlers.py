"""One file of handlers, mounted unchanged in every framework, answers the same over sockets.

What is returned, taken and refused is for the clauses RSP: here is what they do not reach.
"""

from __future__ import annotations

import json
import socket
import time

import pytest

from handlers.servers import BY_NAME, WORKERS, ask
from unireq_conformance.servers.process import Server


def test_fastapi_which_is_no_target_of_the_kit(servers: dict[str, Server]) -> None:
    server = servers["fastapi:uvicorn-httptools"]
    answer = ask(server, "/response")
    assert (answer.status, answer.body) == (418, b"short")
    cookies = [value for name, value in answer.headers if name.lower() == "set-cookie"]
    assert cookies == ["a=1; Path=/; SameSite=Lax", "b=2; Path=/; SameSite=Lax"]
    assert answer.get_header("content-type") == "text/plain; charset=utf-8"
    assert ask(server, "/list").body == b"[1,2]"
    assert ask(server, "/fails").status == 500
    refused = ask(server, "/takes-async")
    problem = json.loads(refused.body)
    assert refused.get_header("content-type") == "application/problem+json"
    assert (refused.status, problem["status"], problem["parameter"]) == (422, 422, "text")


# What fetches the whole body before a handler is called.
FETCH = {"waitress", "django-asgi", "sanic"}


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("path", ["/reads-little", "/reads-limited", "/reads-not"])
def test_a_handler_does_not_wait_for_what_it_refuses(
    servers: dict[str, Server], name: str, path: str
) -> None:
    if FETCH & {*name.split(":")} and (name, path) != ("sanic:sanic", "/reads-limited"):
        pytest.skip(f"{name} fetches the whole body before anybody is called")
    address = servers[name].address
    assert isinstance(address, tuple)
    for announced in (b"Content-Length: 30000000", b"Content-Length: 11"):
        with socket.create_connection(address, timeout=20) as connection:
            connection.sendall(b"POST %s HTTP/1.1\r\nHost: h\r\n" % path.encode() + announced)
            connection.sendall(b"\r\n\r\n1234567890")
            status = 200 if path == "/reads-not" else 413
            assert connection.recv(12) == b"HTTP/1.1 %d" % status


SLOWLY = ("asgi:uvicorn-h11", "starlette:uvicorn-h11", *(each.name for each in WORKERS))


@pytest.mark.parametrize("name", SLOWLY)
@pytest.mark.parametrize("path", ["/reads", "/reads-async", "/takes-async"])
def test_a_body_that_comes_later(servers: dict[str, Server], name: str, path: str) -> None:
    if name == "django-wsgi:gevent" and "async" in path:
        pytest.skip("Django below gevent runs no async views")
    address = servers[name].address
    assert isinstance(address, tuple)
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(b"POST %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" % path.encode())
        connection.sendall(b"Content-Type: application/x-www-form-urlencoded\r\n")
        connection.sendall(b"Content-Length: 12\r\n\r\n")
        for part in (b"text", b"=abc", b"&tag"):
            # The handler waits for it by now.
            time.sleep(0.2)
            connection.sendall(part)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.startswith(b"HTTP/1.1 200")
    found = json.loads(received.partition(b"\r\n\r\n")[2])
    assert found.get("text") == "abc" if path == "/takes-async" else found["size"] == 12
