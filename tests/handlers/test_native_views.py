"""Native views: our Request by annotation, problems by one line, bodies that stay readable."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handlers.servers import BY_NAME, ask
from support import forms
from unireq_conformance.servers.process import Server

each_server = pytest.mark.parametrize("name", BY_NAME)
BARE = ("asgi", "wsgi")
OTHERS = [name for name in BY_NAME if not name.startswith(BARE)]
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def said(server: Server, path: str, **options: Any) -> Any:
    answer = ask(server, path, **options)
    assert answer.status == 200, (path, answer, server.log[-2000:])
    return json.loads(answer.body)


@pytest.mark.parametrize("name", OTHERS)
def test_beside_the_native_request(servers: dict[str, Server], name: str) -> None:
    server = servers[name]
    about = {"query": {}, "params": {}, "native": True}
    expected = {**about, "path": "/native/beside/5", "params": {"key": "5"}, "same": True}
    assert said(server, "/native/beside/5") == expected


NOT_FASTAPI = [name for name in OTHERS if not name.startswith("fastapi")]


@pytest.mark.parametrize("name", NOT_FASTAPI)
def test_partials_and_classes(servers: dict[str, Server], name: str) -> None:
    server = servers[name]
    about = {"query": {}, "params": {}, "native": True}
    found = said(server, "/native/partial")
    assert found == {**about, "path": "/native/partial", "prefix": "p"}
    found = said(server, "/native/class")
    assert found == {**about, "path": "/native/class"}
    found = said(server, "/native/class", method="POST", body=b"12345")
    assert found == {**about, "path": "/native/class", "size": 5}


@each_server
def test_problems(servers: dict[str, Server], name: str) -> None:
    answer = ask(servers[name], "/native/problem", method="POST", body=b"{")
    assert answer.status == 400
    assert answer.get_header("content-type") == "application/problem+json"
    members = json.loads(answer.body)
    assert (members["title"], members["status"]) == ("Bad Request", 400)
    assert said(servers[name], "/native/problem", method="POST", body=b'{"a": 1}') == {"a": 1}


@each_server
@pytest.mark.parametrize("kind", ["urlencoded", "multipart", "multipart in a file"])
def test_the_framework_reads_first(servers: dict[str, Server], name: str, kind: str) -> None:
    headers, body = [FORM], b"a=1"
    if kind != "urlencoded":
        fields = [forms.field("a", b"1")]
        if kind == "multipart in a file":
            # No letter of the boundary is in it: Sanic looks for the boundary alone.
            fields.append(forms.file("f", "f.txt", b"y" * 2_500_000))
        headers, body = [("Content-Type", forms.MULTIPART)], forms.body(*fields)
    if name.startswith("django"):
        # A browser that Django knows: its check reads the form to find the token.
        headers.append(("Cookie", f"csrftoken={'t' * 32}"))
        token = b"csrfmiddlewaretoken"
        if kind == "urlencoded":
            body += b"&" + token + b"=" + b"t" * 32
        else:
            body = forms.body(forms.field(token.decode(), b"t" * 32), *fields)
    found = said(servers[name], "/native/form-first", method="POST", headers=headers, body=body)
    assert found["fields"]["a"] == "1"
    assert found["size"] == len(body)
    assert found["after"] == len(body)


@pytest.mark.parametrize("name", [name for name in BY_NAME if name.startswith("django")])
def test_djangos_csrf_check_stays_in_force(servers: dict[str, Server], name: str) -> None:
    server = servers[name]
    assert ask(server, "/guarded", method="POST", body=b"").status == 403
    token = "t" * 32
    headers = [("Cookie", f"csrftoken={token}"), ("X-CSRFToken", token)]
    assert ask(server, "/guarded", method="POST", headers=headers, body=b"").status == 200
    assert ask(server, "/guarded").status == 200
