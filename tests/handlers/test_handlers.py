"""One file of handlers, mounted unchanged in every framework, answers the same over sockets."""

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
JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
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


TEXT = {"content-type": ["text/plain; charset=utf-8"]}

RETURNED: dict[str, tuple[int, dict[str, list[str]], bytes]] = {
    "/text": (200, TEXT, "grüße".encode()),
    "/octets": (200, {"content-type": ["application/octet-stream"]}, b"\x00\xff"),
    "/dict?q=1": (
        200,
        {"content-type": ["application/json"]},
        b'{"a":[1,null,"\\u00fc"],"query":{"q":"1"}}',
    ),
    "/list": (200, {"content-type": ["application/json"]}, b"[1,2]"),
    "/nothing": (204, {}, b""),
    "/response": (
        201,
        {
            "content-type": ["application/json"],
            "x-one": ["1", "2", "3"],
            "x-two": [""],
            "set-cookie": [
                "a=1; Max-Age=60; Path=/a; Secure; HttpOnly; SameSite=Lax",
                "a=2; Path=/b; SameSite=Strict",
                'b="x\\073 y=\\042\\303\\274\\042"; Path=/; SameSite=Lax',
            ],
        },
        b'{"method":"GET"}',
    ),
    "/html": (200, {"content-type": ["text/html; charset=utf-8"]}, "<p>ü</p>".encode()),
    "/redirect": (303, {"location": ["/gr%C3%BC%C3%9Fe?a=b%20c"]}, b""),
    "/not-modified": (304, {"etag": ['"1"'], "content-type": ["text/css"]}, b""),
    "/resets": (205, {}, b""),
    "/teapot": (418, {**TEXT, "x-long": ["v" * 2000]}, b"short"),
}


@each_server
@pytest.mark.parametrize("path", RETURNED)
def test_what_is_returned(servers: dict[str, Server], name: str, path: str) -> None:
    assert ask(servers[name], path).said == RETURNED[path]


@each_server
@pytest.mark.parametrize("path", ["/text", "/nothing", "/not-modified", "/response"])
def test_head(servers: dict[str, Server], name: str, path: str) -> None:
    got = ask(servers[name], path)
    headers = {name for name, _ in got.reply.headers}
    assert ("content-length" in headers) == (got.status not in {204, 304})
    address = servers[name].address
    assert isinstance(address, tuple)
    with socket.create_connection(address, timeout=20) as connection:
        head = f"HEAD {path} HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    lines, end, content = received.partition(b"\r\n\r\n")
    assert (end, content) == (b"\r\n\r\n", b"")
    fields = [line.split(b":", 1) for line in lines.split(b"\r\n")[1:]]
    found = sorted((n.decode().lower(), v.decode().strip()) for n, v in fields)
    assert int(lines.split()[1]) == got.status
    ignored = {"date", "connection", "keep-alive", "transfer-encoding"}
    if name == "django-wsgi:runserver" and "content-length" not in dict(found):
        # Before Django 5 it leaves the length out, as RFC 9110 8.6 allows.
        ignored.add("content-length")
    expected = sorted((n, v) for n, v in got.reply.headers if n not in ignored)
    if path == "/response":
        # The handler says which method it was.
        expected = [(n, "17" if n == "content-length" else v) for n, v in expected]
    assert [field for field in found if field[0] not in ignored] == expected


@each_server
@pytest.mark.parametrize("where", ["value", "name", "cookie", "path", "redirect"])
def test_what_would_inject_is_refused(servers: dict[str, Server], name: str, where: str) -> None:
    answer = ask(servers[name], "/injects", query={"where": where})
    assert answer.status == 500
    assert b"X-Evil" not in answer.reply.raw.partition(b"\r\n\r\n")[0]
    assert ask(servers[name], "/injects", query={"where": "no"}).said == (200, TEXT, b"x")


@each_server
@pytest.mark.parametrize("path", ["/wrong", "/fails"])
def test_what_is_the_handlers_own_fault(servers: dict[str, Server], name: str, path: str) -> None:
    assert ask(servers[name], path).status == 500


@each_server
def test_where_a_parameter_is_found(servers: dict[str, Server], name: str) -> None:
    server = servers[name]
    by_query = {"text": "a b", "number": 7, "flag": None, "path": "/takes"}
    assert said(ask(server, "/takes", query={"text": "a b"})) == by_query
    fields = "text=ü%C3%BC&number=-3&flag=on".encode()
    form = ask(server, "/takes", method="POST", headers=[FORM], body=fields)
    assert said(form) == {"text": "üü", "number": -3, "flag": True, "path": "/takes"}
    posted = json.dumps({"text": "t", "number": 4, "flag": False}).encode()
    found = ask(server, "/takes", method="POST", headers=[JSON], body=posted)
    assert said(found) == {"text": "t", "number": 4, "flag": False, "path": "/takes"}
    # The query goes before the body.
    found = ask(server, "/takes", method="POST", query={"number": 9}, headers=[JSON], body=posted)
    assert said(found)["number"] == 9
    # A body of another type holds no parameters.
    other = [("Content-Type", "text/plain")]
    found = ask(server, "/takes", method="POST", headers=other, body=posted)
    assert problem(found)["parameter"] == "text"


@each_server
def test_several_of_a_name(servers: dict[str, Server], name: str) -> None:
    server = servers[name]
    expected = {"text": "x", "tag": ["1", "2"], "method": "GET"}
    found = ask(server, "/takes-async", query={"text": "x", "tag": [1, 2]})
    assert said(found) == expected
    found = ask(server, "/takes-async", method="POST", headers=[FORM], body=b"tag=1&text=x&tag=2")
    assert said(found) == {**expected, "method": "POST"}
    posted = b'{"text": "x", "tag": ["1", "2"]}'
    suffixed = [("Content-Type", "application/x+json; charset=utf-8")]
    found = ask(server, "/takes-async", method="POST", headers=suffixed, body=posted)
    assert said(found) == {**expected, "method": "POST"}
    assert said(ask(server, "/takes-async", query={"text": "x"}))["tag"] == []


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
def test_parameters_of_the_path(servers: dict[str, Server], name: str) -> None:
    found = said(ask(servers[name], f"/path/12/{UUID}/a/b%20c"))
    assert found == {"item": 12, "key": UUID, "rest": "a/b c", "same": True}


@each_server
@pytest.mark.parametrize(
    ("path", "called"),
    [("/callable", {"called": "object"}), ("/method", {"method": "object"})],
)
def test_objects_and_methods(
    servers: dict[str, Server], name: str, path: str, called: dict[str, str]
) -> None:
    found = said(ask(servers[name], path, query={"text": "t"}))
    assert found == {**called, "text": "t", "path": path}


@each_server
def test_decorated_and_partial(servers: dict[str, Server], name: str) -> None:
    found = said(ask(servers[name], "/decorated", query={"text": "t"}))
    assert found == {"logged": {"text": "t", "method": "GET"}}
    assert ask(servers[name], "/partial", query={"text": "t"}).content == b"p-tGET"


BAD: dict[str, tuple[str, list[tuple[str, str]], bytes | None, int, str]] = {
    "missing": ("/takes", [], None, 422, "text"),
    "no integer": ("/takes?text=t&number=1.5", [], None, 422, "number"),
    "other digits": ("/takes?text=t&number=%D9%A1", [], None, 422, "number"),
    "no flag": ("/takes?text=t&flag=maybe", [], None, 422, "flag"),
    "a number for text": ("/takes", [JSON], b'{"text": 1}', 422, "text"),
    "text for a number": ("/takes", [JSON], b'{"text": "t", "number": "x"}', 422, "number"),
    "true for a number": ("/takes", [JSON], b'{"text": "t", "number": true}', 422, "number"),
    "null for text": ("/takes", [JSON], b'{"text": null}', 422, "text"),
    "no object": ("/takes", [JSON], b"[1]", 422, "text"),
    "no list": ("/object", [JSON], b'{"data": {}, "numbers": 1}', 422, "numbers"),
    "no list of numbers": ("/object", [JSON], b'{"data": {}, "numbers": [1, "2"]}', 422, "numbers"),
    "no JSON": ("/takes", [JSON], b"{", 400, ""),
    "no JSON, async": ("/takes-async", [JSON], b" ", 400, ""),
    "no body": ("/takes-async", [JSON], b"", 422, "text"),
    "no form": ("/upload", [("Content-Type", "multipart/form-data")], b"x", 400, ""),
    "two types": ("/takes", [("Content-Type", "application/json, text/plain")], b"{}", 400, ""),
    "read as JSON": ("/reads-json", [], b"x", 400, ""),
    "too large for the handler": ("/reads-little", [], b"123456", 413, ""),
    "too large where it is mounted": ("/reads-limited", [], b"123456", 413, ""),
}


# daphne reads multipart forms itself, and refuses what it can't read before anybody is called.
REFUSED = {("django-asgi:daphne", "no form")}


@each_server
@pytest.mark.parametrize("case", BAD)
def test_what_the_client_did_wrong(servers: dict[str, Server], name: str, case: str) -> None:
    path, headers, body, status, parameter = BAD[case]
    method = "GET" if body is None else "POST"
    answer = ask(
        servers[name], path, method=method, headers=headers, body=body, middleware=case != "no form"
    )
    assert answer.status == status
    if (name, case) in REFUSED:
        assert answer.content == b""
        return
    members = problem(answer)
    assert members["type"] == "about:blank"
    assert members.get("parameter", "") == parameter
    titles = {400: "Bad Request", 413: "Content Too Large", 422: "Unprocessable Content"}
    assert members["title"] == titles[status]
    # And the same in every word.
    reference = servers["asgi:uvicorn-h11"]
    assert answer.content == ask(reference, path, method=method, headers=headers, body=body).content


@each_server
def test_bodies(servers: dict[str, Server], name: str) -> None:
    server = servers[name]
    for path in ("/reads", "/reads-async"):
        for size in (0, 1, 100_000, 3_000_000):
            found = said(ask(server, path, method="POST", body=b"x" * size))
            assert found["size"] == size
    assert said(ask(server, "/reads-little", method="POST", body=b"12345"))["size"] == 5
    assert said(ask(server, "/reads-json", method="POST", body=b'{"a": 1}')) == [{"a": 1}]


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


@each_server
def test_an_object_of_json(servers: dict[str, Server], name: str) -> None:
    posted = b'{"data": {"a": {"b": null}}, "numbers": [1, 2]}'
    found = ask(servers[name], "/object", method="POST", headers=[JSON], body=posted)
    assert said(found) == {"data": {"a": {"b": None}}, "numbers": [1, 2]}
