from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from support.fake import fake
from unireq import Request

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


def test_the_username_of_a_handmade_request() -> None:
    request = Request(username="ann")
    assert request.username == asyncio.run(request.ausername()) == "ann"
    named = {"Remote-User": "eve", "X-Remote-User": "eve", "Authorization": "Basic ZXZlOng="}
    assert Request(headers=named).username is None
