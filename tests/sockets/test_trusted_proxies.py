"""Forwarded fields count exactly where the server or the framework is configured to trust them.

Defaults are for the clause CLI-008 and the declared deviations; here each policy is turned round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

import unireq
from support.answers import ask
from support.app_servers import START_TIME
from support.requirements import need
from unireq_conformance.malformed import get
from unireq_conformance.servers.process import Server, start_all
from unireq_conformance.servers.targets import Target, get_target
from unireq_conformance.servers.wire import HOST

PEER_PORT = "the port of the peer"
PEER = (HOST, PEER_PORT)
SIX = ("6.6.6.6", None)
FOR = b"X-Forwarded-For: 6.6.6.6"
FIELDS = (FOR, b"X-Forwarded-Proto: https", b"X-Forwarded-Host: pub.example")
WAITRESS = {"trusted_proxy": HOST, "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto"}
# What is sent, besides Host: `h`.
SENT = {
    "": FIELDS,
    "a port": (b"X-Forwarded-For: 6.6.6.6:4711", *FIELDS[1:]),
    "IPv6 with a port": (b"X-Forwarded-For: [2001:db8::1]:1234", *FIELDS[1:]),
    "IPv6": (b"X-Forwarded-For: 2001:db8::1", *FIELDS[1:]),
    "unknown": (b"X-Forwarded-For: unknown", *FIELDS[1:]),
    "a name": (b"X-Forwarded-For: _hidden", *FIELDS[1:]),
}


class Row(NamedTuple):
    """One: where and how, what is sent, and what comes of it."""

    target: str
    options: dict[str, Any]
    client: tuple[str, str | int | None] | None
    url: str | None
    sent: str = ""
    app: str = ""


CONFIGURED: dict[str, Row] = {
    "uvicorn-trusts-nobody": Row(
        "starlette:uvicorn-h11", {"proxy_headers": False}, PEER, "http://h/"
    ),
    "uvicorn-trusts-another": Row(
        "django-asgi:uvicorn-httptools", {"forwarded_allow_ips": "10.0.0.1"}, PEER, "http://h/"
    ),
    "uvicorn-trusts-us": Row(
        "starlette:uvicorn-h11", {"forwarded_allow_ips": HOST}, SIX, "https://h/"
    ),
    "uvicorn-is-told-a-name": Row("starlette:uvicorn-h11", {}, None, "https://h/", "unknown"),
    "gunicorn-trusts-another": Row(
        "flask:gunicorn", {"forwarded_allow_ips": "10.0.0.1"}, PEER, "http://h/"
    ),
    "waitress-trusts-us": Row("django-wsgi:waitress", WAITRESS, SIX, "https://h/"),
    "waitress-with-a-port": Row(
        "wsgi:waitress", WAITRESS, ("6.6.6.6", 4711), "https://h/", "a port"
    ),
    "waitress-with-ipv6": Row(
        "flask:waitress", WAITRESS, ("2001:db8::1", None), "https://h/", "IPv6"
    ),
    "waitress-with-ipv6-and-a-port": Row(
        "flask:waitress", WAITRESS, ("2001:db8::1", 1234), "https://h/", "IPv6 with a port"
    ),
    "waitress-is-told-a-name": Row("wsgi:waitress", WAITRESS, None, "https://h/", "a name"),
    "waitress-lets-them-pass": Row(
        "flask:waitress", {"clear_untrusted_proxy_headers": False}, PEER, "http://h/"
    ),
    "daphne-trusts-us": Row(
        "django-asgi:daphne",
        {"proxy_forwarded_address_header": "X-Forwarded-For"},
        SIX,
        "http://h/",
    ),
    "proxy-fix": Row(
        "flask:waitress",
        {"clear_untrusted_proxy_headers": False},
        SIX,
        "https://pub.example/",
        app="flask_behind_proxy_fix",
    ),
    "flask-refuses": Row("flask:gunicorn", {}, PEER, None, app="flask_with_trusted_hosts"),
    "django-trusts": Row(
        "django-wsgi:gunicorn", {}, PEER, "https://pub.example/api/", app="django_wsgi"
    ),
    "django-asgi-trusts": Row(
        "django-asgi:hypercorn", {}, PEER, "https://pub.example/api/", app="django_asgi"
    ),
    "sanic-trusts-one": Row("sanic:sanic", {"PROXIES_COUNT": 1}, SIX, "https://pub.example/"),
    "sanic-has-a-name": Row(
        "sanic:sanic", {"SERVER_NAME": "https://own.example"}, PEER, "https://own.example/"
    ),
    "sanic-trusts-nobody": Row("sanic:sanic", {}, PEER, "http://h/"),
}


def _target(name: str, row: Row) -> Target:
    target = replace(get_target(row.target).with_options(**row.options), name=name)
    return target.with_driver(app=f"support.trusting:{row.app}") if row.app else target


@pytest.fixture(scope="module")
def configured() -> Iterator[dict[str, Server]]:
    """The servers of the table, by its names."""
    targets = [_target(name, row) for name, row in CONFIGURED.items()]
    missing = [str(why) for target in targets if (why := target.missing()) is not None]
    need(not missing, "; ".join(missing))
    with start_all(targets, timeout=START_TIME) as started:
        failed = [str(why) for why in started.values() if not isinstance(why, Server)]
        assert not failed, "\n".join(failed)
        yield {name: server for name, server in started.items() if isinstance(server, Server)}


@pytest.mark.parametrize("name", CONFIGURED)
def test_as_configured(name: str, configured: dict[str, Server]) -> None:
    row = CONFIGURED[name]
    answers, port = ask({name: configured[name]}, get(b"/", *SENT[row.sent]))
    report = answers[name].report
    assert report is not None, answers[name].refused
    request = unireq.Request.from_dict(report["unireq"])
    client = row.client and (row.client[0], port if row.client[1] == PEER_PORT else row.client[1])
    assert (request.client, request.headers["host"]) == (client, "h")
    assert request.url == (row.url or "/")
