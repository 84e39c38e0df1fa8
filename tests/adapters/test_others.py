"""Frameworks without an adapter, on real servers: they hold a scope or an environ."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution

import pytest

import unireq
from support.requirements import need
from unireq_conformance.servers.process import Server, start_all
from unireq_conformance.servers.targets import OnServer, Target, get_target
from unireq_conformance.servers.wire import free_source_port, observe

OTHERS = {
    # framework: server, and the target that must say the same
    "bottle": ("waitress", "flask:waitress"),
    "falcon": ("waitress", "flask:waitress"),
    "quart": ("uvicorn-h11", "starlette:uvicorn-h11"),
    "litestar": ("uvicorn-h11", "starlette:uvicorn-h11"),
}

REQUESTS = {
    "plain": b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    "much": (
        b"PUT /caf%C3%A9/a%20b//c%2Fd?a=1&a=2&b=%ff+%2B&c HTTP/1.1\r\n"
        b"Host: Example.org:8080\r\n"
        b"X-Foo: caf\xe9 \t\r\n"
        b"X-Foo: b\r\n"
        b"User-Agent: one, two\r\n"
        b'Cookie: a=1; b="\\303\\251"; a=2\r\n'
        b"X-Session-Hash: abc\r\n"
        b"Content-Type: text/css\r\n"
        b"Content-Length: 0\r\n"
        b"\r\n"
    ),
    "an invalid host": b"GET /a HTTP/1.1\r\nHost: not a host\r\n\r\n",
    "octets that are not UTF-8": b"GET /%ff%FE?%ff=%fe HTTP/1.1\r\nHost: h\r\n\r\n",
    "HTTP/1.0": b"GET /a HTTP/1.0\r\nHost: h\r\n\r\n",
}


def _target(framework: str) -> Target:
    server = OTHERS[framework][0]
    return Target(
        f"{framework}:{server}",
        OnServer(server, f"support.others.{framework}_app:app"),
        distributions=(framework, server.partition("-")[0]),
    )


@pytest.fixture(scope="module", params=OTHERS)
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[Server, Server]]:
    framework: str = request.param
    try:
        present = bool(distribution(framework))
    except PackageNotFoundError:
        present = False
    need(present, f"{framework} is not installed: pip install {framework}")
    targets = (_target(framework), get_target(OTHERS[framework][1]))
    with start_all(targets) as servers:
        started = []
        for target in targets:
            server = servers[target.name]
            if not isinstance(server, Server):
                raise server
            started.append(server)
        yield started[0], started[1]


@pytest.mark.parametrize("name", REQUESTS)
def test_the_same_bytes_give_the_same_answer(pair: tuple[Server, Server], name: str) -> None:
    port = free_source_port()
    requests: list[unireq.Request] = []
    for server in pair:
        report = observe(server, REQUESTS[name], source_port=port).report
        assert report is not None, server.target.name
        assert "error" not in report["unireq"], report["unireq"]["error"]
        requests.append(unireq.Request.from_dict(report["unireq"]))
    if pair[0].target.framework == "bottle" and name == "octets that are not UTF-8":
        # Bottle leaves such bytes out of the path that it routes on, and so do we.
        assert (requests[0].path, requests[0].raw_path) == ("/", None)
        requests[0] = requests[0].replace(url=requests[1].url)
    assert unireq.diff(*requests) == {}
    assert requests[0].client == ("127.0.0.1", port)
    line = REQUESTS[name].decode("latin-1").split(" ", 2)
    assert requests[0].method == line[0]
    assert requests[0].raw_path == line[1].partition("?")[0].encode()
