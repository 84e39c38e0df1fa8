"""Requests made by hand, and changed copies of them."""

from __future__ import annotations

from typing import Any

import pytest

from unireq import Address, Request, diff

# The URL given, and the path, raw path, query and URL of the request.
URLS: list[tuple[str, tuple[str, bytes | None, str, str]]] = [
    ("/", ("/", b"/", "", "/")),
    ("/a?b=c", ("/a", b"/a", "b=c", "/a?b=c")),
    (
        "/café/a b?é= ",
        ("/café/a b", b"/caf%C3%A9/a%20b", "%C3%A9=%20", "/caf%C3%A9/a%20b?%C3%A9=%20"),
    ),
    ("/caf%c3%a9", ("/café", b"/caf%c3%a9", "", "/caf%c3%a9")),
    ("/%zz", ("/%zz", b"/%zz", "", "/%zz")),
    ("//a", ("/a", None, "", "/a")),
    ("http://h", ("/", b"/", "", "http://h/")),
    ("HTTPS://Ex.org:80/a?b", ("/a", b"/a", "b", "https://Ex.org:80/a?b")),
    ("ws://[::1]//a", ("/a", None, "", "ws://[::1]/a")),
    ("*", ("*", b"*", "", "")),
]

WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"method": 5}, TypeError, "^method: expected a str, got int"),
    *(({"method": m}, ValueError, "^method: expected an upper-case token") for m in ("GE T", "")),
    ({"url": None}, TypeError, "^url: expected a str, got NoneType"),
    ({"url": ""}, ValueError, "^url: expected '/path\\?query', an absolute URL or '\\*', got ''"),
    ({"url": "a"}, ValueError, "^url: "),
    ({"url": "/a#b"}, ValueError, "^url: expected no fragment"),
    ({"url": "/\ud800"}, ValueError, "^url: expected text that UTF-8 can encode"),
    ({"url": "http:///a"}, ValueError, "^url: expected a host with an optional port .*got ''"),
    ({"url": "http://u:p@h/"}, ValueError, r"^url: .*got '\*\*\*@h'"),
    ({"url": "ftp://h/"}, ValueError, "^scheme: expected one of http, https, ws, wss, got 'ftp'"),
    ({"headers": None}, TypeError, "^headers: expected a mapping .* got NoneType"),
    ({"headers": {"a_b": "c"}}, ValueError, "^headers: expected a field name .*'a_b'"),
    ({"headers": {"a": 1}}, TypeError, r"^headers\['a'\]: expected a str, got int"),
    ({"path_params": [1]}, TypeError, "^path_params: expected a dict, got list"),
    ({"path_params": {1: 2}}, TypeError, "^path_params: expected names that are str, got int"),
    ({"client": "h"}, TypeError, r"^client: expected an Address, a \(host, port\) pair or None"),
    ({"client": ("h", "80")}, TypeError, "^client.port: expected an int or None, got str"),
    ({"client": Address("", None)}, ValueError, "^client.host: "),
    ({"username": b"ann"}, TypeError, "^username: expected a str or None, got bytes"),
    ({"session_hash": "a b"}, ValueError, "^session_hash: "),
    ({"http_version": "HTTP/2"}, ValueError, "^http_version: "),
    *(
        ({"body": body}, TypeError, "^body: expected bytes or")
        for body in ("text", bytearray(b"a"))
    ),
]

BASE = Request(
    "POST",
    "https://h:1/a%20b?c=d&session_hash=s1",
    headers={"X-Foo": "a"},
    path_params={"id": 1},
    client=("::1", 80),
    username="ann",
    http_version="2",
    root_path="/a",
)

# What is replaced, and every fact that changes with it.
QUERY = "?c=d&session_hash=s1"
REPLACED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"method": "put"}, {"method": "PUT"}),
    ({"client": None}, {"client": None}),
    ({"session_hash": "s2"}, {"session_hash": "s2"}),
    ({"path": "//é"}, {"path": "/é", "raw_path": None, "url": "https://h:1/%C3%A9" + QUERY}),
    (
        {"url": "/z"},
        {"path": "/z", "raw_path": b"/z", "url": "https://h:1/z"}
        | {"query_string": "", "query_params": [], "session_hash": None},
    ),
    (
        {"host": "i"},
        {"host": "i", "headers": {"host": "i", "x-foo": "a"}, "url": "https://i/a%20b" + QUERY},
    ),
    (
        {"headers": {"Host": "i", "Cookie": "k=v"}},
        {"host": "i", "headers": {"host": "i", "cookie": "k=v"}, "cookies": {"k": ["v"]}}
        | {"url": "https://i/a%20b" + QUERY},
    ),
    (
        {"headers": {"X-Session-Hash": "s3"}, "host": "h:1"},
        {"headers": {"host": "h:1", "x-session-hash": "s3"}, "session_hash": "s3"},
    ),
]


@pytest.mark.parametrize(("url", "expected"), URLS)
def test_urls(url: str, expected: tuple[object, ...]) -> None:
    request = Request(url=url)
    assert (request.path, request.raw_path, request.query_string, request.url) == expected


def test_a_host_comes_from_the_url_or_the_field() -> None:
    assert Request(url="http://h:1/").headers == {"host": "h:1"}
    assert Request(headers={"Host": "h:1"}).host == "h:1"
    both = Request(url="http://h/", headers={"Host": "i"})
    assert (both.host, both.headers["host"]) == ("h", "i")
    for wrong in ("a,b", "u@h", "a b"):
        assert Request(headers={"Host": wrong}).host is None


@pytest.mark.parametrize(("arguments", "error", "message"), WRONG)
def test_wrong_arguments(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Request(**arguments)
    with pytest.raises(error, match=message):
        BASE.replace(**arguments)


@pytest.mark.parametrize(("changes", "expected"), REPLACED)
def test_replace(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    before = BASE.to_dict()
    changed = BASE.replace(**changes)
    assert {name: new for name, (_, new) in diff(BASE, changed).items()} == expected
    assert changed.username == "ann"
    assert BASE.to_dict() == before
    assert Request.from_dict(changed.to_dict()).to_dict() == changed.to_dict()
