"""docs/examples: two handlers, mounted in every framework, each app on a server, over sockets."""

from __future__ import annotations

import json
import re
import runpy
import secrets
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlencode

import pytest

import unireq
from support.pages import DOCS
from support.served import FORM, HOST, JSON, NOT_OURS, Served, serving
from unireq_conformance.servers.reply import Reply

EXAMPLES: Final = DOCS / "examples"

# The app, and what its framework is run on; waitress is there on every platform.
SERVED: Final = {
    "starlette_app:app": "starlette:uvicorn-h11",
    "fastapi_app:app": "starlette:uvicorn-httptools",
    "django_app:application": "django-wsgi:waitress",
    "django_app:asgi_application": "django-asgi:uvicorn-h11",
    "flask_app:app": "flask:waitress",
    "sanic_app:app": "sanic:sanic",
    "asgi_app:app": "asgi:hypercorn",
    "wsgi_app:app": "wsgi:waitress",
}

HASH: Final = ("X-Session-Hash", "page-1")

# What the middleware of the Django project adds.
BY_DJANGO: Final = {
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@pytest.fixture(scope="module")
def apps() -> Iterator[dict[str, Served]]:
    """All of the apps, started side by side."""
    with serving(EXAMPLES, SERVED, "/echo?text=ready") as running:
        for each in running.values():
            # That it prints what was sent shows that it is the process that was started.
            nonce = secrets.token_hex(16)
            assert each.ask(f"/echo?text={nonce}").body == nonce.encode()
            assert each.says(nonce), "another process has taken the port"
        yield running


each_app = pytest.mark.parametrize("app", SERVED)


def fields(reply: Reply, app: str) -> dict[str, str]:
    """The header fields that the handler gave."""
    found = {name: value for name, value in reply.headers if name not in NOT_OURS}
    if app.startswith("django"):
        for name, value in BY_DJANGO.items():
            assert found.pop(name) == value
    return found


def sent_by(way: str, text: str) -> tuple[str, list[tuple[str, str]], bytes | None]:
    """What follows the path, the fields and the body that send `text` in one of three ways."""
    if way == "query":
        return "?" + urlencode({"text": text}), [], None
    if way == "form":
        return "", [FORM], urlencode({"text": text}).encode()
    return "", [JSON], json.dumps({"text": text}).encode()


each_way = pytest.mark.parametrize("way", ["query", "form", "json"])


@each_app
@each_way
def test_both_handlers(apps: dict[str, Served], app: str, way: str) -> None:
    text = f"grüße {secrets.token_hex(8)}"
    query, more, body = sent_by(way, text)
    mark = secrets.token_hex(8)
    reply = apps[app].ask("/echo" + query, HASH, ("X-Mark", mark), *more, body=body)
    assert (reply.status, reply.body.decode()) == (200, text)
    assert fields(reply, app) == {"content-type": "text/plain; charset=utf-8"}
    report = printed(apps[app], mark)
    assert report["headers"]["user-agent"] == "socket/1"
    assert report["IP address"] == HOST
    assert report["query parameters"] == ({"text": text} if way == "query" else {})
    assert report["session hash"] == "page-1"

    reply = apps[app].ask("/predict" + query, HASH, *more, body=body)
    assert reply.status == 200
    assert fields(reply, app) == {"content-type": "application/json"}
    answer = json.loads(reply.body)
    assert (answer["text"], answer["ip"]) == (text, HOST)
    assert answer["user_agent"] == answer["headers"]["user-agent"] == "socket/1"
    expected = {"host": "localhost", "user-agent": "socket/1", "x-session-hash": "page-1"}
    assert expected.items() <= answer["headers"].items()
    # And the whole answer is that of the others.
    other = apps["wsgi_app:app"].ask("/predict" + query, HASH, *more, body=body)
    assert (reply.status, reply.body) == (other.status, other.body)
    missing = apps[app].ask("/predict")
    assert (missing.status, json.loads(missing.body)["parameter"]) == (422, "text")


def printed(running: Served, mark: str) -> dict[str, Any]:
    """The report in which a header field has the value `mark`."""
    assert running.says(f"'x-mark': '{mark}'"), running.child.log
    assert running.says("session hash:")
    names = ("headers", "IP address", "query parameters", "session hash")
    lines = r"\r?\n".join(rf"{name}: (.*)" for name in names)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        for found in re.findall(lines + r"\r?\n", running.child.log):
            if mark in found[0]:
                read = [eval(value, {}) if value[0] == "{" else value for value in found]  # noqa: S307 (our own)
                return dict(zip(names, read, strict=True))
        time.sleep(0.01)
    raise AssertionError(running.child.log)


# Called directly, as a function is tested.


@pytest.fixture
def handlers() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(EXAMPLES / "handlers.py")))


def test_without_a_request_or_with_one_that_knows_nothing(
    handlers: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    for request in ({}, {"request": None}):
        assert handlers.echo("a", **request) == "a"
        assert handlers.predict("a", **request) == {"text": "a"}
    assert capsys.readouterr().out == ""
    assert handlers.echo("a", unireq.Request()) == "a"
    assert "IP address: None" in capsys.readouterr().out
    assert json.dumps(handlers.predict("a", unireq.Request()))


def test_with_a_request_made_by_hand(
    handlers: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    request = unireq.Request(
        url="http://example.org/?a=1",
        headers={"User-Agent": "hand/1", "X-Session-Hash": "page-2"},
        client=("192.0.2.1", 5),
    )
    assert handlers.echo("a", request) == "a"
    assert capsys.readouterr().out.splitlines() == [
        "headers: {'host': 'example.org', 'user-agent': 'hand/1', 'x-session-hash': 'page-2'}",
        "IP address: 192.0.2.1",
        "query parameters: {'a': '1'}",
        "session hash: page-2",
    ]
    answer = handlers.predict("a", request)
    assert answer["headers"] is request.headers
    assert json.loads(json.dumps(answer)) == {
        "text": "a",
        "ip": "192.0.2.1",
        "user_agent": "hand/1",
        "headers": {"host": "example.org", "user-agent": "hand/1", "x-session-hash": "page-2"},
    }


def test_every_example_is_run() -> None:
    modules = {path.stem for path in EXAMPLES.glob("*_app.py")}
    # Gradio is heavy, and no view of its is a handler: tests/gradio calls it by its own client.
    assert modules == {name.partition(":")[0] for name in SERVED} | {"gradio_app"}
