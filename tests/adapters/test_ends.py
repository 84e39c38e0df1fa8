"""Where requests end that nobody closes, and what is not kept by what they leave behind."""

from __future__ import annotations

import asyncio
import gc
import weakref
from types import SimpleNamespace

import flask
import pytest

import unireq
import unireq_flask
from unireq.adapter import AsyncReadBody
from unireq_sanic._body import open_body


def test_flasks_request_ends_with_its_answer() -> None:
    app = flask.Flask(__name__)
    unireq_flask.install(app)

    @app.get("/")
    def index() -> str:
        return unireq.current_request().path

    @app.get("/streamed")
    def streamed() -> flask.Response:
        return flask.Response(iter([b"a", b"b"]))

    # Flask's test client closes nothing.
    response = app.test_client().get("/")
    assert response.data == b"/"
    with pytest.raises(unireq.NoCurrentRequest):
        unireq.current_request()
    response = app.test_client().get("/streamed")
    assert unireq.current_request().path == "/streamed"
    response.close()
    with pytest.raises(unireq.NoCurrentRequest):
        unireq.current_request()


class Native:
    """As Sanic's request is: its stream holds it."""

    def __init__(self) -> None:
        self.stream = SimpleNamespace(request=self, request_body=True)


def test_the_source_of_a_body_does_not_keep_sanics_request() -> None:
    native = Native()
    pull = open_body(native)
    known = weakref.ref(native)
    del native
    gc.collect()
    assert known() is None
    assert asyncio.run(_pulled(pull)) is None


async def _pulled(pull: AsyncReadBody) -> bytes | None:
    return await pull()
