"""The README's examples work as they stand there."""

from __future__ import annotations

import asyncio
import hmac
import re
from pathlib import Path
from typing import Any

import pytest

import unireq
from unireq.adapter import NativeRequest

README = Path(__file__).resolve().parents[2] / "README.md"


def example(name: str) -> dict[str, Any]:
    """Run the README's example `name`; return what it defines."""
    text = README.read_text(encoding="utf-8")
    found = re.search(rf"<!-- example: {name} -->\n```python\n(.*?)```", text, re.DOTALL)
    assert found is not None, f"README.md has no example {name!r}"
    # Flask looks for the module that an app is made in.
    defined: dict[str, Any] = {"__name__": __name__}
    exec(compile(found[1], f"README.md example {name}", "exec"), defined)  # noqa: S102
    return defined


def test_library_author() -> None:
    key = example("library")["rate_limit_key"]
    request = unireq.Request(
        "POST", "/login", headers={"X-API-Key": "k"}, client=("192.0.2.1", 5), username=None
    )
    assert key(request) == "192.0.2.1 POST /login k"
    scope = {"type": "http", "method": "GET", "path": "/a", "headers": [], "client": None}
    assert key(scope) == "unknown GET /a "
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/a", "wsgi.version": (1, 0)}
    assert key({**environ, "REMOTE_USER": "ada"}) == "ada GET /a "


def test_webhook() -> None:
    is_genuine = example("webhook")["is_genuine"]
    signed = hmac.new(b"secret", b"{}", "sha256").hexdigest()
    for signature, genuine in ((signed, True), (signed[:-1], False), ("\xe9", False), ("", False)):
        request = unireq.Request("POST", body=b"{}", headers={"X-Signature": signature})
        assert asyncio.run(is_genuine(request, b"secret")) is genuine


def test_app_developer() -> None:
    app = example("app")["app"]
    client = app.test_client()
    answer = client.get("/items/5?a=1&a=2", headers={"X-Foo": "bar"}, base_url="http://h:81").json
    assert answer["headers"]["x-foo"] == "bar"
    assert answer["query"] == {"a": "2"}
    assert answer["url"] == "http://h:81/items/5?a=1&a=2"
    assert answer["number"] == 5


def test_adapter_author() -> None:
    bottle = pytest.importorskip("bottle")
    kind = example("adapter")["BottleRequest"]
    assert issubclass(kind, NativeRequest)
    native = bottle.BaseRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/items/caf\xc3\xa9",
            "route.url_args": {"name": "é"},
            "HTTP_X_FOO": "bar",
            "wsgi.version": (1, 0),
        }
    )
    request = kind(native)
    assert request.path_params == {"name": "é"}
    assert request.path == "/items/café"
    assert dict(request.headers) == {"x-foo": "bar"}
    assert kind._matches(bottle.LocalRequest)
    assert not kind._matches(dict)
