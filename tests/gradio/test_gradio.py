"""Gradio: its request, in real calls over HTTP on the loopback interface."""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

import unireq
from unireq_conformance.servers.child import Child
from unireq_conformance.servers.wire import HOST, free_port

START_TIME = 120.0  # seconds; Gradio imports a great deal


class App:
    """A running Gradio app."""

    def __init__(self, *users: str) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "support.gradio_app", str(self.port), *users]
        self.child = Child(command, {})

    def wait(self) -> None:
        deadline = time.monotonic() + START_TIME
        while time.monotonic() < deadline:
            assert self.child.running, self.child.log
            try:
                if self.send("GET", "/", {"host": HOST})[0] in {200, 401}:
                    return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"Gradio did not answer within {START_TIME:g} s:\n{self.child.log}")

    def stop(self) -> None:
        self.child.begin_to_stop()
        self.child.finish_stopping()

    def send(
        self, method: str, target: str, fields: dict[str, str], body: bytes = b""
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """One exchange, with exactly these header fields."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in fields.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def fields(self, body: bytes, kind: str, **more: str) -> dict[str, str]:
        return {
            "host": f"{HOST}:{self.port}",
            "content-type": kind,
            "content-length": str(len(body)),
            **{name.replace("_", "-"): value for name, value in more.items()},
        }

    def post(self, target: str, document: Any, **more: str) -> tuple[dict[str, str], Any]:
        """POST JSON: the fields that were sent, and the answer."""
        body = json.dumps(document).encode()
        fields = self.fields(body, "application/json", **more)
        status, _, answer = self.send("POST", target, fields, body)
        assert status == 200, (status, answer, self.child.log)
        return fields, json.loads(answer)

    def call(self, document: Any, query: str = "", **more: str) -> tuple[dict[str, str], Any]:
        """Call the function: the fields that were sent, and what it saw."""
        fields, answer = self.post(f"/gradio_api/run/echo{query}", document, **more)
        return fields, json.loads(answer["data"][0])


def _running(*users: str) -> Iterator[App]:
    app = App(*users)
    try:
        app.wait()
        yield app
    finally:
        app.stop()


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    yield from _running()


USERS = {"alice": "correct", "bob": "horse"}


@pytest.fixture(scope="module")
def guarded() -> Iterator[App]:
    yield from _running(*(word for pair in USERS.items() for word in pair))


def test_the_facts_of_a_call(app: App) -> None:
    body = {"data": ["hi"], "session_hash": "page1"}
    sent, seen = app.call(body, "?a=1&a=2", x_a="b", cookie="a=1", user_agent="u, v")
    assert seen["text"] == "hi"
    assert seen["kind"] == "GradioRequest"
    assert seen["native"]
    assert seen["headers are a dict"]
    assert seen["headers"] == sent
    assert seen["username"] is None
    facts = seen["facts"]
    assert facts["headers"] == sent
    assert (facts["method"], facts["query_string"]) == ("POST", "a=1&a=2")
    assert (facts["path"], facts["raw_path"]) == ("/gradio_api/run/echo", "/gradio_api/run/echo")
    assert facts["path_params"]["api_name"] == "echo"
    assert facts["host"] == f"{HOST}:{app.port}"
    assert facts["client"][0] == HOST
    assert facts["session_hash"] == "page1"
    assert unireq.Request.from_dict(facts).to_dict() == facts
    # The request that it wraps says the same, but for what Gradio found in the body.
    assert seen["inner"] == {**facts, "session_hash": None}


def test_a_call_through_the_queue(app: App) -> None:
    body = {"data": ["hi"], "session_hash": "page2"}
    sent, answer = app.post("/gradio_api/call/echo", body, x_a="queued")
    target = f"/gradio_api/call/echo/{answer['event_id']}"
    status, _, events = app.send("GET", target, {"host": HOST, "x-a": "waiting"})
    assert status == 200
    data = [line[6:] for line in events.decode().splitlines() if line.startswith("data: ")]
    seen = json.loads(json.loads(data[-1])[0])
    assert seen["facts"]["headers"] == sent
    assert seen["facts"]["path"] == "/gradio_api/call/echo"
    assert seen["facts"]["session_hash"] == seen["session_hash"] is not None


@pytest.mark.parametrize(
    ("given", "expected"),
    [("abc-DEF_0.9~", "abc-DEF_0.9~"), ("x" * 128, "x" * 128), ("x" * 129, None), ("a b", None)],
)
def test_a_session_hash_has_to_be_plausible(app: App, given: str, expected: str | None) -> None:
    _, seen = app.call({"data": [""], "session_hash": given})
    assert seen["session_hash"] == given
    assert seen["facts"]["session_hash"] == expected


def test_gradios_session_hash_goes_before_the_fields(app: App) -> None:
    _, seen = app.call({"data": [""], "session_hash": "body"}, x_session_hash="header")
    assert seen["facts"]["session_hash"] == "body"
    _, seen = app.call({"data": [""]}, x_session_hash="header")
    assert seen["facts"]["session_hash"] == "header"


@pytest.mark.parametrize("name", USERS)
def test_who_has_logged_in(guarded: App, name: str) -> None:
    form = urlencode({"username": name, "password": USERS[name]}).encode()
    fields = guarded.fields(form, "application/x-www-form-urlencoded")
    status, headers, _ = guarded.send("POST", "/login", fields, form)
    assert status == 200
    cookies = [line.partition(";")[0] for line in headers.get_all("set-cookie") or ()]
    forged = {"remote_user": "mallory", "authorization": "Basic bWFsbG9yeTp4"}
    sent, seen = guarded.call({"data": [""]}, cookie="; ".join(cookies), **forged)
    assert seen["username"] == name
    assert seen["facts"]["headers"] == sent
    assert "username" not in seen["facts"]


def test_nobody_gets_past_the_login(guarded: App) -> None:
    fields = guarded.fields(b"{}", "application/json", remote_user="alice")
    assert guarded.send("POST", "/gradio_api/run/echo", fields, b"{}")[0] == 401


def test_a_request_made_by_hand_wraps_none(app: App) -> None:
    for refusal in app.call({"data": [""]})[1]["by hand"]:
        assert refusal.startswith("UnknownNative: from_native: expected a gradio.Request that came")
        assert "one that wraps no request" in refusal


def test_another_object_of_gradio_is_no_request(app: App) -> None:
    for refusal in app.call({"data": [""]})[1]["others"]:
        assert refusal.startswith("UnknownNative: from_native: expected a web framework's request")
