"""Layers inside a Flask app, and around WSGI apps that answer late: before and in their chunks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import flask
import pytest

import unireq
import unireq_flask
import unireq_wsgi

ENVIRON: dict[str, Any] = {"REQUEST_METHOD": "GET", "wsgi.url_scheme": "http", "HTTP_HOST": "h"}


def flask_app(*layers: unireq.Middleware) -> flask.Flask:
    app = flask.Flask("inside")

    @app.route("/text")
    def text() -> str:
        return "text"

    @app.route("/stream")
    def stream() -> flask.Response:
        return flask.Response(iter(["a", "b"]))

    @app.route("/boom")
    def boom() -> str:
        raise ValueError("boom")

    return unireq_flask.install(app, *layers, outermost=False)


def ending(notes: list[Any]) -> unireq.Middleware:
    """A layer that notes the head, and what was sent."""

    @unireq.middleware
    def layer(request: unireq.Request) -> unireq.Steps:
        head = yield None
        notes.append((head.status, type(head.error).__name__))
        yield None
        notes.append((head.sent.size, head.sent.complete))

    return layer


@unireq.middleware
def replacing(request: unireq.Request) -> unireq.Steps:
    head = yield None
    head.replace(unireq.Response("instead", status=201))


@unireq.middleware
def refusing(request: unireq.Request) -> unireq.Response:
    return unireq.Response("no", status=403)


@pytest.mark.parametrize(
    ("path", "status", "body", "noted"),
    [
        ("/text", 200, b"text", [(200, "NoneType"), (4, True)]),
        ("/stream", 200, b"ab", [(200, "NoneType"), (2, True)]),
        ("/boom", 500, None, [(500, "ValueError")]),
    ],
)
def test_inside_flask_layers_see_the_answer_and_its_end(
    path: str, status: int, body: bytes | None, noted: list[Any]
) -> None:
    notes: list[Any] = []
    with flask_app(ending(notes)).test_client().get(path) as response:
        assert response.status_code == status
        assert body is None or response.data == body
    assert notes[: len(noted)] == noted
    assert len(notes) == 2


def test_inside_flask_layers_answer_in_place_of_views() -> None:
    with flask_app(replacing).test_client().get("/text") as response:
        assert (response.status_code, response.data) == (201, b"instead")
    with flask_app(refusing).test_client().get("/text") as response:
        assert (response.status_code, response.data) == (403, b"no")


def test_inside_flask_a_stream_is_sent_while_it_comes() -> None:
    notes: list[Any] = []
    app = flask_app(ending(notes))

    @app.route("/endless")
    def endless() -> flask.Response:
        return flask.Response(str(number) for number in range(10**9))

    with app.test_client().get("/endless", buffered=False) as response:
        assert next(iter(response.response)) == b"0"
    assert notes == [(200, "NoneType"), (1, False)]


def ask(app: Any) -> tuple[str, bytes]:
    """The status and the content that a server would send."""
    heads: list[str] = []
    chunks: list[bytes] = []

    def start_response(status: str, fields: Any, exc_info: Any = None) -> Any:
        heads.append(status)
        return chunks.append

    answer = app(dict(ENVIRON), start_response)
    try:
        chunks.extend(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    return heads[-1], b"".join(chunks)


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
    raise unireq.Abort(unireq.Response("aborted", status=409))
    yield b""


@pytest.mark.parametrize(
    ("app", "layers", "expected"),
    [
        (late, (replacing,), ("201 Created", b"instead")),
        (empty, (replacing,), ("201 Created", b"instead")),
        (failing, (), ("409 Conflict", b"aborted")),
        (failing, (replacing,), ("201 Created", b"instead")),
    ],
)
def test_what_comes_late_on_wsgi_is_the_layers_too(
    app: Any, layers: Any, expected: tuple[str, bytes]
) -> None:
    notes: list[Any] = []
    assert ask(unireq_wsgi.install(app, ending(notes), *layers)) == expected
    assert notes[-1][1] is True
