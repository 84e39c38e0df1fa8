"""What the clauses MID don't say of layers: the page, when bytes go out, threads, the log."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from typing import Any

import django
import pytest

import unireq
import unireq_asgi
import unireq_wsgi
from middleware.asking import NAMES, Answer, ask, noting, request, running
from support.children import wait_for
from unireq.adapter import in_async_code
from unireq_conformance.layers import LAYERS_FIELD

# Django closes the file of a body only if the answer doesn't break off.
pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
everywhere = pytest.mark.parametrize("name", NAMES)


def first_chunk(address: tuple[str, int]) -> tuple[HTTPConnection, Any]:
    """A connection on which three bytes of the stream have come, and the response."""
    connection = HTTPConnection(*address, timeout=20)
    connection.request("GET", "/stream", headers={LAYERS_FIELD: "{}"})
    response = connection.getresponse()
    assert response.read(3) == b"one"
    return connection, response


@everywhere
def test_the_first_byte_is_out_before_the_second_is_made(name: str) -> None:
    has_first = Event()

    def chunks(_: str) -> Iterator[bytes]:
        yield b"one"
        yield b"two" if has_first.wait(20) else b"too late"

    with running(name, noting([]), chunks=chunks) as address:
        connection, response = first_chunk(address)
        has_first.set()
        assert response.read() == b"two"
        connection.close()


# A bare app that doesn't listen while it sends, and Django before 5.0.
DEAF = {"asgi", *(["django-asgi"] if django.VERSION < (5,) else [])}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in DEAF])
def test_a_client_that_leaves_is_no_error_of_the_app(name: str) -> None:
    notes: list[Any] = []

    def chunks(_: str) -> Iterator[bytes]:
        yield b"one"
        for _ in range(200):
            time.sleep(0.02)
            yield bytes(65536)

    with running(name, noting(notes), chunks=chunks) as address:
        connection, response = first_chunk(address)
        response.close()
        connection.close()

        def broken_off() -> list[unireq.Sent]:
            # Sanic's app has the layers around every request.
            sent = [note[1] for note in notes if isinstance(note[1], unireq.Sent)]
            return [each for each in sent if not each.complete]

        broken = wait_for(broken_off, within=30)
    assert [each.error for each in broken] == [None]


@pytest.mark.parametrize("inner", ["awaits", "blocks"])
@everywhere
def test_last_parts_run_though_the_client_leaves_with_its_answer(name: str, inner: str) -> None:
    noted: list[str] = []

    @unireq.middleware
    async def awaits(request: unireq.Request) -> unireq.AsyncSteps:
        yield None
        yield None
        await asyncio.sleep(0.02)
        noted.append(f"awaits {request.path}")

    @unireq.middleware(blocking=True)
    def blocks(request: unireq.Request) -> unireq.Steps:
        yield None
        yield None
        noted.append(f"blocks {request.path}")
        return None

    @unireq.middleware
    def outer(request: unireq.Request) -> unireq.Steps:
        yield None
        yield None
        noted.append(f"outer {request.path}")
        return None

    layers = outer, awaits if inner == "awaits" else blocks
    with running(name, *layers, view=lambda: "") as address:
        for _ in range(10):
            assert request(address, "/view").status == 200
        # Sanic's app has the layers around every request.
        wait_for(lambda: [noted.count(f"{each} /view") for each in ("outer", inner)] == [10, 10])


@everywhere
def test_only_a_blocking_layer_runs_in_a_thread(name: str) -> None:
    in_loop: dict[bool, list[bool]] = {}

    def layer(*, blocking: bool) -> unireq.Middleware:
        @unireq.middleware(blocking=blocking, user=True)
        def layer(request: unireq.Request) -> unireq.Steps:
            noted = in_loop[blocking] = [in_async_code()]
            assert request.username is None
            yield None
            noted.append(in_async_code())
            yield None
            noted.append(in_async_code())
            return None

        return layer

    is_async = name not in {"wsgi", "flask", "django-wsgi"}
    with running(name, layer(blocking=True), layer(blocking=False), view=lambda: "") as address:
        assert request(address, "/view").status == 200
        # The client has its answer before the last parts have run.
        wait_for(lambda: [len(noted) for noted in in_loop.values()] == [3, 3], within=30)
    assert in_loop == {True: [False] * 3, False: [is_async] * 3}


# What is logged of a layer's fault: one line.


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"view"})


def wsgi(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b"view"]


def in_asgi(*layers: Any) -> Answer:
    return ask(unireq_asgi.install(asgi, *layers))


def in_wsgi(*layers: Any) -> Answer:
    return ask(unireq_wsgi.install(wsgi, *layers))


def test_what_ends_the_process_in_a_last_part_goes_on_and_the_layers_around_end() -> None:
    ended: list[unireq.Sent | None] = []

    @unireq.middleware
    def outer(_: unireq.Request) -> unireq.Steps:
        head = yield None
        yield None
        ended.append(head.sent)
        return None

    @unireq.middleware
    def inner(_: unireq.Request) -> unireq.Steps:
        yield None
        yield None
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_wsgi(outer, inner)
    assert ended == [unireq.Sent(4, complete=True, error=None)]


def _wrong(kind: str, *, is_async: bool) -> unireq.Middleware:
    def steps(request: unireq.Request) -> Any:
        head: Any = None
        for part in ("first", "later", "last"):
            if kind == f"raises {part}":
                raise ValueError(part)
            if kind == "returns nonsense" and part == "later":
                return "nonsense"
            if part != "last":
                head = yield "nonsense" if kind == "yields nonsense" else None
        if kind == "yields thrice":
            yield
        if kind == "edits too late":
            head.set_header("x-a", "b")
        return None

    async def asteps(request: unireq.Request) -> Any:
        running, argument = steps(request), None
        while True:
            try:
                value = running.send(argument)
            except StopIteration as stop:
                # An async generator returns nothing.
                if stop.value is not None:
                    yield stop.value
                return
            argument = yield value

    return unireq.middleware(asteps if is_async else steps)


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("send", [in_asgi, in_wsgi])
@pytest.mark.parametrize(
    ("kind", "status", "says"),
    [
        ("raises first", 500, "failed in its first part: ValueError: first"),
        ("raises later", 500, "failed when the head was made: ValueError: later"),
        ("yields nonsense", 500, "expected it to yield a unireq.Response or None, got str"),
        ("returns nonsense", 500, "a unireq.Response or None, got str"),
        ("raises last", 200, "failed after the answer: ValueError: last"),
        ("yields thrice", 200, "at most two yields and no Response at the end, got a third"),
        ("edits too late", 200, "expected a change before the head is sent"),
    ],
)
def test_a_layers_fault_is_logged(
    send: Callable[..., Answer],
    is_async: bool,
    kind: str,
    status: int,
    says: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    notes: list[Any] = []
    answer = send(noting(notes), _wrong(kind, is_async=is_async))
    assert (answer.status, answer.get("x-layers")) == (status, "layer")
    (line,) = [each.getMessage() for each in caplog.records if each.name == "unireq"]
    assert "test_layers._wrong" in line
    assert says in line
    assert [note[1] for note in notes[:2]] == ["before", status]
    assert len(notes) == 3


# The layers of the page about middleware.

PAGE = Path(__file__).resolve().parents[2] / "docs" / "middleware.md"
CODE = re.search(
    r"<!-- example: layers -->\n```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
)


def boom() -> None:
    raise KeyError("boom")


def body(request: unireq.Request) -> bytes:
    return request.read()


@everywhere
def test_the_layers_of_the_page(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CODE is not None
    page: dict[str, Any] = {"__name__": "page"}
    exec(compile(CODE[1], "layers", "exec"), page)  # noqa: S102
    lines: list[str] = []
    monkeypatch.setattr(page["log"], "info", lambda text, *args: lines.append(text % args))
    names = ("cors", "request_ids", "access_log", "hide_errors", "signed")
    layers = [page[each] for each in names]
    with running(name, *layers, boom=boom, body=body, view=lambda: "view") as app:
        preflight = request(app, "/view", "OPTIONS", access_control_request_method="POST")
        assert (preflight.status, preflight.get("access-control-allow-methods")) == (
            204,
            "GET, POST",
        )
        for path, status in (("/view", 200), ("/denied", 403), ("/stream", 200), ("/boom", 500)):
            answer = request(app, path, x_request_id="mark")
            fields = ("access-control-allow-origin", "vary", "x-request-id")
            assert answer.status == status
            assert [str(answer.get(each)).lower() for each in fields] == ["*", "origin", "mark"]
        assert answer.content == b'{"error":"internal","id":"mark"}'
        for signature, status in (("6", 200), ("7", 401)):
            answer = request(app, "/body", "POST", b"\1\2\3", x_signature=signature)
            assert (answer.status, answer.get("vary")) == (status, "origin")
    route = None if name in {"asgi", "wsgi"} else "/stream"
    assert any(line.startswith(f"GET {route} 200 13 0.") for line in lines), lines
    assert page["request_id"].get() == "-"
