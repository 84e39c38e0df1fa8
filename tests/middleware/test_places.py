"""Where layers can stand, what they refuse, and what only one protocol or framework has."""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
import types
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.util import FileWrapper, setup_testing_defaults

import fastapi
import flask
import pytest
import trio
import trio.lowlevel
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

import unireq
import unireq_asgi
import unireq_flask
import unireq_starlette
import unireq_wsgi
from middleware.asking import SEEN, ask, connect, noting
from support import natives
from support.clients import TestClient
from unireq import Response, Sent


@unireq.middleware
def replacing(request: unireq.Request) -> unireq.Steps:
    head = yield None
    head.replace(Response("instead", status=201))


def heads(notes: list[Any]) -> list[Any]:
    """What layers have noted of heads."""
    return [note for note in notes if len(note) == 4]


def _two(request: unireq.Request, other: int) -> None: ...


async def _awaits(request: unireq.Request) -> None: ...


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: unireq.middleware(1), "expected a function, got int"),  # type: ignore[call-overload]
        (lambda: unireq.middleware(_two), r"takes a request alone, got _two\(request"),
        (lambda: unireq.middleware(blocking=True)(_awaits), "blocking=True on a sync function"),
        (lambda: unireq.middleware(body=1)(_awaits), "body of True, False or unireq.Limits"),
        (lambda: unireq.middleware(user="x")(_awaits), "expected user of True or False"),  # type: ignore[call-overload]
        (lambda: unireq_asgi.install(None, _awaits), "marked with @unireq.middleware, got _aw"),  # type: ignore[arg-type]
        (lambda: unireq_wsgi.as_middleware(1), "layers marked with @unireq.middleware, got int"),  # type: ignore[arg-type]
        (lambda: unireq_flask.install(flask.Blueprint("b", "b")), "pass outermost=False"),
    ],
)
def test_what_is_refused_when_it_is_mounted(make: Callable[[], Any], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        make()


def test_installing_again_adds_what_is_missing_around() -> None:
    one, two = noting([], "one"), noting([], "two")

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        return [b"x"]

    wrapped = unireq_wsgi.install(unireq_wsgi.install(unireq_wsgi.install(app, one), one), two, one)
    assert ask(wrapped).get("x-layers") == "one,two"
    for install, own in (
        (unireq_flask.install, flask.Flask("f")),
        (unireq_starlette.install, Starlette()),
    ):
        for _ in range(2):
            assert install(own, one, two) is own  # type: ignore[operator]
        assert ask(own).get("x-layers") == "two,one"
    with pytest.raises(RuntimeError, match="has not started"):
        unireq_starlette.install(own)


# Starlette and FastAPI.


def _view(request: Any) -> PlainTextResponse:
    if request.url.path.endswith("boom"):
        raise KeyError("boom")
    return PlainTextResponse("view")


ROUTES = [Route("/view/{n}", _view), Route("/boom", _view)]


@pytest.mark.parametrize("framework", [Starlette, fastapi.FastAPI])
def test_mounted_apps_and_add_middleware(framework: Any) -> None:
    notes: list[Any] = []
    outer, middle, inner = (noting(notes, mark) for mark in ("outer", "middle", "inner"))
    below = unireq_starlette.install(Starlette(routes=ROUTES), inner)
    app = framework(routes=[Mount("/sub", below), *ROUTES])
    app.add_middleware(unireq_starlette.as_middleware(middle))
    unireq_starlette.install(app, outer)
    assert ask(app, "/sub/view/1").get("x-layers") == "inner,middle,outer"
    route = "/sub/view/{n}"
    assert heads(notes) == [(mark, 200, None, route) for mark in ("inner", "middle", "outer")]
    notes.clear()
    # Starlette's 500 is around `add_middleware`: a layer there sees the head, and adds nothing.
    assert ask(app, "/boom").get("x-layers") == "outer"
    assert heads(notes) == [(mark, 500, "KeyError", "/boom") for mark in ("middle", "outer")]


def test_what_nobody_answers_is_still_raised_for_the_log() -> None:
    def app(*_: Any) -> Any:
        raise KeyError("boom")

    async def asgi(*_: Any) -> None:
        app()

    notes: list[Any] = []
    with pytest.raises(KeyError):
        ask(unireq_wsgi.install(app, noting(notes)))
    for wrapped in (
        unireq_asgi.install(asgi, noting(notes)),
        unireq_starlette.install(Starlette(routes=ROUTES), noting(notes)),
    ):
        with pytest.raises(KeyError):
            TestClient(wrapped).get("/boom")
    assert [note[1:3] for note in heads(notes)] == [(500, "KeyError")] * 3


# ASGI.


def test_handshakes_of_websockets() -> None:
    notes: list[Any] = []
    refuses: list[bool] = []

    @unireq.middleware(websocket=True)
    async def guard(request: unireq.Request) -> unireq.AsyncSteps:
        SEEN.set("guard")
        yield Response("no", status=403) if refuses else None

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        notes.append(SEEN.get())
        await receive()

    layers = (noting(notes, "asks", websocket=True), noting(notes, "not"), guard)
    wrapped = unireq_asgi.install(app, *layers)
    assert connect(wrapped) == ["websocket.accept"]
    assert notes == [("asks", "before"), "guard", ("asks", "closed")]
    refuses.append(True)
    assert connect(wrapped) == ["websocket.close"]
    start = "websocket.http.response"
    assert connect(wrapped, extensions={start: {}}) == [f"{start}.start", f"{start}.body"]


def test_the_user_of_an_async_getter() -> None:
    async def getter(native: Any) -> str:
        await asyncio.sleep(0)
        return "ada"

    @unireq.middleware(user=True)
    def layer(request: unireq.Request) -> Response:
        return Response(request.username)

    async def app(scope: Any, receive: Any, send: Any) -> None: ...

    unireq_asgi.ASGIRequest.set_username_getter(getter)
    try:
        assert ask(unireq_asgi.install(app, layer)).content == b"ada"
    finally:
        unireq_asgi.ASGIRequest.set_username_getter(None)


def test_a_cancelled_task_ends_its_layers() -> None:
    notes: list[Any] = []

    @unireq.middleware
    async def alayer(request: unireq.Request) -> unireq.AsyncSteps:
        head = yield None
        yield None
        await asyncio.sleep(0)
        notes.append(("async", head.sent))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/begun":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"abc", "more_body": True})
        await asyncio.sleep(60)

    async def send(event: Any) -> None: ...

    async def cancelled(path: str) -> None:
        wrapped = unireq_asgi.install(app, noting(notes), alayer)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(wrapped(natives.scope(path=path), _nothing, send), 0.05)

    asyncio.run(cancelled("/begun"))
    sent = Sent(3, complete=False, error=None)
    assert notes[-2:] == [("async", sent), ("layer", sent)]
    notes.clear()
    asyncio.run(cancelled("/waits"))
    assert notes == [("layer", "before"), ("layer", "closed")]


@types.coroutine
def _forever() -> Iterator[None]:
    while True:
        yield


async def _nothing(*_: Any) -> Any:
    await _forever()


def test_layers_are_closed_with_the_event_loop() -> None:
    notes: list[Any] = []
    left: list[Any] = []

    async def steps() -> unireq.AsyncSteps:
        try:
            yield None
        finally:
            await _forever()

    @unireq.middleware
    def async_in_the_end(_: unireq.Request) -> unireq.AsyncSteps:
        left.append(steps())
        return left[0]

    @unireq.middleware
    async def waits(_: unireq.Request) -> None:
        try:
            await _forever()
        finally:
            notes.append("async closed")

    app = unireq_asgi.install(_nothing, noting(notes), async_in_the_end, waits)
    connection = app(natives.scope(), _nothing, _nothing)
    connection.send(None)
    # Nothing can be awaited any more: an async generator is left to the loop.
    connection.close()
    assert notes == [("layer", "before"), "async closed", ("layer", "closed")]
    closing = left[0].aclose()
    closing.send(None)
    with pytest.raises(ZeroDivisionError):
        closing.throw(ZeroDivisionError)


def test_a_cancelled_scope_of_trio_ends_its_layers() -> None:
    notes: list[Any] = []

    @unireq.middleware
    async def alayer(_: unireq.Request) -> unireq.AsyncSteps:
        try:
            yield None
        finally:
            await trio.lowlevel.checkpoint()
            notes.append("async closed")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await trio.sleep_forever()

    async def cancelled() -> None:
        with trio.move_on_after(0.05):
            wrapped = unireq_asgi.install(app, noting(notes), alayer)
            await wrapped(natives.scope(), _nothing, _nothing)

    trio.run(cancelled)
    assert notes == [("layer", "before"), "async closed", ("layer", "closed")]


# WSGI, and files.


def test_files_that_the_server_sends_stay() -> None:
    notes: list[Any] = []
    content = io.BytesIO(b"content")
    layer, whole = noting(notes), ("layer", Sent(7, complete=True, error=None))

    def answer_of(app: Any) -> Any:
        environ: dict[str, Any] = {"wsgi.file_wrapper": FileWrapper}
        setup_testing_defaults(environ)
        answer = app(environ, lambda *_: None)
        assert type(answer) is FileWrapper
        return answer

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Length", "7")])
        return environ["wsgi.file_wrapper"](content)

    answer = answer_of(unireq_wsgi.install(app, layer))
    assert len(notes) == 2
    answer.close()
    assert content.closed
    assert notes[2] == whole

    native = flask.Flask("files")
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"content")
        file.flush()
        native.add_url_rule("/", "file", lambda: flask.send_file(file.name))
        answer_of(unireq_flask.install(native, layer)).close()
    assert notes[-1] == whole

    async def asends(scope: Any, receive: Any, send: Any) -> None:
        fields = [(b"content-length", b"7")]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.pathsend", "path": "/file"})

    notes.clear()
    ask(unireq_asgi.install(asends, layer))
    assert notes[-1] == whole


def late(environ: Any, start_response: Any) -> Iterator[bytes]:
    """An app whose head comes with its first chunk."""
    start_response("200 OK", [])
    yield b"late"


def empty(environ: Any, start_response: Any) -> Iterator[bytes]:
    """One that sends no chunk."""
    start_response("204 No Content", [])
    yield from ()


def failing(environ: Any, start_response: Any) -> Iterator[bytes]:
    """One that fails before its first chunk."""
    start_response("200 OK", [])
    raise unireq.Abort(Response("aborted", status=409))
    yield b""


def second(environ: Any, start_response: Any) -> Iterator[bytes]:
    """One that begins another answer before its first chunk."""
    try:
        start_response("200 OK", [])
        raise KeyError("late")  # noqa: TRY301
    except KeyError:
        start_response("418 Teapot", [("X-App", "1")], sys.exc_info())
    yield b""
    yield b"tea"


def writing(environ: Any, start_response: Any) -> Any:
    """One that uses the function of PEP 3333."""
    start_response("200 OK", [])(b"written ")
    return [b"returned"]


@pytest.mark.parametrize(
    ("app", "layers", "status", "content"),
    [
        (late, (), 200, b"late"),
        (late, (replacing,), 201, b"instead"),
        (empty, (replacing,), 201, b"instead"),
        (failing, (), 409, b"aborted"),
        (failing, (replacing,), 201, b"instead"),
        (second, (), 418, b"tea"),
        (writing, (), 200, b"written returned"),
    ],
)
def test_what_comes_late_on_wsgi_is_the_layers_too(
    app: Any, layers: Any, status: int, content: bytes
) -> None:
    notes: list[Any] = []
    answer = ask(unireq_wsgi.install(app, noting(notes), *layers))
    assert (answer.status, answer.content, answer.get("x-layers")) == (status, content, "layer")
    assert answer.get("x-app") == ("1" if app is second else None)
    assert [note[1] for note in heads(notes)] == [status]
    assert notes[-1] == ("layer", Sent(len(content), complete=True, error=None))
