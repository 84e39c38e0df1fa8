"""What handlers are told, what comes back over the wire, and how it is judged."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from unireq_conformance.apps import NONCE_FIELD
from unireq_conformance.clauses.responding import as_told, asking, received_head, without_framing
from unireq_conformance.content import Content, Framing, octets
from unireq_conformance.model import AbstractRequest
from unireq_conformance.response import INJECTED, AbstractResponse, told
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.fields import parse
from unireq_conformance.runs.requests import decode, encode
from unireq_conformance.seen import Seen
from unireq_conformance.servers.received import Added, received
from unireq_conformance.servers.reply import Reply

WRONG: list[tuple[str, Any, str]] = [
    *(
        ("instruction", value, "JSON text in ASCII")
        for value in ("\n", "é", "\x7f", '{"text":"a"}\r\nX: 1')
    ),
    *(("fields", [value], "a list of 2") for value in (["a"], ["a", "b", "c"], [])),
]


@pytest.mark.parametrize("name", ["chunks", "writes"])
def test_a_piece_of_nothing_is_refused(name: str) -> None:
    found = encode(AbstractRequest(content=Content(b"data", None, Framing())))
    found["content"]["framing"][name] = [0]
    with pytest.raises(Unusable, match="1 or more"):
        decode(parse(json.dumps(found), "it"))


def test_long_content_is_a_digest() -> None:
    assert octets(b"x" * 4096) == {"octets": "x" * 4096}
    assert set(octets(b"x" * 4097)) == {"size", "sha256"}


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_what_can_not_be_told_is_refused(name: str, value: Any, said: str) -> None:
    document = encode(asking(AbstractResponse.nothing()))
    document["response"][name] = value
    with pytest.raises(Unusable, match=said):
        decode(parse(json.dumps(document), "it"))


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
RIGHT = Reply(201, (("x", "1"), ("x", "2"), ("content-type", "text/plain; charset=utf-8")), b"hi")


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
