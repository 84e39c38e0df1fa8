"""The examples of the README and of the pages about requests and bodies work as they stand."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from pathlib import Path
from typing import Any

import pytest

import unireq
from unireq.adapter import Handler, NativeRequest

REPOSITORY = Path(__file__).resolve().parents[2]


def example(page: str, name: str) -> dict[str, Any]:
    """Run the example `name` of `page`; return what it defines."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    found = re.search(rf"<!-- example: {name} -->\n```python\n(.*?)```", text, re.DOTALL)
    assert found is not None, f"{page} has no example {name!r}"
    # Flask looks for the module that an app is made in.
    defined: dict[str, Any] = {"__name__": __name__, "unireq": unireq}
    exec(compile(found[1], f"{page} example {name}", "exec"), defined)  # noqa: S102
    return defined


SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/a",
    "headers": [(b"cookie", b"id=1"), (b"x-foo", b"bar")],
    "query_string": b"b=2",
    "client": None,
}
ENVIRON = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/a",
    "QUERY_STRING": "b=2",
    "HTTP_COOKIE": "id=1",
    "HTTP_X_FOO": "bar",
    "wsgi.version": (1, 0),
}


def test_library_author() -> None:
    summary = example("README.md", "library")["summary"]
    expected = {
        "path": "/a",
        "headers": {"cookie": "id=1", "x-foo": "bar"},
        "cookies": {"id": "1"},
        "query": {"b": "2"},
    }
    for native in (SCOPE, ENVIRON, unireq.from_wsgi(ENVIRON).replace()):
        found = summary(native)
        assert found == expected
        assert json.loads(json.dumps(found)) == expected


def test_handler() -> None:
    hello = example("README.md", "handler")["hello"]
    request = unireq.Request(url="/hello?name=Ada", username="ada")
    expected = {"greeting": "Hello Ada!", "you": "ada", "session": None}
    assert json.loads(Handler(hello).call(request).content) == expected


def test_rate_limits() -> None:
    key = example("docs/request.md", "rate_limit")["rate_limit_key"]
    request = unireq.Request(
        "POST", "/login", headers={"X-API-Key": "k"}, client=("192.0.2.1", 5), username=None
    )
    assert key(request) == "192.0.2.1 POST /login k"
    assert key(SCOPE) == "unknown GET /a "
    assert key({**ENVIRON, "REMOTE_USER": "ada"}) == "ada GET /a "


def test_state() -> None:
    page = example("docs/request.md", "state")
    for native in (dict(SCOPE), dict(ENVIRON)):
        assert page["elapsed"](native) is None
        page["begin"](native)
        assert 0 <= page["elapsed"](native) < 60


def test_webhook() -> None:
    is_genuine = example("docs/bodies.md", "webhook")["is_genuine"]
    signed = hmac.new(b"secret", b"{}", "sha256").hexdigest()
    for signature, genuine in ((signed, True), (signed[:-1], False), ("\xe9", False), ("", False)):
        request = unireq.Request("POST", body=b"{}", headers={"X-Signature": signature})
        assert asyncio.run(is_genuine(request, b"secret")) is genuine


def test_app_developer() -> None:
    app = example("docs/request.md", "app")["app"]
    client = app.test_client()
    answer = client.get("/items/5?a=1&a=2", headers={"X-Foo": "bar"}, base_url="http://h:81").json
    assert answer["headers"]["x-foo"] == "bar"
    assert answer["query"] == {"a": "2"}
    assert answer["url"] == "http://h:81/items/5?a=1&a=2"
    assert answer["number"] == 5


def test_adapter_author() -> None:
    bottle = pytest.importorskip("bottle")
    kind = example("README.md", "adapter")["BottleRequest"]
    assert issubclass(kind, NativeRequest)
    native = bottle.BaseRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/items/caf\xc3\xa9",
            "HTTP_X_FOO": "bar",
            "wsgi.version": (1, 0),
        }
    )
    request = kind(native)
    assert request.path == "/items/café"
    assert dict(request.headers) == {"x-foo": "bar"}
    assert kind._matches(bottle.LocalRequest)
    assert not kind._matches(dict)


def test_layer() -> None:
    from flask import Flask

    import unireq_flask

    app = unireq_flask.install(Flask("readme"), example("README.md", "layer")["no_sniff"])
    answer = app.test_client().get("/none")
    # Flask's test client doesn't, and the exception that Flask keeps for a 404 keeps the request.
    answer.close()
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (404, "nosniff")
