"""The current request: each sees its own, however many are handled at once, and none afterwards."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from handlers.servers import BY_NAME, WORKERS, ask
from unireq_conformance.servers.process import Server

each_server = pytest.mark.parametrize("name", [*BY_NAME, *(each.name for each in WORKERS)])

# How many requests a worker runs at once: the servers' own defaults, or what was set for them.
THREADS = {
    "starlette:uvicorn-h11": 40,
    "starlette:hypercorn": 40,
    "fastapi:uvicorn-httptools": 40,
    "django-wsgi:waitress": 4,
    "django-wsgi:runserver": 30,
    "django-wsgi:gthread": 8,
    "django-wsgi:gevent": 60,
    "flask:waitress": 4,
    "flask:werkzeug": 30,
    "flask:gthread": 8,
    "flask:gevent": 60,
    "wsgi:waitress": 4,
    "wsgi:werkzeug": 30,
    "wsgi:gthread": 8,
    "wsgi:gevent": 60,
}
TASKS = [
    "starlette:uvicorn-h11",
    "starlette:uvicorn-httptools",
    "starlette:hypercorn",
    "starlette:granian",
    "starlette:gunicorn-asgi",
    "django-asgi:uvicorn-h11",
    "django-asgi:daphne",
    "sanic:sanic",
    "sanic:uvicorn-h11",
    "asgi:uvicorn-h11",
    "asgi:hypercorn",
    "asgi:granian",
]


def said(server: Server, path: str, **query: Any) -> Any:
    answer = ask(server, path, query=query)
    assert answer.status == 200, (server.target.name, answer, server.log[-2000:])
    return json.loads(answer.body)


def meet(server: Server, path: str, parties: int) -> None:
    with ThreadPoolExecutor(parties) as pool:
        found = list(pool.map(lambda n: said(server, path, n=n, of=parties), range(parties)))
    assert [each["current"] for each in found] == [str(n) for n in range(parties)]


@pytest.mark.parametrize("name", THREADS)
def test_in_threads_and_greenlets(servers: dict[str, Server], name: str) -> None:
    for _ in range(2):
        meet(servers[name], "/native/meeting", THREADS[name])


@pytest.mark.parametrize("name", TASKS)
def test_in_tasks(servers: dict[str, Server], name: str) -> None:
    for _ in range(2):
        meet(servers[name], "/native/async-meeting", 50)


@each_server
def test_it_knows_what_the_router_found(servers: dict[str, Server], name: str) -> None:
    found = said(servers[name], "/native/current/k", n=1)
    assert found["here"] == {"current": "1", "params": {"key": "k"}}


def test_in_what_a_view_starts(servers: dict[str, Server]) -> None:
    found = said(servers["starlette:uvicorn-h11"], "/native/current/k", n=1)
    assert found["task"] == found["thread"] == found["here"]


STREAMING = [name for name in BY_NAME if not name.startswith(("asgi", "fastapi"))]


@pytest.mark.parametrize("name", STREAMING)
def test_while_an_answer_is_streamed(servers: dict[str, Server], name: str) -> None:
    answer = ask(servers[name], "/native/streams", query={"n": "5"})
    assert (answer.status, answer.body) == (200, b"5;5;5;"), servers[name].log[-2000:]


@each_server
def test_none_is_left(servers: dict[str, Server], name: str) -> None:
    """On the same connection, in the same thread, greenlet or task, the one before has ended."""
    for n in range(3):
        assert said(servers[name], "/native/current/k", n=n)["here"]["current"] == str(n)
        found = said(servers[name], "/left")
        assert found == {"left": []}


# Django runs async views by asgiref, which refuses a second greenlet of a thread.
@pytest.mark.parametrize("name", ["wsgi:gevent", "flask:gevent"])
def test_async_handlers_in_greenlets(servers: dict[str, Server], name: str) -> None:
    def ask_one(n: int) -> Any:
        return said(servers[name], "/waits", n=n)

    with ThreadPoolExecutor(30) as pool:
        found = list(pool.map(ask_one, range(30)))
    assert found == [{"n": str(n), "current": str(n)} for n in range(30)]
