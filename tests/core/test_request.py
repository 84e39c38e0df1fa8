from __future__ import annotations

import asyncio
import copy
import pickle
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from support.fake import FakeRequest, fake
from support.made import requests
from unireq import Request

NATIVE = {
    "path": "/a b",
    "target": b"/a%20b?c=1&c=2",
    "query": "c=1&c=2",
    "headers": [(b"Host", b"h"), (b"Cookie", b"a=1; a=2"), (b"X-Foo", b"b")],
    "client": None,
    "path_params": {"id": 5, "tags": ["x"]},
}


def handmade() -> Request:
    return Request(
        url="http://h/a%20b?c=1&c=2",
        headers={"Cookie": "a=1; a=2", "X-Foo": "b"},
        path_params={"id": 5, "tags": ["x"]},
        username="ann",
    )


def looking() -> Request:
    return FakeRequest(copy.deepcopy(NATIVE))


both_kinds = pytest.mark.parametrize("make", [handmade, looking])


COPIES: list[Callable[[Request], Request]] = [
    copy.copy,
    copy.deepcopy,
    Request.replace,
    *(
        lambda r, protocol=protocol: pickle.loads(pickle.dumps(r, protocol))  # type: ignore[misc]  # noqa: S301
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ),
]


@both_kinds
def test_get_header(make: Callable[[], Request]) -> None:
    for request in (make(), make()):
        assert request.get_header("X-FOO") == "b"
        assert request.get_header("X-Bar") is None
        assert request.get_header("X-Bar", 5) == 5
        assert request.headers["x-foo"] == "b"


CHOSEN = [
    {"target": b"/" + b"\xff" * 5000, "path": "/" + "\ufffd" * 5000},
    {"target": b"/" + b"%" * 5000, "path": "/" + "%" * 5000, "query": "%\xff%4" * 5000},
    {"headers": [(b"cookie", b'a="' + b'\\"' * 5000 + b'"')], "query": "%41" * 5000},
]


@pytest.mark.parametrize("native", CHOSEN)
def test_what_a_client_chooses_runs_no_python_code_for_each_byte(native: dict[str, Any]) -> None:
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    request = fake(**native)
    sys.setprofile(count)
    try:
        _ = (request.url, request.raw_path, request.query_params, request.cookies, repr(request))
    finally:
        sys.setprofile(None)
    assert calls < 500


def test_a_url_is_made_once_of_what_stays_the_same() -> None:
    request = fake(path="/a b", target=b"/a%20b", query="c")
    assert request.url is request.url
    for change, url in (
        ({"query": "d"}, "/a%20b?d"),
        ({"path": "/b", "target": None}, "/b?d"),
        ({"target": b"/%62"}, "/%62?d"),
        ({"headers": [(b"host", b"h")]}, "/%62?d"),  # headers are built once
        ({"method": "CONNECT", "path": "h:1", "target": b"h:1", "query": ""}, ""),
    ):
        request.native.update(change)
        assert request.url == url


@given(requests)
def test_every_request_is_copied(request: Request) -> None:
    for duplicate in COPIES:
        twin = duplicate(request)
        assert twin.to_dict() == request.to_dict()
        assert twin.username == request.username


def test_the_username_of_a_handmade_request() -> None:
    request = Request(username="ann")
    assert request.username == asyncio.run(request.ausername()) == "ann"
    named = {"Remote-User": "eve", "X-Remote-User": "eve", "Authorization": "Basic ZXZlOng="}
    assert Request(headers=named).username is None
