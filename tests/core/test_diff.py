from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from support.fake import fake
from support.made import requests
from unireq import Request, diff

BASE: dict[str, Any] = {"url": "http://h/a?b=1", "headers": {"x": "1", "cookie": "c=1"}}


# What is different, and the names of the fields that differ with it.
DIFFERENT: list[tuple[dict[str, Any], set[str]]] = [
    ({}, set()),
    ({"method": "POST"}, {"method"}),
    ({"host": "i"}, {"host", "headers", "url"}),
    ({"path": "/b"}, {"path", "raw_path", "url"}),
    ({"query_string": "b=1&b=1"}, {"query_string", "query_params", "url"}),
    ({"client": ("h", 1)}, {"client"}),
    ({"path_params": {"id": 1}}, {"path_params"}),
    ({"session_hash": "s"}, {"session_hash"}),
    ({"headers": {"x": "1", "cookie": "c=1;", "host": "h"}}, {"headers"}),
    ({"headers": {"x": "1", "cookie": "c=1; c=2", "host": "h"}}, {"headers", "cookies"}),
    ({"headers": {"cookie": "c=1", "x": "1", "host": "h"}}, set()),
    ({"username": "ann"}, set()),
]


@pytest.mark.parametrize(("changes", "fields"), DIFFERENT)
def test_fields_that_differ(changes: dict[str, Any], fields: set[str]) -> None:
    a = Request(**BASE)
    b = a.replace(**changes)
    assert set(diff(a, b)) == set(diff(b, a)) == fields
    assert diff(b, a) == {name: (right, left) for name, (left, right) in diff(a, b).items()}


def test_kinds_of_requests_are_compared() -> None:
    view = fake(path="/a", target=b"/a?b=1", query="b=1", headers=[(b"Host", b"h"), (b"X", b"1")])
    assert diff(view, Request(url="http://h/a?b=1", headers={"x": "1"})) == {}


@given(requests)
def test_a_request_is_identical_with_itself(request: Request) -> None:
    assert diff(request, request) == diff(request, request.replace()) == {}
    assert type(diff(request, request)) is dict
