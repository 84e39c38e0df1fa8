"""Gradio: what its functions are given, in real calls over HTTP on the loopback interface."""

from __future__ import annotations

import json
import re
import secrets
import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest

import unireq
from support.children import running, wait_for
from support.quickstarts import Follower, read
from unireq_conformance.servers.child import Child
from unireq_conformance.servers.wire import HOST, free_port

START_TIME = 120.0  # seconds; Gradio imports a great deal
USERS = {"alice": "correct", "bob": "horse"}


class App:
    """A Gradio app that listens on `port`, and is mounted at `root`."""

    def __init__(self, port: int, root: str) -> None:
        self.port = port
        self.root = root
        self.child: Child

    def send(self, method: str, target: str, document: Any = None, **fields: str) -> httpx.Response:
        """One exchange with these header fields, among others; `_` stands for `-`."""
        headers = {name.replace("_", "-"): value for name, value in fields.items()}
        url = f"http://{HOST}:{self.port}{target}"
        return httpx.request(
            method, url, json=document, headers=headers, timeout=60, trust_env=False
        )

    def answers(self) -> bool:
        with suppress(httpx.TransportError):
            return self.send("GET", f"{self.root}/").status_code in {200, 401}
        return False

    def post(self, target: str, document: Any, **more: str) -> tuple[dict[str, str], Any]:
        """POST JSON: the fields that were sent, and the answer."""
        answer = self.send("POST", f"{self.root}/gradio_api/{target}", document, **more)
        assert answer.status_code == 200, (answer.text, self.child.log)
        return dict(answer.request.headers), answer.json()

    def run(
        self, name: str, document: Any, query: str = "", **more: str
    ) -> tuple[dict[str, str], Any]:
        """Call a function without the queue: the fields that were sent, and what it saw."""
        fields, answer = self.post(f"run/{name}{query}", document, **more)
        return fields, json.loads(answer["data"][0])

    def queued(self, name: str, document: Any, **more: str) -> list[Any]:
        """The same through the queue; what it saw is the data of each event."""
        _, answer = self.post(f"call/{name}", document, **more)
        target = f"{self.root}/gradio_api/call/{name}/{answer['event_id']}"
        events = self.send("GET", target, x_mark="waiting")
        return [json.loads(data) for data in re.findall(r"data: (.*)", events.text)]

    def ask(self, way: str, name: str, inputs: list[Any]) -> Any:
        """What the function saw last, called in one of `WAYS`, which a header field names."""
        if way == "run":
            return self.run(name, {"data": inputs}, x_mark=way)[1]
        if way == "queue":
            seen = self.queued(name, {"data": inputs}, x_mark=way)[-1]
            assert isinstance(seen, list), (seen, self.child.log)
            return json.loads(seen[0])
        job = self.by_client.submit(*inputs, api_name=f"/{name}")
        found = job.result(60)
        found = (job.outputs() or [found])[-1]
        return json.loads(found[0] if isinstance(found, tuple) else found)

    @cached_property
    def by_client(self) -> Any:
        return self.client(headers={"x-mark": "client"})

    def client(self, **more: Any) -> Any:
        with warnings.catch_warnings():
            # Old ones import what is deprecated by now.
            warnings.simplefilter("ignore")
            from gradio_client import Client
        return Client(f"http://{HOST}:{self.port}{self.root}/", verbose=False, **more)


@pytest.fixture(scope="module", params=["launched", "mounted"])
def app(request: pytest.FixtureRequest) -> Iterator[App]:
    """An app that runs as `support.gradio_app` says; to one that is guarded, users log in."""
    way, port = request.param, free_port()
    app = App(port, "/demo" if way == "mounted" else "")
    users = [word for pair in USERS.items() for word in pair] if way == "guarded" else []
    command = [sys.executable, "-m", "support.gradio_app", str(port), way, *users]
    with running(command, app.answers, within=START_TIME) as app.child:
        yield app


# What a function is given.

WAYS = ("run", "queue", "client")
AS_GIVEN = ["hi"]
# What each function is called with, and what it then has beside the request.
CASES: dict[str, tuple[list[Any], list[Any]]] = {
    **dict.fromkeys(("last", "optional", "by_name", "for_checkers", "both"), (AS_GIVEN, AS_GIVEN)),
    **dict.fromkeys(("both_by_name", "in_async", "method", "object"), (AS_GIVEN, AS_GIVEN)),
    **dict.fromkeys(("unqueued", "interface", "api", "body", "current"), (AS_GIVEN, AS_GIVEN)),
    "first": (["hi", "ho"], ["hi", "ho"]),
    "behind_default": (AS_GIVEN, ["hi", "more"]),
    "progress": (AS_GIVEN, ["hi", "Progress"]),
    "partial": (AS_GIVEN, ["p-hi"]),
}
GENERATORS = ("generator", "async_generator")
CHATS = ("chat", "chat_in_pieces")
CALLS = [
    *((way, name, *case) for way in WAYS for name, case in CASES.items()),
    # Without the queue, Gradio gives the first of several outputs.
    *((way, name, AS_GIVEN, AS_GIVEN) for way in WAYS[1:] for name in GENERATORS),
    *(("client", name, AS_GIVEN, AS_GIVEN) for name in CHATS),
]


@pytest.mark.parametrize(("way", "name", "inputs", "more"), CALLS)
def test_a_call(app: App, way: str, name: str, inputs: list[Any], more: list[Any]) -> None:
    seen = app.ask(way, name, inputs)
    assert (seen.get("kind"), seen["more"]) == ("GradioRequest", more)
    assert seen["facts"]["headers"]["x-mark"] == way
    assert seen["facts"]["client"][0] == HOST
    assert seen["facts"]["path"].startswith(f"{app.root}/gradio_api/")
    if way != "run":
        assert seen["facts"]["session_hash"]


def test_outputs_replace_each_other_as_gradio_has_it(app: App) -> None:
    assert app.queued("generator", {"data": ["hi"]})[0] == ["begun"]


def test_beside_the_data_of_an_event(app: App) -> None:
    config = app.send("GET", f"{app.root}/config").json()
    (button,) = [c["id"] for c in config["components"] if c["props"].get("elem_id") == "event"]
    document = {"data": [], "event_data": {"index": 3}, "trigger_id": button}
    seen = app.run("event", document)[1]
    assert (seen["kind"], seen["more"]) == ("GradioRequest", [{"index": 3}])


def test_several_at_once(app: App) -> None:
    def ask(number: int) -> tuple[str, Any]:
        client = app.client(headers={"x-mark": str(number)})
        return client.session_hash, json.loads(client.predict(str(number), api_name="/meeting"))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))
    for number, (page, seen) in enumerate(found):
        assert seen["more"] == [seen["facts"]["headers"]["x-mark"]] == [str(number)]
        assert seen["facts"]["session_hash"] == page
    assert len({page for page, _ in found}) == 4


def test_without_a_request(app: App) -> None:
    seen = [json.loads(each) for each in app.run("was_cached", {"data": [""]})[1]]
    assert seen == [{"kind": None, "more": ["example"]}]


def test_gradio_understands_the_signatures(app: App) -> None:
    told = app.send("GET", f"{app.root}/gradio_api/info").json()["named_endpoints"]
    wanted = {name: len(told[f"/{name}"]["parameters"]) for name in (*CASES, *CHATS)}
    assert wanted == {**dict.fromkeys(wanted, 1), "first": 2}


# Afterwards.


@pytest.mark.parametrize("way", ["run", "queue"])
def test_a_request_is_readable_afterwards(app: App, way: str) -> None:
    given = app.ask(way, "keep", ["hi"])
    assert app.ask("run", "kept", ["hi"]) == given


@pytest.mark.parametrize("name", ["keep", "fails"])
def test_a_call_through_the_queue_is_over_when_its_function_is(app: App, name: str) -> None:
    app.queued(name, {"data": ["hi"]})
    assert app.ask("queue", "left", ["hi"])["kind"] is None


@pytest.mark.parametrize("app", ["mounted"], indirect=True)
def test_beside_it_other_requests_are_current(app: App) -> None:
    for call in (app.run, app.queued):
        call("current", {"data": ["hi"]})
        seen = app.send("GET", "/plain", x_mark="plain").json()
        assert seen["kind"] == "StarletteRequest"
        assert seen["facts"]["headers"]["x-mark"] == "plain"


# The facts.


def test_the_facts_of_a_call(app: App) -> None:
    body = {"data": ["hi"], "session_hash": "page1"}
    sent, seen = app.run("native", body, "?a=1&a=2", x_a="b", cookie="a=1", user_agent="u, v")
    (more,) = seen["more"]
    assert seen["kind"] == "GradioRequest"
    assert seen["username"] is None
    facts = seen["facts"]
    assert facts["headers"] == sent
    assert (facts["method"], facts["query_string"]) == ("POST", "a=1&a=2")
    path = f"{app.root}/gradio_api/run/native"
    assert (facts["path"], facts["raw_path"]) == (path, path)
    assert facts["path_params"]["api_name"] == "native"
    assert facts["host"] == f"{HOST}:{app.port}"
    assert facts["client"][0] == HOST
    assert facts["session_hash"] == "page1"
    assert unireq.Request.from_dict(facts).to_dict() == facts
    # The request that it wraps says the same, but for what Gradio found in the body.
    assert more["inner"] == {**facts, "session_hash": None}


@pytest.mark.parametrize(
    ("given", "expected"),
    [("abc-DEF_0.9~", "abc-DEF_0.9~"), ("x" * 128, "x" * 128), ("x" * 129, None), ("a b", None)],
)
def test_a_session_hash_has_to_be_plausible(app: App, given: str, expected: str | None) -> None:
    seen = app.run("native", {"data": [""], "session_hash": given})[1]
    assert seen["more"][0]["session_hash"] == given
    assert seen["facts"]["session_hash"] == expected


def test_gradios_session_hash_goes_before_the_fields(app: App) -> None:
    for document, expected in (({"session_hash": "body"}, "body"), ({}, "header")):
        seen = app.run("last", {"data": [""], **document}, x_session_hash="header")[1]
        assert seen["facts"]["session_hash"] == expected


def test_what_is_no_request_of_a_call(app: App) -> None:
    (more,) = app.run("native", {"data": [""]})[1]["more"]
    for refusal in more["by hand"]:
        assert refusal.startswith(
            "UnknownNative: from_native: expected a gradio.Request that Gradio made"
        )
        assert "one that wraps no request" in refusal
    for refusal in more["others"]:
        assert refusal.startswith("UnknownNative: from_native: expected a web framework's request")


# Who has logged in.


guarded = pytest.mark.parametrize("app", ["guarded"], indirect=True)


@guarded
@pytest.mark.parametrize("name", USERS)
@pytest.mark.parametrize("function", ["last", "current"])
def test_who_has_logged_in(app: App, name: str, function: str) -> None:
    login = {"username": name, "password": USERS[name]}
    answer = httpx.post(f"http://{HOST}:{app.port}/login", data=login, trust_env=False)
    assert answer.status_code == 200
    cookie = "; ".join(f"{cookie}={value}" for cookie, value in answer.cookies.items())
    forged = {"remote_user": "mallory", "authorization": "Basic bWFsbG9yeTp4"}
    sent, seen = app.run(function, {"data": [""]}, cookie=cookie, **forged)
    assert seen["username"] == name
    assert seen["facts"]["headers"] == sent
    assert "username" not in seen["facts"]
    client = app.client(auth=(name, USERS[name]))
    assert json.loads(client.predict("", api_name=f"/{function}"))["username"] == name


@guarded
def test_nobody_gets_past_the_login(app: App) -> None:
    answer = app.send("POST", "/gradio_api/run/last", {}, remote_user="alice")
    assert answer.status_code == 401


# The handlers that docs/examples mounts in every framework (tests/docs has the others).
example = pytest.mark.parametrize("app", ["example"], indirect=True)


@example
def test_predict(app: App) -> None:
    client = app.client(headers={"x-mark": "m", "user-agent": "client/1"})
    answer = client.predict("grüße", api_name="/predict")
    assert (answer["text"], answer["ip"]) == ("grüße", HOST)
    assert answer["user_agent"] == answer["headers"]["user-agent"] == "client/1"
    assert answer["headers"]["x-mark"] == "m"


@example
def test_echo(app: App) -> None:
    mark = secrets.token_hex(8)
    document = {"data": ["grüße"], "session_hash": "page-1"}
    fields, answer = app.post("run/echo?a=1&b=%C3%BC", document, x_mark=mark)
    assert answer["data"] == ["grüße"]
    for line in (
        f"headers: {fields}",
        f"IP address: {HOST}",
        "query parameters: {'a': '1', 'b': 'ü'}",
        "session hash: page-1",
    ):
        wait_for(lambda line=line: line in app.child.log, 10, app.child)


def test_the_quickstart_followed(tmp_path: Path) -> None:
    """All but its setup, which is what made the environment of this run."""
    page = read()["Gradio"]
    activate = f'export PATH="{Path(sys.executable).parent}:$PATH"'
    for command, said, printed in Follower(page, tmp_path).follow_after(activate):
        assert printed == said, command
