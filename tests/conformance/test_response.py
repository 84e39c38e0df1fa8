"""What handlers are told, what comes back over the wire, and how it is judged."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import reduce
from operator import getitem
from typing import Any

import pytest

from unireq_conformance.apps import NONCE_FIELD
from unireq_conformance.clauses.responding import as_told, asking, received_head, without_framing
from unireq_conformance.content import Content, Framing, octets
from unireq_conformance.response import INJECTED, AbstractResponse, told
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.fields import parse
from unireq_conformance.runs.requests import decode, encode
from unireq_conformance.seen import Seen
from unireq_conformance.servers.received import Added, received
from unireq_conformance.servers.reply import Reply

WRONG: list[tuple[tuple[str, ...], Any, str]] = [
    *(
        (("response", "instruction"), value, "JSON text in ASCII")
        for value in ("\n", "é", "\x7f", '{"text":"a"}\r\nX: 1')
    ),
    *((("response", "fields"), [value], "a list of 2") for value in (["a"], ["a", "b", "c"], [])),
    *((("content", "framing", name), [0], "1 or more") for name in ("chunks", "writes")),
]


@pytest.mark.parametrize(("where", "value", "said"), WRONG)
def test_what_can_not_be_told_is_refused(where: tuple[str, ...], value: Any, said: str) -> None:
    content = Content(b"data", None, Framing())
    document = encode(replace(asking(AbstractResponse.nothing()), content=content))
    *parts, last = where
    reduce(getitem, parts, document)[last] = value
    with pytest.raises(Unusable, match=said):
        decode(parse(json.dumps(document), "it"))


def test_long_content_is_a_digest() -> None:
    assert octets(b"x" * 4096) == {"octets": "x" * 4096}
    assert set(octets(b"x" * 4097)) == {"size", "sha256"}


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
    seen = Seen({"response": received(RIGHT, (Added("x-frame-options", "DENY"),))})
    assert [each.where for each in as_told(asking(TOLD), seen) if not each.met] == [
        "response.missing"
    ]


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


PAGE = (("content-type", "text/html"),)
LENGTH = (*RIGHT.headers, ("content-length", "2"))
NOTHING = AbstractResponse.nothing()
REFUSED = AbstractResponse.exception(told("raise", "Exception"))
PROBLEM = AbstractResponse.problem(422, "Unprocessable Content", parameter="a")


def problem(**more: str) -> Reply:
    members = {"type": "about:blank", "title": "Unprocessable Content", "status": 422, **more}
    return of_problem(json.dumps(members).encode())


def of_problem(content: bytes) -> Reply:
    return Reply(422, (("content-type", "application/problem+json"),), content)


JUDGED: list[tuple[Any, ...]] = [
    (TOLD, RIGHT),
    (TOLD, replace(RIGHT, status=200), "status"),
    (TOLD, replace(RIGHT, body=b"ho"), "content"),
    (TOLD, replace(RIGHT, behind=1), "behind"),
    (TOLD, replace(RIGHT, headers=RIGHT.headers[::-1]), "fields.x"),
    (TOLD, replace(RIGHT, headers=RIGHT.headers[:2]), "fields.content-type"),
    (TOLD, replace(RIGHT, headers=(*RIGHT.headers, ("y", ""))), "fields.y"),
    (TOLD, replace(RIGHT, headers=(*RIGHT.headers, ("date", "")))),
    (TOLD, replace(RIGHT, raw=b"Unireq-Injected: 1"), "injected"),
    # Of an exception nothing shows.
    (REFUSED, Reply(500, PAGE, b"sorry")),
    (REFUSED, Reply(200, PAGE, b"sorry"), "status"),
    (REFUSED, Reply(500, ((INJECTED, "1"),)), "injected"),
    # A problem needs a detail, which is not compared.
    (PROBLEM, problem(parameter="a", detail="whatever")),
    (PROBLEM, problem(parameter="a", detail=""), "content.detail"),
    (PROBLEM, problem(parameter="a"), "content.detail"),
    (PROBLEM, problem(parameter="b", detail="x"), "content"),
    (PROBLEM, problem(detail="x"), "content"),
    *((PROBLEM, of_problem(content), "content") for content in (b"", b"{", b"[]")),
]
# HEAD needs the length and no content, 204 no framing.
JUDGED_BY: list[tuple[Any, ...]] = [
    (received_head, TOLD, replace(RIGHT, headers=LENGTH, body=b"")),
    (received_head, TOLD, replace(RIGHT, headers=LENGTH), "content"),
    (received_head, TOLD, replace(RIGHT, body=b""), "framing.content-length"),
    (without_framing, NOTHING, Reply(204)),
    (without_framing, NOTHING, Reply(204, (("content-length", "0"),)), "framing"),
]


@pytest.mark.parametrize("given", [*((as_told, *each) for each in JUDGED), *JUDGED_BY])
def test_what_differs_is_named(given: tuple[Any, ...]) -> None:
    check, response, reply, *where = given
    method = "HEAD" if check is received_head else "GET"
    found = check(asking(response, method=method), Seen({"response": received(reply)}))
    assert [each.where for each in found if not each.met] == [f"response.{each}" for each in where]
