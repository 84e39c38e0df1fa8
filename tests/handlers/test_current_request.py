"""The current request: each sees its own, however many are handled at once, and none afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from handlers.servers import ALL, ask
from unireq_conformance.servers.process import Server

# How many requests a worker runs at once: the servers' own defaults, or what was set for them.
_THREADS = {"uvicorn": 40, "hypercorn": 40, "waitress": 4, "runserver": 30, "werkzeug": 30}
_THREADS |= {"gthread": 8, "gevent": 60}
_TASKS = 50


def meetings() -> Iterator[tuple[str, str, int, int]]:
    """The target, the path, how many ask, and how many of them are there at the same time."""
    for target in ALL:
        kind = target.name.partition(":")[2].partition("-")[0]
        if target.name.startswith(("starlette", "fastapi", "django-wsgi", "flask", "wsgi")):
            threads = _THREADS.get(kind, 1)
            yield target.name, "/meets", threads, threads
        if target.framework in {"starlette", "django-asgi", "sanic", "asgi"}:
            yield target.name, "/meets-async", _TASKS, _TASKS
        # Django runs async views by asgiref, which refuses a second greenlet of a thread.
        elif kind == "gevent" and target.framework != "django-wsgi":
            yield target.name, "/meets-async", 30, 1


@pytest.mark.parametrize(("name", "path", "parties", "there"), [*meetings()])
def test_all_at_once(
    servers: dict[str, Server], name: str, path: str, parties: int, there: int
) -> None:
    for _ in range(2):
        meeting = uuid4().hex

        def meet(n: int, meeting: str = meeting) -> bytes:
            return ask(servers[name], path, meeting=meeting, n=n, of=there).body

        with ThreadPoolExecutor(parties) as pool:
            found = list(pool.map(meet, range(parties)))
        assert found == [str(n).encode() for n in range(parties)], servers[name].log[-2000:]


@pytest.mark.parametrize("name", [target.name for target in ALL])
def test_none_is_left(servers: dict[str, Server], name: str) -> None:
    """In the same thread, greenlet or task, the one before has ended."""
    for _ in range(3):
        assert ask(servers[name], "/left").body == b"[]"
