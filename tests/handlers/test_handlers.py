"""What the clauses RSP, CUR and MID don't reach: FastAPI, bodies that wait, native code, crowds."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from uuid import uuid4

import pytest

from bodies.servers import BY_NAME
from handlers.servers import ALL, WORKERS, ask, begun
from unireq_conformance.servers.process import Server


def names(*frameworks: str) -> list[str]:
    return [name for name in BY_NAME if name.startswith(frameworks)]


def test_fastapi_which_is_no_target_of_the_kit(servers: dict[str, Server]) -> None:
    server = servers["fastapi:uvicorn-httptools"]
    answer = ask(server, "/response")
    assert (answer.status, answer.body) == (418, b"short")
    cookies = [value for name, value in answer.headers if name.lower() == "set-cookie"]
    assert cookies == ["a=1; Path=/; SameSite=Lax", "b=2; Path=/; SameSite=Lax"]
    assert answer.get_header("content-type") == "text/plain; charset=utf-8"
    assert ask(server, "/list").body == b"[1,2]"
    assert ask(server, "/fails").status == 500
    refused = ask(server, "/takes-async")
    problem = json.loads(refused.body)
    assert refused.get_header("content-type") == "application/problem+json"
    assert (refused.status, problem["status"], problem["parameter"]) == (422, 422, "text")


# What fetches the whole body before a handler is called.
FETCH = {"waitress", "django-asgi", "sanic"}


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("path", ["/reads-little", "/reads-limited", "/reads-not"])
def test_a_handler_does_not_wait_for_what_it_refuses(
    servers: dict[str, Server], name: str, path: str
) -> None:
    if FETCH & {*name.split(":")} and (name, path) != ("sanic:sanic", "/reads-limited"):
        pytest.skip(f"{name} fetches the whole body before anybody is called")
    for announced in ("Content-Length: 30000000", "Content-Length: 11"):
        with begun(servers[name], path, announced) as connection:
            connection.sendall(b"1234567890")
            status = 200 if path == "/reads-not" else 413
            assert connection.recv(12) == b"HTTP/1.1 %d" % status


SLOWLY = ("asgi:uvicorn-h11", "starlette:uvicorn-h11", *(each.name for each in WORKERS))


@pytest.mark.parametrize("name", SLOWLY)
@pytest.mark.parametrize("path", ["/reads", "/reads-async", "/takes-async"])
def test_a_body_that_comes_later(servers: dict[str, Server], name: str, path: str) -> None:
    if name == "django-wsgi:gevent" and "async" in path:
        pytest.skip("Django below gevent runs no async views")
    form = "Content-Type: application/x-www-form-urlencoded"
    with begun(servers[name], path, form, "Content-Length: 12") as connection:
        for part in (b"text", b"=abc", b"&tag"):
            # The handler waits for it by now.
            time.sleep(0.2)
            connection.sendall(part)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.startswith(b"HTTP/1.1 200")
    content = received.partition(b"\r\n\r\n")[2]
    assert b'"text":"abc"' in content if path == "/takes-async" else b"12" in content


@pytest.mark.parametrize("name", names("starlette", "django", "flask", "sanic"))
def test_a_class_of_views(servers: dict[str, Server], name: str) -> None:
    assert ask(servers[name], "/class").body == b"/class"


@pytest.mark.parametrize("name", names("starlette", "django", "flask", "sanic", "asgi", "wsgi"))
def test_a_problem_of_a_native_view(servers: dict[str, Server], name: str) -> None:
    answer = ask(servers[name], "/class", method="POST", body=b"{")
    assert (answer.status, json.loads(answer.body)["title"]) == (400, "Bad Request")
    assert answer.get_header("content-type") == "application/problem+json"


@pytest.mark.parametrize("name", names("starlette", "fastapi", "django", "flask", "sanic"))
def test_a_middleware_aborts(servers: dict[str, Server], name: str) -> None:
    answer = ask(servers[name], "/list", headers=[("X-Abort", "1")])
    own = [value for field, value in answer.headers if field.lower() == "x-a"]
    assert (answer.status, answer.body, own) == (410, b"gone", ["1", "2"])


@pytest.mark.parametrize("name", names("flask", "sanic"))
def test_content_that_the_framework_changes(servers: dict[str, Server], name: str) -> None:
    assert ask(servers[name], "/list", headers=[("X-Append", "1")]).body == b"[1,2]!"


@pytest.mark.parametrize("name", names("django"))
def test_djangos_csrf_check_stays_in_force(servers: dict[str, Server], name: str) -> None:
    server, token = servers[name], "t" * 32
    assert ask(server, "/guarded", method="POST").status == 403
    headers = [("Cookie", f"csrftoken={token}"), ("X-CSRFToken", token)]
    assert ask(server, "/guarded", method="POST", headers=headers).status == 200


@pytest.mark.parametrize("name", names("starlette"))
def test_a_streamed_body_and_a_streamed_answer(servers: dict[str, Server], name: str) -> None:
    """While unireq streams, and after it, Starlette listens for the client's going."""
    for size in (0, 5, 300_000):
        answer = ask(servers[name], "/streamed", method="POST", body=b"x" * size)
        assert (answer.status, answer.body) == (200, f"{size} False;{size} False;".encode())


def test_answers_of_sanic_that_break_off_leave_nothing(servers: dict[str, Server]) -> None:
    server = servers["sanic:sanic"]
    assert isinstance(server.address, tuple)
    connection = HTTPConnection(*server.address, timeout=20)
    before = int(ask(server, "/alive").body)
    for _ in range(20):
        connection.request("GET", "/breaks-off")
        try:
            connection.getresponse().read()
        except (HTTPException, ConnectionError):
            connection.close()
    connection.close()
    assert int(ask(server, "/alive").body) <= before + 3


# The current request: each sees its own, however many are handled at once, and none afterwards.

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
