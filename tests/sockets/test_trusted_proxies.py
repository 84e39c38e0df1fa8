"""Forwarded fields count exactly where the server or the framework is configured to trust them.

Defaults are in cases_client.py and in the declared deviations; here each policy is turned round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import unireq
from sockets.answers import ask
from sockets.case import get
from sockets.conftest import START_TIME
from support.requirements import need
from unireq_conformance.servers.process import Server, start_all
from unireq_conformance.servers.targets import get_target
from unireq_conformance.servers.wire import HOST

PEER_PORT = "the port of the peer"
PEER = (HOST, PEER_PORT)
REQUEST = get(b"/", b"X-Forwarded-For: 6.6.6.6", b"X-Forwarded-Proto: https")

# Name: target, options, and the client and the scheme that result. waitress leaves the port.
CONFIGURED: dict[str, tuple[str, dict[str, Any], tuple[str, str | None], str]] = {
    "uvicorn-trusts-nobody": ("starlette:uvicorn-h11", {"proxy_headers": False}, PEER, "http"),
    "uvicorn-trusts-another": (
        "django-asgi:uvicorn-httptools",
        {"forwarded_allow_ips": "10.0.0.1"},
        PEER,
        "http",
    ),
    "uvicorn-trusts-us": (
        "starlette:uvicorn-h11",
        {"forwarded_allow_ips": "127.0.0.1"},
        ("6.6.6.6", None),
        "https",
    ),
    "gunicorn-trusts-another": (
        "flask:gunicorn",
        {"forwarded_allow_ips": "10.0.0.1"},
        PEER,
        "http",
    ),
    "waitress-trusts-us": (
        "django-wsgi:waitress",
        {
            "trusted_proxy": "127.0.0.1",
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto",
        },
        ("6.6.6.6", PEER_PORT),
        "https",
    ),
    "waitress-lets-them-pass": (
        "flask:waitress",
        {"clear_untrusted_proxy_headers": False},
        PEER,
        "http",
    ),
    "sanic-trusts-one": ("sanic:sanic", {"PROXIES_COUNT": 1}, ("6.6.6.6", None), "https"),
    "sanic-trusts-nobody": ("sanic:sanic", {}, PEER, "http"),
}


@pytest.fixture(scope="module")
def configured() -> Iterator[dict[str, Server]]:
    """The servers of the table, by its names."""
    targets = [
        replace(get_target(name).with_options(**options), name=key)
        for key, (name, options, _, _) in CONFIGURED.items()
    ]
    missing = [str(why) for target in targets if (why := target.missing()) is not None]
    need(not missing, "; ".join(missing))
    with start_all(targets, timeout=START_TIME) as started:
        failed = [str(why) for why in started.values() if not isinstance(why, Server)]
        assert not failed, "\n".join(failed)
        yield {name: server for name, server in started.items() if isinstance(server, Server)}


@pytest.mark.parametrize("name", CONFIGURED)
def test_as_configured(name: str, configured: dict[str, Server]) -> None:
    _, _, client, scheme = CONFIGURED[name]
    answers, port = ask({name: configured[name]}, REQUEST)
    report = answers[name].report
    assert report is not None, answers[name].refused
    request = unireq.Request.from_dict(report["unireq"])
    host, its_port = client
    assert request.client == (host, port if its_port == PEER_PORT else its_port)
    assert (request.scheme, request.url) == (scheme, f"{scheme}://h/")
