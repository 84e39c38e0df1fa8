"""Bodies on WSGI: where an input ends, and that nobody waits for what doesn't come."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import flask
import pytest

import unireq
from support import natives
from support.posting import CHUNKED, SMALL, Endless, environ
from unireq import IncompleteBody

JSON = b'{"a": "\xc3\xa9"}'

on_wsgi_and_flask = pytest.mark.parametrize(
    "make",
    [unireq.from_wsgi, lambda environ: unireq.from_native(flask.Request(environ))],
    ids=["wsgi", "flask"],
)
Make = Callable[[Any], Any]


def test_no_length_is_no_body_and_nobody_waits() -> None:
    for changes in ({}, {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "0"}):
        stream = Endless(b"next")
        request = unireq.from_wsgi(natives.environ(**{"wsgi.input": stream, **changes}))
        assert request.read() == request.body == b""
        assert stream.asked == 0
    assert unireq.from_wsgi(natives.environ(**{"wsgi.input": None})).read() == b""


@on_wsgi_and_flask
@pytest.mark.parametrize(
    "length", ["x", "+4", "-4", "4, 5", "4 4", "0x4", "4.0", "9" * 20, "\u0664"]
)
def test_a_length_that_says_nothing(make: Make, length: str) -> None:
    stream = Endless(b"next")
    made = natives.environ(**{"wsgi.input": stream, "CONTENT_LENGTH": length})
    with pytest.raises(IncompleteBody, match="expected one Content-Length"):
        make(made).read()
    assert stream.asked == 0


@on_wsgi_and_flask
@pytest.mark.parametrize("length", [None, "0", "7"])
def test_an_input_that_can_be_read_again(make: Make, length: str | None) -> None:
    """It ends by itself (HTTP/2 needs no length), and who has read it has taken nothing away."""
    made = natives.environ(**{"wsgi.input": io.BytesIO(JSON), "CONTENT_LENGTH": length or ""})
    made["wsgi.input"].read()
    expected = JSON[: int(length)] if length else JSON
    request = make(made)
    assert request.read() == expected == request._environ["wsgi.input"].read()


def test_a_stream_that_ends_by_itself() -> None:
    made = environ(JSON, **{**CHUNKED, "wsgi.input": Endless(JSON)})
    request = unireq.from_wsgi(made)
    assert request.read() == made["wsgi.input"].read() == JSON


@on_wsgi_and_flask
def test_chunks_that_the_server_does_not_decode(make: Make) -> None:
    made = natives.environ(**{"wsgi.input": Endless(b"x"), "HTTP_TRANSFER_ENCODING": "chunked"})
    request = make(made)
    for _ in range(2):
        with pytest.raises(IncompleteBody, match=r"without the key wsgi\.input_terminated"):
            request.read()


def test_a_stream_that_ends_early() -> None:
    request = unireq.from_wsgi(environ(SMALL, **{"wsgi.input": Endless(SMALL[:-1])}))
    for use in (request.read, request.form):
        with pytest.raises(IncompleteBody, match=rf"expected {len(SMALL)} bytes"):
            use()
    made = environ(SMALL, **{"wsgi.input": Endless(SMALL)})
    made["wsgi.input"].read(1000)
    with pytest.raises(IncompleteBody, match="other code has read part of the body before unireq"):
        unireq.from_wsgi(made).read()
