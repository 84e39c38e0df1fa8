"""Where layers can stand, what they refuse, and what only one protocol has."""

from __future__ import annotations

import asyncio
import io
import pickle
import sys
import tempfile
import types
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.util import FileWrapper, setup_testing_defaults

import flask
import pytest
import sanic
import starlette.applications
import trio
import trio.lowlevel
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

import unireq
import unireq_asgi
import unireq_flask
import unireq_sanic
import unireq_starlette
import unireq_wsgi
from middleware import apps
from middleware.apps import SEEN, Target


def noting(into: list[Any], mark: str, **options: bool) -> Any:
    @unireq.middleware(**options)
    def layer(request: unireq.Request) -> unireq.Steps:
        into.append((mark, "before"))
        try:
            head = yield None
        except GeneratorExit:
            into.append((mark, "closed"))
            raise
        head.add_header("x-layers", mark)
        error = type(head.error).__name__ if head.error else None
        into.append((mark, head.status, error, request.route))
        yield None
        into.append((mark, head.sent))
        return None

    return layer


def _two(request: unireq.Request, other: int) -> None: ...


async def _awaits(request: unireq.Request) -> None: ...


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: unireq.middleware(1), "expected a function, got int"),  # type: ignore[call-overload]
        (lambda: unireq.middleware(_two), r"takes a request alone, got _two\(request"),
        (lambda: unireq.middleware(blocking=True)(_awaits), "blocking=True on a sync function"),
        (
            lambda: unireq.middleware(body=1)(_awaits),
            "expected body of True, False or unireq.Limits",
        ),
        (lambda: unireq.middleware(user="x")(_awaits), "expected user of True or False"),  # type: ignore[call-overload]
        (
            lambda: unireq_asgi.install(None, _awaits),
            "layers marked with @unireq.middleware, got _aw",
        ),  # type: ignore[arg-type]
        (lambda: unireq_wsgi.as_middleware(1), "layers marked with @unireq.middleware, got int"),  # type: ignore[arg-type]
        (lambda: unireq_flask.install(flask.Blueprint("b", "b")), "pass outermost=False"),
    ],
)
def test_what_is_refused_when_it_is_mounted(make: Callable[[], Any], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        make()


def test_installing_again_adds_what_is_missing_around() -> None:
    notes: list[Any] = []
    one, two = noting(notes, "one"), noting(notes, "two")

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        return [b"x"]

    wrapped = unireq_wsgi.install(unireq_wsgi.install(unireq_wsgi.install(app, one), one), two, one)
    assert Target(wrapped, is_async=False).ask("/").all("x-layers") == ["one", "two"]
    native = flask.Flask("f")
    for _ in range(2):
        assert unireq_flask.install(native, one, two) is native
    assert Target(native, is_async=False).ask("/").all("x-layers") == ["two", "one"]
    own = starlette.applications.Starlette()
    for _ in range(2):
        assert unireq_starlette.install(own, one, two) is own
    assert Target(own, is_async=True).ask("/").all("x-layers") == ["two", "one"]
    with pytest.raises(RuntimeError, match="has not started"):
        unireq_starlette.install(own)


def _starlette(*, inner: Any, middleware: Any = ()) -> starlette.applications.Starlette:
    def view(request: Any) -> PlainTextResponse:
        if request.url.path.endswith("boom"):
            raise KeyError("boom")
        return PlainTextResponse("view")

    routes = [Route("/view/{n}", view), Route("/boom", view)]
    below = starlette.applications.Starlette(routes=routes)
    unireq_starlette.install(below, inner)
    app = starlette.applications.Starlette(routes=[Mount("/sub", below), *routes])
    for each in middleware:
        app.add_middleware(each)
    return app


def test_mounted_apps_and_add_middleware() -> None:
    notes: list[Any] = []
    outer, middle, inner = (noting(notes, mark) for mark in ("outer", "middle", "inner"))
    app = _starlette(inner=inner, middleware=[unireq_starlette.as_middleware(middle)])
    target = Target(unireq_starlette.install(app, outer), is_async=True)
    answer = target.ask("/sub/view/1")
    assert answer.all("x-layers") == ["inner", "middle", "outer"]
    route = "/sub/view/{n}"
    assert [note for note in notes if len(note) == 4] == [
        (mark, 200, None, route) for mark in ("inner", "middle", "outer")
    ]
    notes.clear()
    # Starlette's 500 is around `add_middleware`: a layer there sees the head, and adds nothing.
    assert target.ask("/boom").all("x-layers") == ["outer"]
    seen = [note for note in notes if len(note) == 4]
    assert seen == [(mark, 500, "KeyError", "/boom") for mark in ("middle", "outer")]


def test_hooks_of_a_flask_blueprint() -> None:
    notes: list[Any] = []
    app = flask.Flask("app")
    inside = flask.Blueprint("inside", "inside", url_prefix="/inside")

    @inside.get("/view")
    def view() -> str:
        return "view"

    @inside.get("/stream")
    def stream() -> Any:
        return flask.Response(iter([b"a", b"b"]))

    @inside.get("/boom")
    def boom() -> str:
        raise KeyError("boom")

    app.add_url_rule("/outside", "outside", view)
    unireq_flask.install(inside, noting(notes, "bp"), outermost=False)
    app.register_blueprint(inside)
    target = Target(app, is_async=False)
    for path, status, size in (("view", 200, 4), ("stream", 200, 2), ("boom", 500, None)):
        notes.clear()
        answer = target.ask(f"/inside/{path}")
        assert (answer.status, answer.all("x-layers")) == (status, ["bp"])
        error = "KeyError" if path == "boom" else None
        assert notes[:2] == [("bp", "before"), ("bp", status, error, f"/inside/{path}")]
        assert notes[2][1].complete
        assert size in {None, notes[2][1].size}
    assert target.ask("/outside").all("x-layers") == []


def _connect(app: Any, extensions: dict[str, Any]) -> list[Any]:
    sent: list[Any] = []
    events = [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}]

    async def receive() -> Any:
        return events.pop(0)

    async def send(event: Any) -> None:
        sent.append(event["type"])

    scope = {"type": "websocket", "path": "/", "headers": [], "extensions": extensions}
    asyncio.run(app({**scope, "query_string": b"", "http_version": "1.1"}, receive, send))
    return sent


def test_handshakes_of_websockets() -> None:
    notes: list[Any] = []
    refusing: list[bool] = []

    @unireq.middleware(websocket=True)
    async def guard(request: unireq.Request) -> unireq.AsyncSteps:
        SEEN.set("guard")
        yield unireq.Response("no", status=403) if refusing else None

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        notes.append(SEEN.get())
        await receive()

    layers = (noting(notes, "asks", websocket=True), noting(notes, "not"), guard)
    wrapped = unireq_asgi.install(app, *layers)
    assert _connect(wrapped, {}) == ["websocket.accept"]
    assert notes == [("asks", "before"), "guard", ("asks", "closed")]
    refusing.append(True)
    assert _connect(wrapped, {}) == ["websocket.close"]
    start = "websocket.http.response"
    assert _connect(wrapped, {start: {}}) == [f"{start}.start", f"{start}.body"]


def test_the_user_of_an_async_getter() -> None:
    async def getter(native: Any) -> str:
        await asyncio.sleep(0)
        return "ada"

    @unireq.middleware(user=True)
    def layer(request: unireq.Request) -> unireq.Response:
        return unireq.Response(request.username)

    async def app(scope: Any, receive: Any, send: Any) -> None: ...

    unireq_asgi.ASGIRequest.set_username_getter(getter)
    try:
        assert Target(unireq_asgi.install(app, layer), is_async=True).ask("/").body == b"ada"
    finally:
        unireq_asgi.ASGIRequest.set_username_getter(None)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("handler", ["wsgi", "asgi"])
def test_djangos_middleware_of_another_kind(handler: str, before: bool) -> None:
    notes: list[Any] = []

    @unireq.middleware
    async def alayer(request: unireq.Request) -> unireq.AsyncSteps:
        SEEN.set("layer")
        await asyncio.sleep(0)
        head = yield None
        await asyncio.sleep(0)
        head.set_header("x-async", SEEN.get())
        yield None
        await asyncio.sleep(0)
        notes.append(head.sent)

    layers = (noting(notes, "layer"), alayer)
    target = apps._django(
        layers, {}, handler, ["sync_only", "around"] if before else ["around", "sync_only"]
    )
    for path in ("/seen", "/stream", "/boom"):
        notes.clear()
        answer = target.ask(path)
        assert (answer.get("x-async"), answer.all("x-layers")) == ("layer", ["layer"])
        assert notes[-1][1] == notes[-2]
        assert notes[-2].complete
        if path == "/seen":
            assert answer.body == b"layer /seen"


def test_a_cancelled_task_ends_its_layers() -> None:
    notes: list[Any] = []
    over = asyncio.Event

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

    wrapped = unireq_asgi.install(app, noting(notes, "sync"), alayer)

    async def cancelled(path: str) -> None:
        async def nothing(event: Any = None) -> Any:
            await over().wait() if event is None else None

        scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
        task = asyncio.ensure_future(wrapped({**scope, "http_version": "1.1"}, nothing, nothing))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled("/begun"))
    sent = unireq.Sent(3, complete=False, error=None)
    assert notes[-2:] == [("async", sent), ("sync", sent)]
    notes.clear()
    asyncio.run(cancelled("/waits"))
    assert notes == [("sync", "before"), ("sync", "closed")]


@types.coroutine
def _forever() -> Iterator[None]:
    while True:
        yield


async def _nothing(_: Any = None) -> Any:
    await _forever()


_HEADER_ONLY: dict[str, Any] = {
    "type": "http",
    "http_version": "1.1",
    "method": "GET",
    "path": "/",
    "headers": [],
    "query_string": b"",
}


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

    app = unireq_asgi.install(_nothing, noting(notes, "sync"), async_in_the_end, waits)
    connection = app({**_HEADER_ONLY}, _nothing, _nothing)
    connection.send(None)
    # Nothing can be awaited any more: an async generator is left to the loop.
    connection.close()
    assert notes == [("sync", "before"), "async closed", ("sync", "closed")]
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
            wrapped = unireq_asgi.install(app, noting(notes, "sync"), alayer)
            await wrapped({**_HEADER_ONLY}, _nothing, _nothing)

    trio.run(cancelled)
    assert notes == [("sync", "before"), "async closed", ("sync", "closed")]


def test_files_that_the_server_sends_stay() -> None:
    notes: list[Any] = []
    content = io.BytesIO(b"content")

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Length", "7")])
        return environ["wsgi.file_wrapper"](content)

    environ: dict[str, Any] = {"wsgi.file_wrapper": FileWrapper}
    setup_testing_defaults(environ)
    layer = noting(notes, "layer")
    answer = unireq_wsgi.install(app, layer)(environ, lambda *_: None)
    assert type(answer) is FileWrapper
    assert len(notes) == 2
    answer.close()
    assert content.closed
    assert notes[2] == ("layer", unireq.Sent(7, complete=True, error=None))

    native = flask.Flask("files")
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"content")
        file.flush()
        native.add_url_rule("/", "file", lambda: flask.send_file(file.name))
        unireq_flask.install(native, layer)
        environ = {"wsgi.file_wrapper": FileWrapper}
        setup_testing_defaults(environ)
        answer = native(environ, lambda *_: None)
        assert type(answer) is FileWrapper
        answer.close()
    assert notes[-1] == ("layer", unireq.Sent(7, complete=True, error=None))

    async def asends(scope: Any, receive: Any, send: Any) -> None:
        fields = [(b"content-length", b"7")]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.pathsend", "path": "/file"})

    Target(unireq_asgi.install(asends, layer), is_async=True).ask("/")
    assert notes[-1] == ("layer", unireq.Sent(7, complete=True, error=None))


def test_the_last_answer_before_the_first_chunk_counts() -> None:
    notes: list[Any] = []

    def app(environ: Any, start_response: Any) -> Any:
        try:
            start_response("200 OK", [])
            raise KeyError("late")  # noqa: TRY301
        except KeyError:
            start_response("418 Teapot", [("X-App", "1")], sys.exc_info())
        yield b""
        yield b"tea"

    target = Target(unireq_wsgi.install(app, noting(notes, "layer")), is_async=False)
    answer = target.ask("/")
    assert (answer.status, answer.get("x-app"), answer.body) == (418, "1", b"tea")
    assert answer.all("x-layers") == ["layer"]
    assert [note[1] for note in notes if len(note) == 4] == [418]


def test_the_write_function_of_wsgi() -> None:
    notes: list[Any] = []

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])(b"written ")
        return [b"returned"]

    target = Target(unireq_wsgi.install(app, noting(notes, "layer")), is_async=False)
    assert target.ask("/").body == b"written returned"
    assert notes[-1] == ("layer", unireq.Sent(16, complete=True, error=None))


def test_sanic_pickles_the_class_of_an_app_for_its_workers() -> None:
    app = sanic.Sanic("pickled", configure_logging=False)
    unireq_sanic.install(app, noting([], "a"))
    assert type(app) is not sanic.Sanic
    assert type(app).__name__ == "Sanic"
    assert pickle.loads(pickle.dumps(type(app).get_app))("pickled") is app  # noqa: S301
