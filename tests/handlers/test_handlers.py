"""One file of handlers, mounted unchanged in every framework, answers the same over sockets.

What is returned, taken and refused is for the clauses RSP: here is what they do not reach.
"""

from __future__ import annotations

import hashlib
import json
import socket
import time
from typing import Any

import pytest

from handlers.servers import BY_NAME, WORKERS, Answer, ask
from support import forms
from unireq_conformance.servers.process import Server

each_server = pytest.mark.parametrize("name", BY_NAME)
UUID = "12345678-1234-4234-9234-123456789abc"
UPLOAD = forms.body(
    forms.field(name="text", content=b"with a file"), forms.file("upload", "f.bin", b"y" * 5000)
)
LARGE = forms.body(forms.file("upload", "f.bin", b"z" * (3 * 2**20)))
SMALL_DIGEST = hashlib.sha256(b"y" * 5000).hexdigest()
LARGE_DIGEST = hashlib.sha256(b"z" * (3 * 2**20)).hexdigest()


def said(answer: Answer) -> Any:
    assert answer.fields["content-type"] == ["application/json"]
    return json.loads(answer.content)


def problem(answer: Answer) -> dict[str, Any]:
    assert answer.fields["content-type"] == ["application/problem+json"]
    members: dict[str, Any] = json.loads(answer.content)
    assert members["status"] == answer.status
    return members


# Every kind of callable, and the parameters that routers find.
CALLED: dict[str, Any] = {
    "/callable?text=t": {"called": "object", "text": "t", "path": "/callable"},
    "/method?text=t": {"method": "object", "text": "t", "path": "/method"},
    "/decorated?text=t": {"logged": {"text": "t", "method": "GET"}},
    "/partial?text=t": ["p-", "t", "GET"],
    "/takes-async?text=x&tag=1&tag=2": {"text": "x", "tag": ["1", "2"], "method": "GET"},
    f"/path/12/{UUID}/a/b%20c": {"item": 12, "key": UUID, "rest": "a/b c", "same": True},
}


@each_server
def test_what_is_called(servers: dict[str, Server], name: str) -> None:
    for path, expected in CALLED.items():
        assert said(ask(servers[name], path)) == expected, path


@each_server
def test_what_is_returned(servers: dict[str, Server], name: str) -> None:
    """FastAPI, which is no target of the kit, sends it unchanged too."""
    answer = ask(servers[name], "/response")
    assert (answer.status, answer.content) == (418, b"short")
    assert answer.fields["set-cookie"] == ["a=1; Path=/; SameSite=Lax", "b=2; Path=/; SameSite=Lax"]
    assert answer.fields["content-type"] == ["text/plain; charset=utf-8"]
    assert ask(servers[name], "/list").content == b"[1,2]"
    assert ask(servers[name], "/fails").status == 500
    refused = ask(servers[name], "/takes-async")
    assert (problem(refused)["status"], problem(refused)["parameter"]) == (422, "text")


@each_server
def test_uploads(servers: dict[str, Server], name: str) -> None:
    server = servers[name]
    headers = [("Content-Type", forms.MULTIPART)]
    found = ask(server, "/upload", method="POST", headers=headers, body=UPLOAD)
    small = {"name": "f.bin", "size": 5000, "sha256": SMALL_DIGEST, "text": "with a file"}
    assert said(found) == small
    found = ask(server, "/upload", method="POST", headers=headers, body=LARGE)
    large = {"name": "f.bin", "size": 3 * 2**20, "sha256": LARGE_DIGEST, "text": ""}
    assert said(found) == large
    missing = forms.body(forms.field(name="upload", content=b"no file"))
    found = ask(server, "/upload", method="POST", headers=headers, body=missing)
    assert problem(found)["parameter"] == "upload"


@each_server
def test_bodies(servers: dict[str, Server], name: str) -> None:
    server = servers[name]
    for path in ("/reads", "/reads-async"):
        for size in (0, 1, 100_000, 3_000_000):
            found = said(ask(server, path, method="POST", body=b"x" * size))
            assert found["size"] == size
    assert said(ask(server, "/reads-little", method="POST", body=b"12345"))["size"] == 5


@each_server
def test_the_limit_of_where_it_is_mounted(servers: dict[str, Server], name: str) -> None:
    answer = ask(servers[name], "/reads-limited", method="POST", body=b"123456")
    assert problem(answer)["title"] == "Content Too Large"


# What fetches the whole body before a handler is called.
FETCH = {"waitress", "django-asgi", "sanic"}


@each_server
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


@each_server
def test_a_body_over_the_limit(servers: dict[str, Server], name: str) -> None:
    large = b"x" * (33 * 2**20)
    assert problem(ask(servers[name], "/reads", method="POST", body=large))["status"] == 413
