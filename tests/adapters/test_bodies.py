"""Bodies of every kind of native request: read, given again, and never silently empty."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import flask
import pytest
from starlette.websockets import WebSocket

import unireq
from support import natives, posting
from support.posting import LARGE, SMALL, expected, native_form
from unireq import BodyConsumed, BodyNotRead, IncompleteBody, from_native

each_kind = pytest.mark.parametrize("kind", posting.KINDS)
bodies = pytest.mark.parametrize("body", [SMALL, LARGE], ids=["small", "large"])


async def neutral_form(native: Any) -> list[Any]:
    form = await from_native(native).aform()
    return [form["a"], form.files["f"].size]


# unireq first: the framework goes on.


@each_kind
@bodies
def test_the_frameworks_form_goes_on(kind: str, body: bytes) -> None:
    async def view(native: Any) -> bool:
        assert await neutral_form(native) == expected(body)
        if (kind, body) != ("sanic-stream", LARGE):
            # What is in a temporary file stays out of memory, and Sanic's parser wants it there.
            assert await native_form(native) == expected(body)
        assert await neutral_form(native) == expected(body)
        return await from_native(native).aread() == from_native(native).read() == body

    assert posting.run(kind, view, body)


@pytest.mark.parametrize("kind", posting.NATIVES)
def test_a_large_form_is_not_read_into_memory(kind: str) -> None:
    async def view(native: Any) -> Any:
        await neutral_form(native)
        await native_form(native)
        kept = vars(native).get("_body") or vars(native).get("_cached_data")
        return from_native(native)._storage["unireq.body"].store.in_memory, kept or None  # type: ignore[attr-defined]

    assert posting.run(kind, view, LARGE) == (False, None)


async def use(way: Callable[[Any], Any], native: Any) -> Any:
    found = way(native)
    return await found if asyncio.iscoroutine(found) else found


# How each framework gives the bytes of a body.
READERS: dict[str, list[Callable[[Any], Any]]] = {
    "starlette": [lambda n: n.body(), lambda n: posting.all_of(n.stream())],
    "django": [lambda n: n.body, lambda n: n.read(), b"".join],
    "flask": [
        *(lambda n: n.get_data(), lambda n: n.get_data(cache=False), lambda n: n.data),
        *(lambda n: n.stream.read(), lambda n: b"".join(n.stream)),
    ],
    "sanic": [lambda n: n.body],
}


@pytest.mark.parametrize(
    ("kind", "way"),
    [(kind, way) for kind in posting.KINDS for way in READERS[kind.partition("-")[0]]],
)
def test_of_no_body_nothing_is_lost(kind: str, way: Callable[[Any], Any]) -> None:
    async def view(native: Any) -> Any:
        assert await use(way, native) == b""
        ours = from_native(native)
        if kind != "sanic-stream":
            assert ours.read() == b""
        return await ours.aread(), ours.text(), ours.form()

    assert posting.run(kind, view, b"", "text/plain") == (b"", "", {})


# The framework first: what it has kept is found, what it has not is told.

KEPT: list[tuple[str, str, Callable[[Any], Any]]] = [
    ("starlette", "body", lambda n: n.body()),
    ("django-wsgi", "body", lambda n: n.body),
    ("django-asgi", "body", lambda n: n.body),
    ("django-asgi", "POST", lambda n: n.POST),
    ("django-asgi", "read", lambda n: n.read()),
    ("django-asgi", "some of it", lambda n: n.read(5)),
    ("flask", "get_data", lambda n: n.get_data()),
    ("flask", "json", lambda n: n.get_json(silent=True, force=True)),
    ("flask", "stream", lambda n: n.stream),
    ("sanic", "form", lambda n: n.form),
]
DJANGO_SAYS = r"in a middleware above CsrfViewMiddleware$"
FLASK_SAYS = r"^Flask has read the body .*before_request"
SANIC_SAYS = r"before it reads request.stream"
STARLETTE_SAYS = r"Starlette has read .* not kept it.*`await aread\(\)` before them in a middleware"
GONE: list[tuple[str, str, str, Callable[[Any], Any]]] = [
    ("starlette", STARLETTE_SAYS, "form", native_form),
    ("starlette", STARLETTE_SAYS, "stream", lambda n: posting.all_of(n.stream())),
    ("django-wsgi", DJANGO_SAYS, "POST", lambda n: n.POST),
    ("django-wsgi", DJANGO_SAYS, "read", lambda n: n.read()),
    ("django-wsgi", DJANGO_SAYS, "some of it", lambda n: n.read(5)),
    ("django-wsgi", DJANGO_SAYS, "iteration", list),
    ("flask", FLASK_SAYS, "form", lambda n: n.form),
    ("flask", FLASK_SAYS, "files", native_form),
    ("flask", FLASK_SAYS, "data", lambda n: n.data),
    ("flask", FLASK_SAYS, "stream", lambda n: n.stream.read()),
    ("flask", FLASK_SAYS, "some of it", lambda n: n.stream.read(5)),
    ("flask", FLASK_SAYS, "not kept", lambda n: n.get_data(cache=False)),
    ("flask", FLASK_SAYS, "parsed", lambda n: n.get_data(parse_form_data=True)),
    ("flask", FLASK_SAYS, "the rest is kept", lambda n: (n.stream.read(5), n.get_data())),
    ("flask", FLASK_SAYS, "nothing is kept", lambda n: (n.stream.read(), n.get_data())),
    ("sanic-stream", SANIC_SAYS, "stream", lambda n: posting.all_of(n.stream)),
]


@pytest.mark.parametrize(("kind", "name", "way"), KEPT)
def test_what_the_framework_has_kept(kind: str, name: str, way: Callable[[Any], Any]) -> None:
    async def view(native: Any) -> Any:
        await use(way, native)
        read = await from_native(native).aread()
        return read, await neutral_form(native), await native_form(native)

    assert posting.run(kind, view, SMALL) == (SMALL, expected(SMALL), expected(SMALL))


@pytest.mark.parametrize(("kind", "says", "name", "way"), GONE)
def test_what_it_has_not_kept_is_told(
    kind: str, says: str, name: str, way: Callable[[Any], Any]
) -> None:
    async def view(native: Any) -> bool:
        await use(way, native)
        ours = from_native(native)
        accessors: list[Callable[[], Any]] = [ours.aread, ours.aread, ours.aform, ours.ajson]
        accessors.append(lambda: posting.all_of(ours.astream()))
        for accessor in accessors:
            with pytest.raises(BodyConsumed, match=says):
                # Who asks a connection for a body that is gone waits for ever.
                await asyncio.wait_for(accessor(), 60)
        if not ours.body_is_async:
            for read in (ours.read, ours.text, lambda: ours.body, lambda: list(ours.stream())):
                with pytest.raises(BodyConsumed, match=says):
                    read()
        return True

    assert posting.run(kind, view, SMALL)
    if kind in {"django-wsgi", "flask"} and "kept" not in name:
        # What can go back is read again.
        how = {"wsgi.input": io.BytesIO(SMALL + b"next")}

        async def again(native: Any) -> Any:
            await use(way, native)
            return await from_native(native).aread(), from_native(native).form()["a"]

        assert posting.run(kind, again, SMALL, **how) == (SMALL, "x")


# In async code, and in threads.


@pytest.mark.parametrize("kind", ["starlette", "sanic-stream"])
def test_sync_accessors_on_the_loop(kind: str) -> None:
    async def view(native: Any) -> Any:
        ours = from_native(native)
        for read in (ours.read, ours.form, lambda: next(ours.stream())):
            with pytest.raises(BodyNotRead, match="in async code"):
                read()
        with pytest.raises(BodyNotRead, match=r"^read\(\): .*this thread can't reach the event"):
            await asyncio.to_thread(ours.read)
        await ours.aread()
        return await asyncio.to_thread(ours.read), ours.form()["a"]

    assert posting.run(kind, view, SMALL) == (SMALL, "x")


# ASGI.


def test_a_scope_alone_has_no_body() -> None:
    request: Any = unireq.from_asgi(posting.scope(SMALL))
    for use in (request.aread, request.aform):
        with pytest.raises(BodyNotRead, match=r"unireq.from_asgi\(scope, receive\)"):
            asyncio.run(use())
    with pytest.raises(BodyNotRead):
        _ = request.receive


def test_a_websocket_has_no_body() -> None:
    async def never() -> Any:
        raise AssertionError

    fields = [(b"host", b"h"), (b"content-type", b"application/json")]
    websocket = natives.scope(type="websocket", scheme="ws", headers=fields)
    for request in (
        unireq.from_asgi(websocket),
        unireq.from_asgi(dict(websocket), never),
        unireq.from_native(WebSocket(dict(websocket), never, never)),
    ):
        assert request.read() == asyncio.run(request.aread()) == request.body == b""
        assert list(request.stream()) == []
        assert request.form() == {}


def test_a_receive_that_fails() -> None:
    async def receive() -> dict[str, Any]:
        raise ConnectionResetError("reset by peer")

    request = unireq.from_asgi(posting.scope(SMALL), receive)
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
    async def main() -> None:
        request: Any = unireq.from_asgi(posting.scope(SMALL), posting.in_two(SMALL))
        await request.aread()
        receive = request.receive
        assert await receive() == {"type": "http.request", "body": SMALL, "more_body": True}
        assert await receive() == {"type": "http.request", "body": b"", "more_body": False}
        assert await receive() == {"type": "http.disconnect"}
        # It goes on where it was, however often it is asked for.
        assert request.receive is receive
        # Before anybody has read, it gives what comes.
        request = unireq.from_asgi(posting.scope(SMALL), posting.receiving(b"ab", b"c"))
        assert (await request.receive())["body"] == b"ab"

    asyncio.run(main())


# WSGI, and Flask on it.

JSON = b'{"a": "\xc3\xa9"}'

on_wsgi_and_flask = pytest.mark.parametrize(
    "make",
    [unireq.from_wsgi, lambda environ: unireq.from_native(flask.Request(environ))],
    ids=["wsgi", "flask"],
)
Make = Callable[[Any], Any]


def test_no_length_is_no_body_and_nobody_waits() -> None:
    for changes in ({}, {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "0"}):
        stream = posting.Endless(b"next")
        request = unireq.from_wsgi(natives.environ(**{"wsgi.input": stream, **changes}))
        assert request.read() == request.body == b""
        assert stream.asked == 0
    assert unireq.from_wsgi(natives.environ(**{"wsgi.input": None})).read() == b""


@on_wsgi_and_flask
@pytest.mark.parametrize(
    "length", ["x", "+4", "-4", "4, 5", "4 4", "0x4", "4.0", "9" * 20, "\u0664"]
)
def test_a_length_that_says_nothing(make: Make, length: str) -> None:
    stream = posting.Endless(b"next")
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


@on_wsgi_and_flask
def test_chunks(make: Make) -> None:
    made = posting.environ(JSON, **{**posting.CHUNKED, "wsgi.input": posting.Endless(JSON)})
    assert make(made).read() == made["wsgi.input"].read() == JSON
    # Those that the server does not decode.
    made = natives.environ(
        **{"wsgi.input": posting.Endless(b"x"), "HTTP_TRANSFER_ENCODING": "chunked"}
    )
    request = make(made)
    for _ in range(2):
        with pytest.raises(IncompleteBody, match=r"without the key wsgi\.input_terminated"):
            request.read()


def test_a_stream_that_ends_early() -> None:
    request = unireq.from_wsgi(
        posting.environ(SMALL, **{"wsgi.input": posting.Endless(SMALL[:-1])})
    )
    for use in (request.read, request.form):
        with pytest.raises(IncompleteBody, match=rf"expected {len(SMALL)} bytes"):
            use()
    made = posting.environ(SMALL, **{"wsgi.input": posting.Endless(SMALL)})
    made["wsgi.input"].read(1000)
    with pytest.raises(IncompleteBody, match="other code has read part of the body before unireq"):
        unireq.from_wsgi(made).read()
