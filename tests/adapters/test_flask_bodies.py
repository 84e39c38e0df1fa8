"""Bodies in a Flask app: chunks, an async view, and what Flask itself refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask
import pytest

import unireq
from support.posting import CHUNKED, SMALL, Unseekable, environ
from unireq import BodyConsumed


def answer(view: Callable[[], Any], body: bytes, **changes: Any) -> Any:
    """What `view` returned for a request with this body."""
    app = flask.Flask(__name__)
    with app.request_context(environ(body, **changes)):
        return view()


def neutral() -> unireq.Request:
    return unireq.from_native(flask.request)


def test_a_form_that_there_is_not_has_taken_nothing() -> None:
    native = flask.Request(environ(b"abc", "text/plain"))
    assert native.form == {}
    assert unireq.from_native(native).read() == b"abc"
    for length in ("0", None):
        native = flask.Request(environ(b"", CONTENT_LENGTH=length))
        assert native.form == {}
        assert native.stream.read() == b""
        assert unireq.from_native(native).read() == b""


def test_nobody_knows_how_much_of_an_input_without_a_length_is_left() -> None:
    def some() -> None:
        assert flask.request.stream.read(2) == b"a="
        with pytest.raises(BodyConsumed, match="how much of it has been read"):
            neutral().read()

    def all_of_it() -> None:
        flask.request.stream.read()
        assert flask.request.get_data() == b""
        with pytest.raises(BodyConsumed):
            neutral().read()

    for view in (some, all_of_it):
        answer(view, b"a=x", **{**CHUNKED, "wsgi.input": Unseekable(b"a=x")})


def test_an_async_view() -> None:
    pytest.importorskip("asgiref")

    async def read() -> Any:
        request = neutral()
        assert (await request.aform())["a"] == "x"
        return await request.aread() == request.read() == SMALL

    def view() -> Any:
        # Flask runs it like this, in a loop of its own.
        return flask.current_app.ensure_sync(read)()

    assert answer(view, SMALL)


def test_a_body_that_is_too_large_for_flask() -> None:
    def view() -> Any:
        # The request's own setting of that name is new in Flask 3.1.
        flask.current_app.config["MAX_CONTENT_LENGTH"] = 10
        return neutral().read()

    # unireq has limits of its own.
    assert answer(view, SMALL) == SMALL
