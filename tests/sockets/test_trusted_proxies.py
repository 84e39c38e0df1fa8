"""Forwarded fields count exactly where the server or the framework is configured to trust them.

Defaults are for the clause CLI-008 and the declared deviations; here each policy is turned round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import unireq
from support.app_servers import need_all, started
from unireq_conformance.malformed import get
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.targets import get_target
from unireq_conformance.servers.wire import HOST

PEER_PORT = "the port of the peer"
PEER = (HOST, PEER_PORT)
SIX = ("6.6.6.6", None)
IPV6 = "2001:db8::1"
US, ANOTHER = ({"forwarded_allow_ips": each} for each in (HOST, "10.0.0.1"))
WAITRESS = {"trusted_proxy": HOST, "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto"}
PASSING = {"clear_untrusted_proxy_headers": False}
DAPHNE = {"proxy_forwarded_address_header": "X-Forwarded-For"}

# Where and how; what is sent in X-Forwarded-For; the client, and the URL.
CONFIGURED: dict[str, tuple[str, dict[str, Any], str, tuple[str, str | int | None] | None, str]] = {
    "nobody": ("starlette:uvicorn-h11", {"proxy_headers": False}, "6.6.6.6", PEER, "http://h/"),
    "another": ("django-asgi:uvicorn-httptools", ANOTHER, "6.6.6.6", PEER, "http://h/"),
    "us": ("starlette:uvicorn-h11", US, "6.6.6.6", SIX, "https://h/"),
    "unknown": ("starlette:uvicorn-h11", {}, "unknown", None, "https://h/"),
    "another of gunicorn": ("flask:gunicorn", ANOTHER, "6.6.6.6", PEER, "http://h/"),
    "us of waitress": ("django-wsgi:waitress", WAITRESS, "6.6.6.6", SIX, "https://h/"),
    "a port": ("wsgi:waitress", WAITRESS, "6.6.6.6:4711", ("6.6.6.6", 4711), "https://h/"),
    "IPv6": ("flask:waitress", WAITRESS, IPV6, (IPV6, None), "https://h/"),
    "IPv6 and a port": ("flask:waitress", WAITRESS, f"[{IPV6}]:1234", (IPV6, 1234), "https://h/"),
    "a name": ("wsgi:waitress", WAITRESS, "_hidden", None, "https://h/"),
    "lets pass": ("flask:waitress", PASSING, "6.6.6.6", PEER, "http://h/"),
    "daphne": ("django-asgi:daphne", DAPHNE, "6.6.6.6", SIX, "http://h/"),
    "sanic": ("sanic:sanic", {"PROXIES_COUNT": 1}, "6.6.6.6", SIX, "https://pub.example/"),
    "its name": ("sanic:sanic", {"SERVER_NAME": "https://own"}, "6.6.6.6", PEER, "https://own/"),
}


@pytest.fixture(scope="module")
def configured() -> Iterator[dict[str, Server]]:
    """The servers of the table, by its names."""
    targets = [
        replace(get_target(target).with_options(**options), name=name)
        for name, (target, options, *_) in CONFIGURED.items()
    ]
    need_all(targets)
    with started(targets) as running:
        yield running


@pytest.mark.parametrize("name", CONFIGURED)
def test_as_configured(name: str, configured: dict[str, Server]) -> None:
    *_, sent, client, url = CONFIGURED[name]
    fields = (
        f"X-Forwarded-For: {sent}",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: pub.example",
    )
    server = configured[name]
    answer = server.send(get(b"/", *map(str.encode, fields)))
    assert answer.report is not None, answer.refused
    request = unireq.Request.from_dict(answer.report["unireq"])
    expected = client and (client[0], server.source_port if client[1] == PEER_PORT else client[1])
    assert (request.client, request.headers["host"]) == (expected, "h")
    assert request.url == url
