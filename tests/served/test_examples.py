"""docs/examples: two handlers, mounted in every framework, each app on a server, over sockets."""

from __future__ import annotations

import json
import re
import runpy
import secrets
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Final
from urllib.parse import urlencode

import pytest

import unireq
from support.children import wait_for
from support.pages import DOCS
from support.served import FORM, HOST, JSON, Served, own_fields, serving

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


@pytest.mark.parametrize("app", SERVED)
@pytest.mark.parametrize("way", ["query", "form", "json"])
def test_both_handlers(apps: dict[str, Served], app: str, way: str) -> None:
    sent, mark = {"text": f"grüße {secrets.token_hex(8)}"}, secrets.token_hex(8)
    ways: dict[str, tuple[str, list[tuple[str, str]], bytes | None]] = {
        "query": ("?" + urlencode(sent), [], None),
        "form": ("", [FORM], urlencode(sent).encode()),
        "json": ("", [JSON], json.dumps(sent).encode()),
    }
    query, more, body = ways[way]
    reply = apps[app].ask("/echo" + query, HASH, ("X-Mark", mark), *more, body=body)
    assert (reply.status, reply.body.decode()) == (200, sent["text"])
    django = app.startswith("django")
    own = own_fields(reply, django=django)
    assert own == [("content-type", "text/plain; charset=utf-8")]
    report = [
        rf"headers: .*'user-agent': 'socket/1'.*'x-mark': '{mark}'.*",
        f"IP address: {re.escape(HOST)}",
        f"query parameters: {re.escape(str(sent if way == 'query' else {}))}",
        "session hash: page-1",
    ]
    wait_for(lambda: re.search(r"\r?\n".join(report), apps[app].child.log))

    reply = apps[app].ask("/predict" + query, HASH, *more, body=body)
    assert reply.status == 200
    assert own_fields(reply, django=django) == [("content-type", "application/json")]
    answer = json.loads(reply.body)
    assert (answer["text"], answer["ip"]) == (sent["text"], HOST)
    assert answer["user_agent"] == answer["headers"]["user-agent"] == "socket/1"
    expected = {"host": "localhost", "user-agent": "socket/1", "x-session-hash": "page-1"}
    assert expected.items() <= answer["headers"].items()
    # And the whole answer is that of the others.
    other = apps["wsgi_app:app"].ask("/predict" + query, HASH, *more, body=body)
    assert (reply.status, reply.body) == (other.status, other.body)
    missing = apps[app].ask("/predict")
    assert (missing.status, json.loads(missing.body)["parameter"]) == (422, "text")


def test_called_directly(capsys: pytest.CaptureFixture[str]) -> None:
    """As a function is tested: without a request, and with one made by hand."""
    handlers = SimpleNamespace(**runpy.run_path(str(EXAMPLES / "handlers.py")))
    for request in ({}, {"request": None}):
        assert handlers.echo("a", **request) == "a"
        assert handlers.predict("a", **request) == {"text": "a"}
    assert capsys.readouterr().out == ""
    asked = unireq.Request(
        url="http://example.org/?a=1",
        headers={"User-Agent": "hand/1", "X-Session-Hash": "page-2"},
        client=("192.0.2.1", 5),
    )
    headers = {"host": "example.org", "user-agent": "hand/1", "x-session-hash": "page-2"}
    assert handlers.echo("a", asked) == "a"
    assert capsys.readouterr().out.splitlines() == [
        f"headers: {headers}",
        "IP address: 192.0.2.1",
        "query parameters: {'a': '1'}",
        "session hash: page-2",
    ]
    expected = {"text": "a", "ip": "192.0.2.1", "user_agent": "hand/1", "headers": headers}
    assert json.loads(json.dumps(handlers.predict("a", asked))) == expected
    # One that knows nothing.
    assert handlers.echo("a", unireq.Request()) == "a"
    assert "IP address: None" in capsys.readouterr().out
    assert json.dumps(handlers.predict("a", unireq.Request()))


def test_every_example_is_run() -> None:
    modules = {path.stem for path in EXAMPLES.glob("*_app.py")}
    # Gradio is heavy, and no view of its is a handler: tests/gradio calls it by its own client.
    assert modules == {name.partition(":")[0] for name in SERVED} | {"gradio_app"}
