"""Requests that no clause can draw, as bytes, on every target.

What a server loses of one is written beside what is specified, and is checked as exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import pytest

from support.app_servers import need_all, started
from unireq_conformance.clause import Expectation
from unireq_conformance.deviations import deviations_of
from unireq_conformance.malformed import get, message
from unireq_conformance.model import AbstractRequest
from unireq_conformance.seen import is_refusal
from unireq_conformance.servers.frames import Inexpressible
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.targets import TARGETS

Values = Mapping[str, Any]
"""Values by the name of a field, as `Seen.at` has them: `headers.x-foo` is one header field."""

POST: Final = b"POST / HTTP/1.1"
CHUNKED: Final = b"Transfer-Encoding: chunked"
H: Final = {"host": "h"}
MADE_UP: Final = {"*:runserver": {"headers.content-type": "text/plain"}}
# By frameworks: where nothing is mounted, or routed, and which hosts are refused (URL-013).
NO_MOUNT: Final = {"django-*": {"root_path": ""}, "sanic:*": {"root_path": ""}}
NO_ROUTER: Final = {"asgi:*": {"path_params": {}}, "wsgi:*": {"path_params": {}}}
MOUNTED: Final = {**NO_ROUTER, "django-*": {"path_params": {}, "root_path": ""}}
NO_HOST: Final = {"django-*": {"host": None, "url": "/a"}}
# Who leaves a target in absolute form in the path; not Sanic on uvicorn, which takes it apart.
ABSOLUTE: Final = (
    *("starlette:uvicorn-h11", "django-asgi:uvicorn-h11", "asgi:uvicorn-h11", "*:hypercorn"),
    *("*:gunicorn-asgi", "*:daphne", "*:runserver"),
)
# Who cuts it off at `#`, and who drops the authority of an absolute form.
CUTTING: Final = ("*:granian*", "*:uvicorn-httptools", "*:gunicorn", "*:waitress", "*:werkzeug")
DROPPING: Final = ("*:granian", "*:uvicorn-httptools")


class Case(NamedTuple):
    """One request, and the values that are specified."""

    request: bytes
    expect: Values
    # By target, as a pattern, what is shown in place of them: a declared loss, or what the
    # specification leaves to the framework.
    instead: Mapping[str, Values] = MappingProxyType({})
    may_refuse: Collection[str] = ()
    fails_on: Collection[str] = ()  # their own parser makes a 500 of it


def for_each(targets: Collection[str], values: Values) -> dict[str, Values]:
    return dict.fromkeys(targets, values)


def raw(target: bytes, werkzeug: Values, **expect: Any) -> Case:
    """A case about bytes that no target may have; Werkzeug's server makes something else of them.

    It reads them as ISO-8859-1, and writes that as UTF-8.
    """
    return Case(get(target), expect, {"*:werkzeug": werkzeug}, may_refuse="*")


def host(sent: bytes, found: str | None, instead: Mapping[str, Values] | None = None) -> Case:
    url = "/a" if found is None else f"http://{found}/a"
    return Case(get(b"/a", host=sent), {"host": found, "url": url}, instead or {}, "*")


CASES: dict[str, Case] = {
    # Targets.
    "unwise characters": Case(
        get(b"/{}|^`\\[]"),
        {"path": "/{}|^`\\[]", "url": "http://h/{}|^`\\[]"},
        {"*:runserver": {"url": "http://h/%7B%7D%7C%5E%60%5C%5B%5D"}},
        may_refuse=("*:granian*",),
    ),
    "quotes and angles": Case(
        get(b'/"<>?a="<>'), {"path": '/"<>', "query_string": 'a="<>'}, may_refuse=("*:granian*",)
    ),
    "raw UTF-8 beside its escape": raw(
        b"/caf\xc3%A9",
        {"path": "/caf\u00c3\ufffd", "url": "http://h/caf%C3%83%A9"},
        path="/café",
        url="http://h/caf%C3%A9",
    ),
    "raw and not UTF-8": Case(
        get(b"/\xff"),
        {"path": "/\ufffd", "url": "http://h/%FF"},
        {
            "*:werkzeug": {"path": "/ÿ", "url": "http://h/%C3%BF"},
            "*:runserver": {"path": "/%FF", "url": "http://h/%25FF"},
        },
        may_refuse="*",
    ),
    "raw UTF-8 in a query": raw(
        b"/q?a=\xc3\xa9",
        {"query_all": [["a", "\u00c3\u00a9"]], "url": "http://h/q?a=%C3%83%C2%A9"},
        query_all=[["a", "é"]],
        url="http://h/q?a=%C3%A9",
    ),
    "raw UTF-8 beside its escape in a query": raw(
        b"/q?a=%C3\xa9", {"query_all": [["a", "\ufffd\u00a9"]]}, query_all=[["a", "é"]]
    ),
    "raw and not UTF-8 in a query": raw(
        b"/q?a=\xff", {"query_all": [["a", "ÿ"]]}, query_all=[["a", "\ufffd"]]
    ),
    "a fragment": Case(
        get(b"/a#b?c#d"),
        {"path": "/a#b", "query_string": "c#d", "url": "http://h/a%23b?c%23d"},
        {
            **for_each(CUTTING, {"path": "/a", "query_string": "", "url": "http://h/a"}),
            "sanic:*": {"path": "/a", "url": "http://h/a?c%23d"},
        },
    ),
    "absolute form": Case(
        get(b"http://example.org:81/a%20b?c=d", host=b"other"),
        {
            "path": "/a b",
            "raw_path": "/a%20b",
            "host": "example.org:81",
            "url": "http://example.org:81/a%20b?c=d",
            "headers": {"host": "other"},
        },
        {
            **for_each(ABSOLUTE, {"path": "http://example.org:81/a b", "raw_path": None}),
            **for_each(DROPPING, {"host": "other", "url": "http://other/a%20b?c=d"}),
            "*:werkzeug": {"headers": {"host": "example.org:81"}},
        },
    ),
    "absolute form without a path": Case(
        get(b"http://example.org", host=b"other"),
        {"path": "/", "host": "example.org", "url": "http://example.org/"},
        {
            **for_each(ABSOLUTE, {"path": "http://example.org", "url": "http://example.org"}),
            "*:granian": {"host": "other", "url": "http://other/"},
        },
        may_refuse=("*:uvicorn-httptools",),
        fails_on=("sanic:*",),
    ),
    # Mounts, and parameters of the path.
    "the mount itself": Case(
        get(b"/mounted"),
        {"path": "/mounted", "raw_path": "/mounted", "root_path": "/mounted"},
        {**NO_MOUNT, "starlette:*": {"root_path": ""}},
    ),
    "the mount by an escape": Case(
        get(b"/%6Dounted/a"),
        {"path": "/mounted/a", "raw_path": "/%6Dounted/a", "root_path": "/mounted"},
        NO_MOUNT,
    ),
    "the mount and an escaped slash": Case(
        get(b"/mounted%2Fa"),
        {"path": "/mounted/a", "raw_path": "/mounted%2Fa", "root_path": "/mounted"},
        NO_MOUNT,
    ),
    "the mount after leading slashes": Case(
        get(b"//mounted/a"),
        {"path": "/mounted/a", "raw_path": None, "root_path": ""},
        {
            **for_each(("flask:waitress", "wsgi:waitress"), {"root_path": "/mounted"}),
            "*:werkzeug": {"root_path": "/mounted", "raw_path": "/mounted/a"},
        },
    ),
    "text under a mount": Case(
        get(b"/mounted/params/path/a/%2541//%C3%A9"),
        {
            "path": "/mounted/params/path/a/%41//é",
            "path_params": {"value": "a/%41//é"},
            "root_path": "/mounted",
        },
        {**MOUNTED, "sanic:*": {"root_path": ""}},
    ),
    # Methods and versions of HTTP, and hosts.
    "HEAD": Case(message(b"HEAD /a HTTP/1.1"), {"method": "HEAD", "path": "/a"}),
    "HTTP/1.0 without Host": Case(
        message(b"GET /a HTTP/1.0", host=None),
        {"http_version": "1.0", "headers": {}, "host": None, "url": "/a"},
    ),
    "Host in any case": Case(
        get(b"/a", b"hOST: example.org", host=None),
        {"headers": {"host": "example.org"}, "host": "example.org"},
    ),
    "a host with an underscore": host(b"a_b.example", "a_b.example", NO_HOST),
    "a host with an empty port": host(b"example.org:", "example.org:", NO_HOST),
    "a host with an escape": host(b"caf%C3%A9.example", "caf%C3%A9.example", NO_HOST),
    "a host of ISO-8859-1": host(b"caf\xe9.example", None),
    "a host of UTF-8": host(b"caf\xc3\xa9.example", None),
    # Fields.
    "what proxies treat specially": Case(
        get(
            b"/",
            *(b"Proxy: http://evil/", b"Authorization: Basic YTpi", b"Keep-Alive: timeout=5"),
            *(b"Proxy-Authorization: Basic YTpi", b"TE: trailers", b"Remote-User: root"),
            *(b"X-Forwarded-Prefix: /evil", b"X-Script-Name: /evil", b"Trailer: X-Sum"),
        ),
        {
            "headers": {
                **H,
                "proxy": "http://evil/",
                "authorization": "Basic YTpi",
                "keep-alive": "timeout=5",
                "proxy-authorization": "Basic YTpi",
                "te": "trailers",
                "remote-user": "root",
                "x-forwarded-prefix": "/evil",
                "x-script-name": "/evil",
                "trailer": "X-Sum",
            },
            "root_path": "",
        },
    ),
    "Upgrade": Case(
        get(b"/", b"Connection: Upgrade, x-foo", b"Upgrade: foo/2", b"X-Foo: a"),
        {
            "headers": {**H, "connection": "Upgrade, x-foo", "upgrade": "foo/2", "x-foo": "a"},
            "scheme": "http",
        },
    ),
    "Content-Length and Expect": Case(
        message(POST, b"Expect: 100-continue", b"Content-Length: 2", body=b"hi"),
        {"method": "POST", "headers.expect": "100-continue", "headers.content-length": "2"}
        | {"headers.content-type": None},
        MADE_UP,
    ),
    "text/plain that was sent": Case(
        message(POST, b"Content-Type: text/plain", b"Content-Length: 2", body=b"hi"),
        {"headers": {**H, "content-type": "text/plain", "content-length": "2"}},
    ),
    "Host among the trailers": Case(
        message(POST, CHUNKED, body=b"5\r\nhello\r\n0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n"),
        {"headers.x-sum": None, "host": "h"},
        {"*:uvicorn-httptools": {"headers.x-sum": "1", "host": None}},
        may_refuse=("*:gunicorn-asgi", "*:hypercorn-h2"),
    ),
}


def expected_of(case: Case, target: str) -> Values:
    """What `target` is to show."""
    expected = dict(case.expect)
    if TARGETS[target].on_server.http_version == "2" and "http_version" in expected:
        expected["http_version"] = "2"
    for deviation in deviations_of(target):
        if deviation.always:
            expected |= {n: value for n, value in deviation.observed.items() if n in expected}
    for pattern, values in case.instead.items():
        if matches(target, pattern):
            expected |= values
    if TARGETS[target].on_server.tls:
        secure = AbstractRequest(scheme="https")
        changed = {"scheme": secure.scheme, "url": secure.over(str(expected.get("url")))}
        expected |= {name: value for name, value in changed.items() if name in expected}
    return expected


def matches(target: str, pattern: str) -> bool:
    """Whether `pattern` is one of `target`; what a server does it does over TLS too."""
    return fnmatchcase(target.removesuffix("-tls"), pattern)


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Server]]:
    """Every target that can run here, by name, running."""
    targets = tuple(TARGETS.values())
    need_all(targets)
    with started(targets) as running:
        yield running


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, servers: dict[str, Server]) -> None:
    case = CASES[name]
    problems: list[str] = []
    takers: list[str] = []
    for target, server in servers.items():
        try:
            answer = server.send(case.request)
        except Inexpressible:
            continue
        if seen := server.look(answer):
            takers.append(target)
            found = [Expectation(n, v, seen.at(n)) for n, v in expected_of(case, target).items()]
            problems += [f"{target}: {each}" for each in found if not each.met]
        else:
            how = str(answer.refused)
            may = case.may_refuse if is_refusal(how) else case.fails_on if how == "500" else ()
            if not any(matches(target, pattern) for pattern in may):
                problems.append(f"{target}: expected a report, got {how}")
    assert not problems, "\n".join([repr(case.request), *problems])
    assert takers, "nobody takes it"
