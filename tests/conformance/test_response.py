"""What handlers are told, what comes back over the wire, and how it is judged."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

import unireq
from unireq_conformance.apps import NONCE_FIELD
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.clauses.responding import as_told, asking, received_head, without_framing
from unireq_conformance.drawn import Effort, drawn
from unireq_conformance.inside.responding import make_handlers
from unireq_conformance.response import (
    INJECTED,
    RESPOND_FIELD,
    AbstractResponse,
    SetCookie,
    told,
)
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.fields import parse
from unireq_conformance.runs.requests import decode, encode
from unireq_conformance.seen import Seen
from unireq_conformance.servers.received import Added, received
from unireq_conformance.servers.reply import Reply
from unireq_conformance.servers.running import Running
from unireq_conformance.servers.wire import HOST, ForeignReply, send

OURS = [clause for clause in CLAUSES.values() if clause.area == "RSP"]


# What is told.


def test_a_response_is_told_in_a_field_of_the_request() -> None:
    head = asking(AbstractResponse.text("é\r\n")).render()
    assert head.startswith(b"GET /respond HTTP/1.1\r\n")
    assert head.endswith(b'\r\nUnireq-Respond: {"text":"\\u00e9\\r\\n"}\r\n\r\n')


@pytest.mark.parametrize("clause", OURS, ids=lambda clause: clause.id)
def test_no_server_has_a_reason_to_refuse_what_is_told(clause: Any) -> None:
    for request in (*clause.always, *drawn(clause.strategy, Effort(50))):
        lines = request.render().partition(b"\r\n\r\n")[0].split(b"\r\n")
        assert sum(map(len, lines)) < 7000
        assert all(line.isascii() for line in lines)


WRONG: list[tuple[str, Any, str]] = [
    *(
        ("instruction", value, "JSON text in ASCII")
        for value in ("\n", "é", "\x7f", '{"text":"a"}\r\nX: 1')
    ),
    *(("fields", [value], "a list of 2") for value in (["a"], ["a", "b", "c"], [])),
]


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_what_can_not_be_told_is_refused(name: str, value: Any, said: str) -> None:
    document = encode(asking(AbstractResponse.nothing()))
    document["response"][name] = value
    with pytest.raises(Unusable, match=said):
        decode(parse(json.dumps(document), "it"))


# What handlers do.


def answer_of(response: AbstractResponse) -> Any:
    request = unireq.Request(url="/respond", headers={RESPOND_FIELD: response.instruction})
    return make_handlers("mark")["/respond"](request)


def test_results_are_returned_as_they_are_and_what_nobody_knows_is_an_error() -> None:
    assert answer_of(AbstractResponse.text("é")) == "é"
    assert answer_of(AbstractResponse.octets(b"\xff")) == b"\xff"
    assert answer_of(AbstractResponse.value({"a": [1]})) == {"a": [1]}
    assert answer_of(AbstractResponse.nothing()) is None
    with pytest.raises(LookupError, match="expected what to do, got 'dance'"):
        answer_of(AbstractResponse(told("dance", None)))


def test_a_response_is_marked_and_is_what_was_told() -> None:
    cookie = SetCookie.of("a", ("1", "1"), expires=(0, "..."), path=None)
    response = answer_of(
        AbstractResponse.made(
            b"x", status=299, headers=[("A", "1")], cookies=[cookie], added=[("a", "2")]
        )
    )
    assert (response.status, response.content) == (299, b"x")
    assert response.fields[-1] == (NONCE_FIELD, "mark")
    assert response.fields[0] == ("a", "1")
    assert response.fields[-2] == ("a", "2")
    # In another zone than UTC, the same instant.
    assert "set-cookie" in dict(response.fields)
    assert "Expires=Thu, 01 Jan 1970 00:00:00 GMT" in dict(response.fields)["set-cookie"]


# What comes back.


def test_the_servers_own_is_left_out() -> None:
    names = ("Date", "SERVER", "Connection", "Keep-Alive", "Content-Length", "Transfer-Encoding")
    fields = [(name, "1") for name in names]
    found = received(Reply(200, (*fields, (NONCE_FIELD, "mark"), ("x-b", "1")), b"hi"))
    assert found["fields"] == {"x-b": ["1"]}
    assert found["framing"] == {"content-length": ["1"], "transfer-encoding": ["1"]}

    # Order is kept among those of one name.
    fields = [("X-A", "2"), ("x-b", "1"), ("x-A", "1"), ("X-a", "2")]
    assert received(Reply(200, tuple(fields)))["fields"] == {"x-a": ["2", "1", "2"], "x-b": ["1"]}


def test_what_is_declared_must_be_there_and_is_taken_away_once() -> None:
    added = (Added("x-a", "1"), Added("x-b", "2"), Added("x-c", "3", statuses=(204,)))
    found = received(Reply(200, (("x-a", "1"), ("X-A", "1"), ("x-b", "other"))), added)
    assert found["fields"] == {"x-a": ["1"], "x-b": ["other"]}
    assert found["missing"] == ["x-b"]
    assert received(Reply(204, ()), added)["missing"] == ["x-a", "x-b", "x-c"]


def test_what_is_injected_counts_in_the_head_alone() -> None:
    evil = INJECTED.encode()
    body = b"HTTP/1.1 500 X\r\nA: b\r\n\r\n" + evil
    assert not received(Reply(500, (), evil, body))["injected"]
    raw = b"HTTP/1.1 500 X\r\n" + evil.lower() + b": 1\r\n\r\n"
    assert received(Reply(500, (), b"", raw))["injected"]
    # Over HTTP/2 the head is in no raw bytes that could be read.
    assert received(Reply(500, ((INJECTED, "1"),)))["injected"]


# How it is judged.

TOLD = AbstractResponse.made("hi", status=201, headers=[("X", "1"), ("x", "2")])
RIGHT = Reply(
    201,
    (("x", "1"), ("x", "2"), ("content-type", "text/plain; charset=utf-8")),
    b"hi",
)


def missed(
    response: AbstractResponse, reply: Reply, check: Any = as_told, method: str = "GET", **more: Any
) -> list[str]:
    seen = Seen({"response": received(reply, **more)})
    expectations = check(asking(response, method=method), seen)
    return [each.where for each in expectations if not each.met]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({}, []),
        ({"status": 200}, ["response.status"]),
        ({"body": b"ho"}, ["response.content"]),
        ({"behind": 1}, ["response.behind"]),
        ({"headers": RIGHT.headers[::-1]}, ["response.fields.x"]),
        ({"headers": RIGHT.headers[:2]}, ["response.fields.content-type"]),
        ({"headers": (*RIGHT.headers, ("y", ""))}, ["response.fields.y"]),
        ({"headers": (*RIGHT.headers, ("date", ""))}, []),
        ({"raw": b"Unireq-Injected: 1"}, ["response.injected"]),
    ],
)
def test_what_differs_is_named(changes: dict[str, Any], where: list[str]) -> None:
    assert missed(TOLD, replace(RIGHT, **changes)) == where


HEAD: dict[str, Any] = {"check": received_head, "method": "HEAD"}
UNFRAMED = {"check": without_framing}
PAGE = (("content-type", "text/html"),)
REFUSED = AbstractResponse.exception(told("raise", "Exception"))
LENGTH = (*RIGHT.headers, ("content-length", "2"))
NOTHING = AbstractResponse.nothing()


@pytest.mark.parametrize(
    ("response", "reply", "more", "where"),
    [
        (TOLD, RIGHT, {"added": [Added("x-frame-options", "DENY")]}, ["response.missing"]),
        # Of an exception nothing shows.
        (REFUSED, Reply(500, PAGE, b"sorry"), {}, []),
        (REFUSED, Reply(200, PAGE, b"sorry"), {}, ["response.status"]),
        (REFUSED, Reply(500, ((INJECTED, "1"),)), {}, ["response.injected"]),
        # HEAD needs the length and no content, 204 no framing.
        (TOLD, replace(RIGHT, headers=LENGTH, body=b""), HEAD, []),
        (TOLD, replace(RIGHT, headers=LENGTH), HEAD, ["response.content"]),
        (TOLD, replace(RIGHT, body=b""), HEAD, ["response.framing.content-length"]),
        (NOTHING, Reply(204), UNFRAMED, []),
        (NOTHING, Reply(204, (("content-length", "0"),)), UNFRAMED, ["response.framing"]),
    ],
)
def test_what_other_responses_need(
    response: AbstractResponse, reply: Reply, more: dict[str, Any], where: list[str]
) -> None:
    assert missed(response, reply, **more) == where


def test_a_problem_needs_a_detail_that_is_not_compared() -> None:
    problem = AbstractResponse.problem(422, "Unprocessable Content", parameter="a")
    members = {"type": "about:blank", "title": "Unprocessable Content", "status": 422}

    def judged(**more: Any) -> list[str]:
        content = json.dumps({**members, **more}).encode()
        return missed(problem, Reply(422, (("content-type", "application/problem+json"),), content))

    assert judged(parameter="a", detail="whatever") == []
    assert judged(parameter="a", detail="") == ["response.content.detail"]
    assert judged(parameter="a") == ["response.content.detail"]
    assert judged(parameter="b", detail="x") == ["response.content"]
    assert judged(detail="x") == ["response.content"]
    kind = (("content-type", "application/problem+json"),)
    for content in (b"", b"{", b"[]"):
        assert missed(problem, Reply(422, kind, content)) == ["response.content"]


# Over sockets.


@contextmanager
def serving(*answers: Callable[[bytes], bytes]) -> Iterator[tuple[str, int]]:
    """One connection after the other is answered, and closed."""
    with socket.create_server((HOST, 0)) as listener:

        def run() -> None:
            for answer in answers:
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(answer(connection.recv(65536)))

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield listener.getsockname()[:2]
        thread.join(5)


def says(*lines: bytes, body: bytes = b"") -> Callable[[bytes], bytes]:
    return lambda _: b"\r\n".join([b"HTTP/1.1 200 OK", *lines, b"", body])


MARK = b"X-Unireq-Nonce: mark"
EMPTY = b"Content-Length: 0"
MADE = asking(AbstractResponse.made())


def test_what_comes_behind_a_response_is_counted() -> None:
    with serving(says(b"Content-Length: 2", body=b"hi there")) as address:
        assert send(address, b"GET / HTTP/1.1\r\n\r\n", to_end=True).behind == 6
    with serving(says(b"Content-Length: 2", body=b"hi")) as address:
        assert send(address, b"HEAD / HTTP/1.1\r\n\r\n", to_end=True).behind == 2


def test_the_connection_is_to_be_closed_after_a_response() -> None:
    requests: list[bytes] = []

    def answer(request: bytes) -> bytes:
        requests.append(request)
        return says(MARK, EMPTY)(request)

    with serving(answer) as address:
        seen = Running("a:b", address, "mark").see(MADE)
    assert isinstance(seen, Seen)
    assert seen.at("response.status") == 200
    assert seen.at("response.framing.content-length") == ["0"]
    assert seen.at("response.fields.absent") is None
    assert b"\r\nConnection: close\r\n" in requests[0]


def test_a_mark_of_another_server_is_noticed() -> None:
    with serving(says(MARK, EMPTY)) as address, pytest.raises(ForeignReply):
        Running("a:b", address, "another mark").see(MADE)


def test_without_a_mark_the_server_is_asked_who_it_is() -> None:
    report = says(b"Content-Length: 17", body=b'{"nonce": "mark"}')
    text = asking(AbstractResponse.text(""))
    with serving(says(EMPTY), report) as address:
        assert isinstance(Running("a:b", address, "mark").see(text), Seen)
    with serving(says(EMPTY), report) as address, pytest.raises(ForeignReply, match="nonce"):
        Running("a:b", address, "another").see(text)
    with serving(says(EMPTY), says(EMPTY)) as address:  # noqa: SIM117
        with pytest.raises(ForeignReply, match="expected a report"):
            Running("a:b", address, "mark").see(text)


def test_no_response_is_told_by_how_it_ended() -> None:
    with serving(lambda _: b"HTTP/1.1 200") as address:
        assert Running("a:b", address, "mark").see(MADE) == "closed"
