"""Facts: by hand, in changed copies, as JSON; what is refused, and where two requests differ."""

from __future__ import annotations

import copy
import json
import math
import pickle
from datetime import date, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.fake import fake
from unireq import Address, Request, diff

LEFT_OUT = object()

GOOD = Request(
    "POST",
    "https://example.org:8080/caf%C3%A9?a=%20",
    headers={"X-Foo": "a"},
    path_params={"id": 5, "uuid": UUID(int=0), "far": math.inf, "day": date(2024, 2, 29)},
    client=("127.0.0.1", 50000),
    session_hash="abc",
    root_path="/caf",
    body=b"\0\xff",
).to_dict()

# What is changed in a good dict, and the error: its type and what it says.
NORMAL = "^headers: expected fields in normal form"
WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"unireq": LEFT_OUT}, ValueError, "without the key 'unireq'"),
    ({"unireq": 2}, ValueError, "expected format 1, got 2; .* another version of unireq"),
    ({"unireq": True}, ValueError, "expected format 1, got True"),
    ({"path": LEFT_OUT, "z": 1, "a": 1}, ValueError, "got missing keys: path; unknown keys: a, z"),
    ({"body": LEFT_OUT}, ValueError, "got missing keys: body; unknown keys: none"),
    ({5: 1}, ValueError, "missing keys: none; unknown keys: 5"),
    ({"method": 5}, TypeError, "^method: expected a str, got int"),
    ({"method": "get"}, ValueError, "^method: expected an upper-case token .*got 'get'"),
    ({"method": "GET\n"}, ValueError, "^method: "),
    ({"scheme": None}, TypeError, "^scheme: expected a str, got NoneType"),
    ({"http_version": 1.1}, TypeError, "^http_version: expected a str, got float"),
    ({"http_version": "HTTP/1.1"}, ValueError, "^http_version: expected '1.0', '1.1', '2' or '3'"),
    ({"host": 5}, TypeError, "^host: expected a str or None, got int"),
    ({"host": ""}, ValueError, "^host: expected a host with an optional port"),
    ({"path": None}, TypeError, "^path: expected a str, got NoneType"),
    ({"path": "//café", "raw_path": None}, ValueError, "^path: .*leading slash, got '//café'"),
    ({"path": "/\ud800", "raw_path": None}, ValueError, "^path: .*UTF-8"),
    ({"root_path": []}, TypeError, "^root_path: expected a str, got list"),
    ({"raw_path": 5}, TypeError, "^raw_path: expected a str or None, got int"),
    ({"raw_path": "/€"}, ValueError, "^raw_path: expected ISO-8859-1"),
    ({"raw_path": "/other"}, ValueError, "^raw_path: expected bytes that decode to .*'/café'"),
    ({"query_string": b"a"}, TypeError, "^query_string: expected a str, got bytes"),
    ({"query_string": "a=€"}, ValueError, "^query_string: expected ISO-8859-1 text"),
    ({"headers": [["a", "b"]]}, TypeError, "^headers: expected a dict, got list"),
    ({"headers": {"a": 1}}, TypeError, r"^headers\['a'\]: expected a str, got int"),
    *(({"headers": {n: "chunked"}}, ValueError, NORMAL) for n in ("A", "transfer-encoding")),
    *(({"headers": {"content-type": value}}, ValueError, NORMAL) for value in ("", "1\n")),
    ({"headers": {"a_b": "1"}}, ValueError, "^headers: expected a field name"),
    ({"client": "127.0.0.1"}, TypeError, r"^client: expected \[host, port\] or null"),
    ({"client": ["h", 1, 2]}, TypeError, "^client: "),
    ({"client": [None, 1]}, TypeError, "^client.host: expected a str, got NoneType"),
    ({"client": ["", 1]}, ValueError, "^client.host: expected a host"),
    ({"client": ["h", 0]}, ValueError, "^client.port: expected a port from 1 to 65535, .*got 0"),
    ({"client": ["h", 65536]}, ValueError, "^client.port: "),
    ({"path_params": None}, TypeError, "^path_params: expected a dict, got NoneType"),
    ({"path_params": {"id": None}}, ValueError, r"^path_params\['id'\]: "),
    ({"path_params": {"id": {"uuid": "5"}}}, ValueError, r"\['id'\]: expected a uuid, got '5'"),
    ({"path_params": {"id": {"float": "x"}}}, ValueError, "expected a float, got 'x'"),
    ({"session_hash": 5}, TypeError, "^session_hash: expected a str or None, got int"),
    ({"session_hash": "a" * 129}, ValueError, "^session_hash: "),
    ({"body": 5}, TypeError, "^body: expected a str or null, got int"),
    *(({"body": body}, ValueError, "^body: expected base64") for body in ("a", "YQ==\n", "é===")),
]


def test_the_form() -> None:
    assert Request.from_dict(GOOD).to_dict() == GOOD
    assert GOOD == {
        "unireq": 1,
        "method": "POST",
        "scheme": "https",
        "http_version": "1.1",
        "host": "example.org:8080",
        "path": "/café",
        "root_path": "/caf",
        "raw_path": "/caf%C3%A9",
        "query_string": "a=%20",
        "headers": {"host": "example.org:8080", "x-foo": "a"},
        "client": ["127.0.0.1", 50000],
        "path_params": {
            "id": 5,
            "uuid": {"uuid": "00000000-0000-0000-0000-000000000000"},
            "far": {"float": "inf"},
            "day": {"date": "2024-02-29"},
        },
        "session_hash": "abc",
        "body": "AP8=",
    }
    assert {type(GOOD[name]) for name in ("headers", "client", "path_params")} == {dict, list}


# Requests made by hand. What UTF-8 can encode:
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TOKENS = st.text("abcXYZ019!#$%&'*+-.^`|~", min_size=1, max_size=8)
HOSTS = st.sampled_from(["h", "example.org:8080", "[::1]", "[2001:db8::1]:443", "127.0.0.1"])
ORIGINS = st.builds("{}://{}".format, st.sampled_from(["http", "https", "ws", "wss"]), HOSTS)
NO_FRAGMENT = TEXT.map(lambda text: text.replace("#", ""))
ANY_URL = st.builds(
    "{}/{}{}".format,
    st.just("") | ORIGINS,
    NO_FRAGMENT,
    st.just("") | NO_FRAGMENT.map("?{}".format),
)
OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
PARAMS = st.one_of(
    *(st.text(max_size=8), st.integers(), st.booleans(), st.floats(), st.uuids(), st.dates()),
    st.datetimes(timezones=st.none() | OFFSETS),
    st.decimals(allow_nan=False) | st.sampled_from([Decimal("NaN"), Decimal("1.50")]),
)
REQUESTS = st.builds(
    Request,
    method=TOKENS,
    url=ANY_URL | st.just("*"),
    headers=st.dictionaries(TOKENS, st.text(st.characters(max_codepoint=0xFF), max_size=8)),
    path_params=st.none() | st.dictionaries(st.text(max_size=6), PARAMS),
    client=st.none()
    | st.tuples(st.text(min_size=1, max_size=8), st.none() | st.integers(1, 65535)),
    username=st.none() | TEXT,
    session_hash=st.none() | st.text("aZ09-._~", min_size=1, max_size=128),
    http_version=st.sampled_from(["1.0", "1.1", "2", "3"]),
    root_path=TEXT,
    body=st.binary(max_size=12),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(REQUESTS)
def test_nothing_is_lost(request: Request) -> None:
    found = request.to_dict()
    of_json = Request.from_dict(json.loads(json.dumps(found, allow_nan=False)))
    copies = [copy.copy(request), copy.deepcopy(request), request.replace(), of_json]
    copies += [
        pickle.loads(pickle.dumps(request, protocol))  # noqa: S301
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ]
    for twin in copies:
        assert diff(request, twin) == {}
        assert list(twin.headers) == list(request.headers)
        assert twin.to_dict() == found
        assert twin.username == request.username


@pytest.mark.parametrize(("changes", "error", "message"), WRONG)
def test_wrong_dicts(changes: dict[str, Any], error: type[Exception], message: str) -> None:
    wrong = {name: value for name, value in {**GOOD, **changes}.items() if value is not LEFT_OUT}
    with pytest.raises(error, match=message):
        Request.from_dict(wrong)


@given(JSON)
def test_any_json_is_refused(data: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^from_dict: "):
        Request.from_dict(data)


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
    a = Request(url="http://h/a?b=1", headers={"x": "1", "cookie": "c=1"})
    b = a.replace(**changes)
    assert set(diff(a, b)) == set(diff(b, a)) == fields
    assert diff(b, a) == {name: (right, left) for name, (left, right) in diff(a, b).items()}


def test_kinds_of_requests_are_compared() -> None:
    view = fake(path="/a", target=b"/a?b=1", query="b=1", headers=[(b"Host", b"h"), (b"X", b"1")])
    assert diff(view, Request(url="http://h/a?b=1", headers={"x": "1"})) == {}


# Requests made by hand, and changed copies of them.

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


# What is wrong with an argument by hand, or a replacement, and what the error says.
WRONG_BY_HAND: list[tuple[dict[str, Any], type[Exception], str]] = [
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
    ({"path_params": [1]}, TypeError, "^path_params: expected a dict, got list"),
    ({"path_params": {1: 2}}, TypeError, "^path_params: expected names that are str, got int"),
    ({"client": "h"}, TypeError, r"^client: expected an Address, a \(host, port\) pair or None"),
    ({"client": ("h", "80")}, TypeError, "^client.port: expected an int or None, got str"),
    ({"client": Address("", None)}, ValueError, "^client.host: "),
    ({"username": b"ann"}, TypeError, "^username: expected a str or None, got bytes"),
    ({"session_hash": "a b"}, ValueError, "^session_hash: "),
    ({"http_version": "HTTP/2"}, ValueError, "^http_version: "),
    ({"body": "text"}, TypeError, "^body: expected bytes or None, got str"),
    ({"body": bytearray(b"a")}, TypeError, "^body: expected bytes or None, got bytearray"),
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


@pytest.mark.parametrize(("arguments", "error", "message"), WRONG_BY_HAND)
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
