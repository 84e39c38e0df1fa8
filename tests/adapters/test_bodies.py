"""Bodies of every kind of native request: read, given again, and never silently empty."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import flask
import pytest

import unireq
from support import forms, natives
from unireq import BodyConsumed, BodyNotRead, IncompleteBody, Limits, Request

FORM = forms.body(forms.field(), forms.file(content=b"y" * 100))
JSON = b'{"a": "\xc3\xa9"}'


def receiving(*chunks: bytes, end: str = "http.disconnect") -> Callable[[], Any]:
    """A `receive` that gives `chunks`, and then, once, the event `end`."""
    events: list[dict[str, Any]] = [
        {"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks[:-1]
    ]
    # What may be left out is left out.
    events += [{"type": "http.request", "body": chunk} for chunk in chunks[-1:]]
    events.append({"type": end})

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return events.pop(0)

    return receive


def head(body: bytes, content_type: str) -> list[tuple[bytes, bytes]]:
    return [
        *natives.fields(),
        (b"content-type", content_type.encode()),
        (b"content-length", b"%d" % len(body)),
    ]


def scope(body: bytes, content_type: str = forms.MULTIPART) -> dict[str, Any]:
    return natives.scope(method="POST", headers=head(body, content_type))


def environ(body: bytes, content_type: str = forms.MULTIPART, **changes: Any) -> dict[str, Any]:
    # Behind the body a connection may go on.
    return natives.environ(
        REQUEST_METHOD="POST",
        CONTENT_TYPE=content_type,
        CONTENT_LENGTH=str(len(body)),
        **{"wsgi.input": io.BytesIO(body + b"next"), **changes},
    )


def in_two(body: bytes) -> Callable[[], Any]:
    return receiving(body[:5], b"", body[5:])


def _asgi(body: bytes, content_type: str) -> Request:
    return unireq.from_asgi(scope(body, content_type), in_two(body))


def _wsgi(body: bytes, content_type: str) -> Request:
    return unireq.from_wsgi(environ(body, content_type))


def _starlette(body: bytes, content_type: str) -> Request:
    from starlette.requests import Request as Native

    return unireq.from_native(Native(scope(body, content_type), in_two(body)))


def _django_wsgi(body: bytes, content_type: str) -> Request:
    natives.configure_django()
    from django.core.handlers.wsgi import WSGIRequest

    return unireq.from_native(WSGIRequest(environ(body, content_type)))


def _django_asgi(body: bytes, content_type: str) -> Request:
    natives.configure_django()
    from django.core.handlers.asgi import ASGIRequest

    return unireq.from_native(ASGIRequest(scope(body, content_type), io.BytesIO(body)))


def _flask(body: bytes, content_type: str) -> Request:
    from flask import Request as Native

    return unireq.from_native(Native(environ(body, content_type)))


def _sanic(body: bytes, content_type: str) -> Request:
    lines = b"".join(b"%b: %b\r\n" % pair for pair in head(body, content_type))
    native = natives.sanic(b"POST / HTTP/1.1\r\n" + lines + b"\r\n")
    native.body = body
    return unireq.from_native(native)


KINDS: dict[str, Callable[[bytes, str], Request]] = {
    "asgi": _asgi,
    "wsgi": _wsgi,
    "starlette": _starlette,
    "django-wsgi": _django_wsgi,
    "django-asgi": _django_asgi,
    "flask": _flask,
    "sanic": _sanic,
}

each_kind = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)


@each_kind
def test_in_async_code(make: Callable[[bytes, str], Request]) -> None:
    request = make(FORM, forms.MULTIPART)

    async def main() -> None:
        form = await request.aform()
        assert forms.contents(form) == [("a", "x"), ("f", ("f.txt", b"y" * 100))]
        assert await request.aread() == request.read() == request.body == FORM
        assert request.form() is form
        assert await make(JSON, "application/json").ajson() == {"a": "é"}
        assert await make(JSON, "text/plain").atext() == JSON.decode()
        assert b"".join([c async for c in make(JSON, "text/plain").astream()]) == JSON

    asyncio.run(main())


@each_kind
def test_in_sync_code(make: Callable[[bytes, str], Request]) -> None:
    request = make(FORM, forms.MULTIPART)
    if request.body_is_async and type(request).__module__ != "unireq_sanic._request":
        for use in (request.read, request.form, request.json, lambda: next(request.stream())):
            with pytest.raises(
                BodyNotRead, match=r"`await request.aread\(\)` before you start the thread"
            ):
                use()
        asyncio.run(request.aread())
    assert request.form()["a"] == "x"
    assert request.read() == request.body == b"".join(request.stream()) == FORM


@each_kind
def test_views_of_one_native_request_share_its_body(
    make: Callable[[bytes, str], Request],
) -> None:
    request = make(FORM, forms.MULTIPART)
    other = type(request)(request.native)
    form = asyncio.run(request.aform())
    assert other.form() is form
    assert other.read() == FORM
    assert unireq.from_native(request.native).to_dict() == request.to_dict()


@each_kind
def test_more_than_the_limit(make: Callable[[bytes, str], Request]) -> None:
    request = make(JSON, "application/json")
    with pytest.raises(unireq.BodyTooLarge, match=r"Limits.body_size"):
        asyncio.run(request.aread(limits=Limits(body_size=len(JSON) - 1)))
    assert asyncio.run(request.ajson(limits=Limits(body_size=len(JSON)))) == {"a": "é"}


@each_kind
def test_looking_does_not_read(make: Callable[[bytes, str], Request]) -> None:
    request = make(FORM, forms.MULTIPART)
    request.to_dict()
    _ = (request.replace(), repr(request), unireq.diff(request, request), request.url)
    assert asyncio.run(request.aread()) == FORM


# ASGI.


def test_a_scope_alone_has_no_body() -> None:
    request = unireq.from_asgi(scope(FORM))
    for use in (request.aread, request.aform):
        with pytest.raises(BodyNotRead, match=r"unireq.from_asgi\(scope, receive\)"):
            asyncio.run(use())
    with pytest.raises(BodyNotRead):
        _ = request.receive  # type: ignore[attr-defined]


def test_a_websocket_has_no_body() -> None:
    fields = [(b"host", b"h"), (b"content-type", b"application/json")]
    websocket = natives.scope(type="websocket", scheme="ws", headers=fields)
    from starlette.websockets import WebSocket

    async def never() -> Any:
        raise AssertionError

    for request in (
        unireq.from_asgi(websocket),
        unireq.from_asgi(dict(websocket), never),
        unireq.from_native(WebSocket(dict(websocket), never, never)),
    ):
        assert request.read() == asyncio.run(request.aread()) == request.body == b""
        assert list(request.stream()) == []
        assert request.form() == {}


@pytest.mark.parametrize("chunks", [[], [b"ab"], [b"ab", b"c"]])
def test_a_client_that_has_gone(chunks: list[bytes]) -> None:
    async def receive() -> dict[str, Any]:
        if chunks:
            return {"type": "http.request", "body": chunks.pop(0), "more_body": True}
        return {"type": "http.disconnect"}

    request = unireq.from_asgi(natives.scope(method="POST"), receive)
    for _ in range(2):
        with pytest.raises(IncompleteBody, match="the client has disconnected"):
            asyncio.run(request.aread())


def test_a_receive_that_fails() -> None:
    async def receive() -> dict[str, Any]:
        raise ConnectionResetError("reset by peer")

    request = unireq.from_asgi(scope(FORM), receive)
    with pytest.raises(IncompleteBody, match="ConnectionResetError: reset by peer"):
        asyncio.run(request.aread())


def test_events_without_octets_and_octets_of_other_types() -> None:
    events: list[dict[str, Any]] = [
        {"type": "http.request", "more_body": True},
        {"type": "http.request", "body": bytearray(b"ab"), "more_body": True},
        {"type": "http.request", "body": memoryview(b"c")},
    ]

    async def receive() -> dict[str, Any]:
        return events.pop(0)

    request = unireq.from_asgi(natives.scope(method="POST"), receive)
    assert asyncio.run(request.aread()) == b"abc"


def test_a_receive_for_the_application_below() -> None:
    request = unireq.from_asgi(scope(FORM), in_two(FORM))

    async def main() -> None:
        await request.aread()
        receive = request.receive  # type: ignore[attr-defined]
        assert await receive() == {"type": "http.request", "body": FORM, "more_body": True}
        assert await receive() == {"type": "http.request", "body": b"", "more_body": False}
        assert await receive() == {"type": "http.disconnect"}
        # It goes on where it was, however often it is asked for.
        assert request.receive is receive  # type: ignore[attr-defined]

    asyncio.run(main())


def test_a_receive_before_anybody_has_read() -> None:
    request = unireq.from_asgi(scope(FORM), in_two(FORM))

    async def main() -> None:
        receive = request.receive  # type: ignore[attr-defined]
        assert (await receive())["body"] == FORM[:5]

    asyncio.run(main())


def test_a_thread_of_asyncio_can_not_reach_the_loop() -> None:
    request = unireq.from_asgi(scope(FORM), in_two(FORM))

    async def main() -> None:
        with pytest.raises(BodyNotRead, match=r"^read\(\): .*this thread can't reach the event"):
            await asyncio.to_thread(request.read)
        await request.aread()
        assert await asyncio.to_thread(request.read) == FORM

    asyncio.run(asyncio.wait_for(main(), 60))


# WSGI.


class Stream(io.BytesIO):
    """An input stream that can't go back, as those of connections."""

    asked = 0

    def read(self, size: int | None = -1) -> bytes:
        self.asked += 1
        assert size is not None
        assert size > 0, "it would wait for the end of the connection"
        return super().read(size)

    def seek(self, *_: Any) -> int:
        raise io.UnsupportedOperation("seek")


def test_no_length_is_no_body_and_nobody_waits() -> None:
    for changes in ({}, {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "0"}):
        stream = Stream(b"next")
        request = unireq.from_wsgi(natives.environ(**{"wsgi.input": stream, **changes}))
        assert request.read() == request.body == b""
        assert stream.asked == 0
    assert unireq.from_wsgi(natives.environ(**{"wsgi.input": None})).read() == b""


@pytest.mark.parametrize(
    "length", ["x", "+4", "-4", "4, 4", "4 4", "0x4", "4.0", "9" * 20, "\u0664"]
)
def test_a_length_that_says_nothing(length: str) -> None:
    for make in (unireq.from_wsgi, lambda e: unireq.from_native(natives.NATIVES["flask"](**e))):
        stream = Stream(b"next")
        made = natives.environ(**{"wsgi.input": stream, "CONTENT_LENGTH": length})
        with pytest.raises(IncompleteBody, match="expected one Content-Length"):
            make(made).read()
        assert stream.asked == 0


@pytest.mark.parametrize("length", [None, "0", "7"])
def test_an_input_that_can_be_read_again(length: str | None) -> None:
    """It ends by itself (HTTP/2 needs no length), and who has read it has taken nothing away."""
    for make in (unireq.from_wsgi, lambda e: unireq.from_native(natives.NATIVES["flask"](**e))):
        made = natives.environ(**{"wsgi.input": io.BytesIO(JSON), "CONTENT_LENGTH": length or ""})
        made["wsgi.input"].read()
        expected = JSON[: int(length)] if length else JSON
        request = make(made)
        assert request.read() == expected == request._environ["wsgi.input"].read()


@pytest.mark.parametrize("name", ["wsgi", "flask", "django"])
def test_http_2_without_a_length_below_wsgi_on_hypercorn(name: str) -> None:
    """A body needs no length there (RFC 9113 8.1); what was read the framework has, too."""
    from django.core.handlers.wsgi import WSGIRequest
    from hypercorn.app_wrappers import _build_environ

    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "root_path": "",
        "query_string": b"",
        "http_version": "2",
        "scheme": "https",
        "headers": [(b"content-type", b"application/json"), (b":authority", b"a.example")],
        "server": ("a.example", 443),
        "client": None,
    }
    environ = _build_environ(scope, JSON)
    if name == "wsgi":
        assert unireq.from_wsgi(environ).read() == environ["wsgi.input"].read() == JSON
    elif name == "flask":
        request = flask.Request(environ)
        assert unireq.from_native(request).read() == request.get_data() == JSON
    else:
        natives.configure_django()
        native = WSGIRequest(environ)
        assert unireq.from_native(native).read() == native.body == JSON


def test_no_octet_behind_the_body_is_taken() -> None:
    stream = Stream(FORM + b"next")
    made = environ(FORM, **{"wsgi.input": stream})
    assert unireq.from_wsgi(made).read() == FORM
    assert stream.read(10) == b"next"
    assert made["wsgi.input"].read() == FORM


def test_a_stream_that_ends_by_itself() -> None:
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    made = natives.environ(**{"wsgi.input": Stream(JSON), **chunked})
    request = unireq.from_wsgi(made)
    assert request.read() == made["wsgi.input"].read() == JSON


def test_chunks_that_the_server_does_not_decode() -> None:
    for make in (unireq.from_wsgi, lambda e: unireq.from_native(natives.NATIVES["flask"](**e))):
        made = natives.environ(**{"wsgi.input": Stream(b"x"), "HTTP_TRANSFER_ENCODING": "chunked"})
        request = make(made)
        for _ in range(2):
            with pytest.raises(IncompleteBody, match=r"without the key wsgi\.input_terminated"):
                request.read()


def test_a_stream_that_ends_early() -> None:
    request = unireq.from_wsgi(environ(FORM, **{"wsgi.input": Stream(FORM[:-1])}))
    for use in (request.read, request.form):
        with pytest.raises(IncompleteBody, match=rf"expected {len(FORM)} bytes"):
            use()


def test_a_stream_that_somebody_else_has_read() -> None:
    made = environ(FORM, **{"wsgi.input": Stream(FORM)})
    made["wsgi.input"].read(1000)
    with pytest.raises(IncompleteBody, match="other code has read part of the body before unireq"):
        unireq.from_wsgi(made).read()


def test_a_framework_below_reads_what_was_read_above() -> None:
    import flask

    made = environ(FORM, **{"wsgi.input": Stream(FORM)})
    assert unireq.from_wsgi(made).form(limits=Limits(spool_size=10))["a"] == "x"
    with flask.Request(made) as native:
        assert native.form["a"] == "x"
        assert native.files["f"].read() == b"y" * 100
    assert unireq.from_native(native).read() == FORM


def test_consumed_says_so_for_every_accessor() -> None:
    import flask

    with flask.Request(environ(FORM, **{"wsgi.input": Stream(FORM)})) as native:
        assert native.form["a"] == "x"
    request = unireq.from_native(native)
    uses: list[Callable[[], object]] = [
        *(request.read, request.text, request.json, request.form),
        lambda: request.body,
        lambda: list(request.stream()),
        lambda: asyncio.run(request.aform()),
    ]
    for use in uses:
        with pytest.raises(BodyConsumed, match=r"before_request"):
            use()
