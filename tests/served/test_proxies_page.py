"""docs/proxies.md: what servers do with a proxy's fields, on the wire; its table and examples."""

from __future__ import annotations

from typing import Any

import pytest

import unireq
from support.app_servers import need_all, started
from support.pages import blocks, read, rows, run
from unireq_conformance.servers.targets import get_target
from unireq_conformance.servers.wire import observe

PAGE = read("proxies.md")
SENT = (
    b"GET / HTTP/1.1\r\nHost: example.org\r\nX-Forwarded-For: 203.0.113.9\r\n"
    b"X-Forwarded-Proto: https\r\n\r\n"
)
TARGETS = {
    "uvicorn": ("asgi:uvicorn-h11", "starlette:uvicorn-httptools"),
    "gunicorn": ("wsgi:gunicorn", "starlette:gunicorn-asgi"),
    "waitress": ("wsgi:waitress",),
    "hypercorn": ("asgi:hypercorn",),
    "granian": ("asgi:granian",),
    "daphne": ("django-asgi:daphne",),
    "werkzeug": ("wsgi:werkzeug",),
    "runserver": ("django-wsgi:runserver",),
    "sanic": ("sanic:sanic",),
}


def table(after: str) -> list[list[str]]:
    return [[cell.strip("`") for cell in row] for row in rows(PAGE.partition(after)[2])]


def test_what_servers_do_by_default() -> None:
    told = {row[0]: row[1:4] for row in table("<!-- servers -->")}
    assert told.keys() == TARGETS.keys()
    targets = [get_target(name) for names in TARGETS.values() for name in names]
    need_all(targets)
    with started(targets) as running:
        for server, names in TARGETS.items():
            for name in names:
                report = observe(running[name], SENT).report
                assert report is not None
                facts = report["unireq"]
                passes = "yes" if "x-forwarded-for" in facts["headers"] else "no"
                assert [facts["client"][0], facts["scheme"], passes] == told[server], name


@pytest.mark.parametrize("row", table("read from the right"))
def test_the_table_of_chains(row: list[str]) -> None:
    field, peer, client = row
    request = unireq.Request(
        headers={"host": "h", **({"x-forwarded-for": field} if field else {})}, client=(peer, 1)
    )
    found = request.forwarded(unireq.TrustedProxies(networks=["10.0.0.0/8"])).client
    assert (found.host if found else "None") == client


def test_the_examples() -> None:
    from flask import Flask

    names: dict[str, Any] = {"app": Flask("page")}
    for block in blocks("proxies.md", "example").values():
        names = run("proxies.md", block, **names)
    client = names["app"].test_client()
    names["app"].add_url_rule("/", view_func=lambda: unireq.current_request().url)
    sent = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    sent["Host"] = "www.shop.example"
    answer = client.get("/", headers=sent, environ_base={"REMOTE_ADDR": "10.0.0.1"})
    assert answer.text == "https://www.shop.example/"
    evil = client.get("/", headers={**sent, "Host": "evil.example"})
    assert (evil.status_code, evil.mimetype) == (400, "application/problem+json")
    request = unireq.Request(headers=sent, client=("10.0.0.1", 1))
    assert names["key_of"](request, names["proxies"]) == "203.0.113.9"
    assert names["key_of"](request, None) == "10.0.0.1"
