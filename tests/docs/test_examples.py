"""The examples of the README and of pages work as they stand; what starts servers is in served."""

from __future__ import annotations

import asyncio
import hmac
import json
import pickle
import re
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, find, settings

import unireq
from support.pages import blocks, read, run
from unireq.adapter import Handler, NativeRequest
from unireq_conformance import AbstractRequest, strategies
from unireq_conformance.model import Cookie


def example(page: str, name: str, **given: Any) -> dict[str, Any]:
    # Flask looks for the module that an app is made in.
    return run(page, blocks(page, "example")[name], __name__=__name__, unireq=unireq, **given)


@pytest.mark.parametrize("page", ["fields.md", "responses.md", "routes.md"])
def test_values_beside_a_line(page: str) -> None:
    text = read(page)
    names: dict[str, Any] = {"__name__": "app"}
    told: list[tuple[str, Any, Any]] = []
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        names = run(page, block, **names)
        for line, value in re.findall(r"^(\S.*?) +# -> (.+)$", block, re.MULTILINE):
            told.append((line, eval(line, names), eval(value)))  # noqa: S307
    assert len(told) == text.count(" # -> ")
    assert [(line, found) for line, found, _ in told] == [(line, said) for line, _, said in told]


# Requests.

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
    summary = example("../README.md", "library")["summary"]
    expected = {
        "path": "/a",
        "headers": {"cookie": "id=1", "x-foo": "bar"},
        "cookies": {"id": "1"},
        "query": {"b": "2"},
    }
    for native in (SCOPE, ENVIRON, unireq.from_wsgi(ENVIRON).replace()):
        found = summary(native)
        assert found == json.loads(json.dumps(found)) == expected


def test_handler() -> None:
    hello = example("../README.md", "handler")["hello"]
    request = unireq.Request(url="/hello?name=Ada", username="ada")
    expected = {"greeting": "Hello Ada!", "you": "ada", "session": None}
    assert json.loads(Handler(hello).call(request).content) == expected


def test_rate_limits() -> None:
    key = example("request.md", "rate_limit")["rate_limit_key"]
    request = unireq.Request(
        "POST", "/login", headers={"X-API-Key": "k"}, client=("192.0.2.1", 5), username=None
    )
    assert key(request) == "192.0.2.1 POST /login k"
    assert key(SCOPE) == "unknown GET /a "
    assert key({**ENVIRON, "REMOTE_USER": "ada"}) == "ada GET /a "


def test_state() -> None:
    page = example("request.md", "state")
    for native in (dict(SCOPE), dict(ENVIRON)):
        assert page["elapsed"](native) is None
        page["begin"](native)
        assert 0 <= page["elapsed"](native) < 60


def test_webhook() -> None:
    is_genuine = example("bodies.md", "webhook")["is_genuine"]
    signed = hmac.new(b"secret", b"{}", "sha256").hexdigest()
    for signature, genuine in ((signed, True), (signed[:-1], False), ("\xe9", False), ("", False)):
        request = unireq.Request("POST", body=b"{}", headers={"X-Signature": signature})
        assert asyncio.run(is_genuine(request, b"secret")) is genuine


def test_app_developer() -> None:
    client = example("request.md", "app")["app"].test_client()
    answer = client.get("/items/5?a=1&a=2", headers={"X-Foo": "bar"}, base_url="http://h:81").json
    assert answer["headers"]["x-foo"] == "bar"
    assert (answer["query"], answer["number"]) == ({"a": "2"}, 5)
    assert answer["url"] == "http://h:81/items/5?a=1&a=2"


def test_adapter_author() -> None:
    bottle = pytest.importorskip("bottle")
    kind = example("../README.md", "adapter")["BottleRequest"]
    assert issubclass(kind, NativeRequest)
    environ = {**ENVIRON, "PATH_INFO": "/items/caf\xc3\xa9"}
    request = kind(bottle.BaseRequest(environ))
    assert (request.path, request.headers["x-foo"]) == ("/items/café", "bar")
    assert kind._matches(bottle.LocalRequest)
    assert not kind._matches(dict)


def test_layer() -> None:
    from flask import Flask

    import unireq_flask

    app = unireq_flask.install(Flask("readme"), example("../README.md", "layer")["no_sniff"])
    answer = app.test_client().get("/none")
    # Flask's test client doesn't, and the exception that Flask keeps for a 404 keeps the request.
    answer.close()
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (404, "nosniff")


# Queues; tests/examples has Celery itself.


def test_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    order = unireq.Request(
        "POST",
        "/order",
        headers={"authorization": "secret", "content-type": "application/json"},
        body=b'{"item": "tea", "number": 2}',
        username="ada",
    )
    queued: list[str] = []

    class Celery:
        def __init__(self, name: str, broker: str) -> None: ...

        def task(self, function: Any) -> Any:
            function.delay = lambda *arguments: queued.append(json.dumps(arguments))
            return function

    files = blocks("queues.md", "file")
    assert files.keys() == {"tasks.py", "views.py"}
    for name in ("celery", "tasks"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    vars(sys.modules["celery"])["Celery"] = Celery
    vars(sys.modules["tasks"]).update(run("queues.md", files["tasks.py"]))
    views, receive = run("queues.md", files["views.py"]), sys.modules["tasks"].receive
    assert views["order"](order).status == asyncio.run(views["order_async"](order)).status == 202
    said = [receive(*json.loads(arguments)) for arguments in queued]
    assert said == ["ada orders 2 of tea: /order"] * 2

    class Pool:
        def submit(self, function: Any, *arguments: Any) -> Any:
            given = pickle.loads(pickle.dumps(arguments))  # noqa: S301
            return SimpleNamespace(result=lambda: function(*given))

    pool = example("queues.md", "pool")
    assert pool["digest_elsewhere"](order, Pool()) == pool["digest"](order)
    copy = example("queues.md", "secrets")["without_secrets"](order)
    assert dict(copy.headers) == {"content-type": "application/json"}
    assert (copy.read(), copy.username) == (order.read(), "ada")


# Strategies, in tests of other people.

STRATEGIES = blocks("strategies.md", "example")


def defined_tests(text: str) -> dict[str, Any]:
    defined = run("strategies.md", text, __name__="an_example")
    return {name: value for name, value in defined.items() if name.startswith("test_")}


@pytest.mark.parametrize("name", STRATEGIES)
def test_strategies(name: str) -> None:
    found = defined_tests(STRATEGIES[name])
    assert found
    for test in found.values():
        quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        quick(test)()


def test_the_request_example_takes_an_empty_cookie_field_at_the_end() -> None:
    test: Any = defined_tests(STRATEGIES["request"])["test_my_server"]
    cookies = ((Cookie("a", "1", b"a=1"),), (Cookie(None, None, b""),))
    test.hypothesis.inner_test(AbstractRequest(cookies=cookies))


def test_what_is_said_of_blank_values() -> None:
    wrong = STRATEGIES["query"].replace(", keep_blank_values=True", "")
    with pytest.raises(AssertionError):
        settings(deadline=None, database=None)(defined_tests(wrong)["test_my_query_parser"])()
    smallest = find(strategies.queries(), lambda query: query and query[0].name)
    assert AbstractRequest(query=smallest).sent_query == b"a"


# That none is left out.

RUN: dict[str, tuple[str, int]] = {
    # By page: the kinds of its marks, and how many of its blocks of Python have none of these.
    "../README.md": ("example", 0),
    "bodies.md": ("example", 4),
    "queues.md": ("example|file", 0),
    "request.md": ("example", 0),
    "strategies.md": ("example", 0),
    "webhooks.md": ("example|handler", 2),
}


@pytest.mark.parametrize("page", RUN)
def test_every_block_is_run(page: str) -> None:
    kinds, others = RUN[page]
    assert read(page).count("```python") == len(blocks(page, f"(?:{kinds})")) + others
