"""Bodies on Sanic, by its ASGI entry: handlers, streaming ones, middlewares, threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sanic import HTTPResponse, Request, Sanic

import unireq
from support import forms, natives
from unireq import BodyConsumed, BodyNotRead, Limits

SMALL = forms.body(forms.field(), forms.file(content=b"y" * 100))
# Over the default spool_size.
LARGE = forms.body(forms.field(), forms.file(content=b"z" * (2 * 2**20)))
bodies = pytest.mark.parametrize("body", [SMALL, LARGE], ids=["small", "large"])

MULTIPART = forms.MULTIPART


def answer(
    handler: Callable[[Any], Any],
    body: bytes,
    *,
    content_type: str = MULTIPART,
    method: str = "POST",
    stream: bool = False,
    middleware: Callable[[Any], Any] | None = None,
    events: list[dict[str, Any]] | None = None,
    add: Callable[[Sanic[Any, Any], Any], object] | None = None,
) -> Any:
    """What `handler` returned for a request with this body, which comes in pieces."""
    app = natives.sanic_app(REQUEST_MAX_SIZE=2**26)
    found: list[Any] = []

    async def endpoint(request: Request) -> HTTPResponse:
        found.append(await handler(request))
        return HTTPResponse()

    if add is None:
        app.add_route(endpoint, "/", methods=[method], stream=stream, ignore_body=False)
    else:
        add(app, endpoint)
    if middleware is not None:
        app.register_middleware(middleware, "request")
    fields = [(b"host", b"h"), (b"content-type", content_type.encode())]
    fields.append((b"content-length", b"%d" % len(body)))
    if events is None:
        third = len(body) // 3 + 1
        pieces = [body[start : start + third] for start in range(0, len(body), third)] or [b""]
        events = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
        events[-1]["more_body"] = False
    left = list(events)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        if left:
            return left.pop(0)
        await asyncio.sleep(3600)
        raise AssertionError

    async def send(message: Any) -> None: ...

    async def main() -> None:
        started = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

        async def lifespan() -> dict[str, Any]:
            return started.pop(0)

        asgi: Any = app
        await asgi({"type": "lifespan", "asgi": {"version": "3.0"}}, lifespan, send)
        scope = natives.scope(
            method=method, path="/", raw_path=b"/", query_string=b"", headers=fields
        )
        await asgi(scope, receive, send)

    asyncio.run(asyncio.wait_for(main(), 60))
    return found[0]


async def native_form(request: Any) -> list[Any]:
    return [request.form.get("a"), len(request.files.get("f").body)]


async def neutral_form(request: Any) -> list[Any]:
    form = await unireq.from_native(request).aform()
    return [form["a"], form.files["f"].size]


def expected(body: bytes) -> list[Any]:
    return ["x", 100 if body is SMALL else 2 * 2**20]


@bodies
def test_a_handler(body: bytes) -> None:
    async def handler(request: Any) -> Any:
        ours = unireq.from_native(request)
        # Sanic has the body already.
        assert ours.read() == request.body == body
        assert ours.form()["a"] == "x"
        return [await native_form(request), await neutral_form(request)]

    assert answer(handler, body) == [expected(body)] * 2


def test_json() -> None:
    async def handler(request: Any) -> Any:
        return unireq.from_native(request).json(), request.json

    assert answer(handler, b"[1]", content_type="application/json") == ([1], [1])


def test_no_body() -> None:
    async def handler(request: Any) -> Any:
        ours = unireq.from_native(request)
        assert (ours.read(), ours.text(), ours.form()) == (b"", "", {})
        return await ours.aread()

    assert answer(handler, b"") == b""
    assert answer(handler, b"", method="GET") == b""


def test_a_body_on_a_route_that_ignores_bodies() -> None:
    async def handler(request: Any) -> Any:
        assert request.body == b""
        ours = unireq.from_native(request)
        with pytest.raises(BodyNotRead, match="in async code"):
            ours.read()
        return await ours.aread(), request.body, ours.read()

    def add(app: Any, endpoint: Any) -> None:
        app.get("/")(endpoint)

    found = answer(handler, b"abc", method="GET", content_type="text/plain", add=add)
    assert found == (b"abc", b"abc", b"abc")


# Streaming handlers.


@bodies
def test_a_streaming_handler(body: bytes) -> None:
    async def handler(request: Any) -> Any:
        ours = await neutral_form(request)
        # What is in a temporary file stays out of memory, and Sanic's parser wants it there.
        theirs = await native_form(request) if body is SMALL else ours
        return [ours, theirs, await neutral_form(request)]

    assert answer(handler, body, stream=True) == [expected(body)] * 3


def test_a_streaming_handler_that_reads_the_octets() -> None:
    async def handler(request: Any) -> Any:
        assert await unireq.from_native(request).aread() == LARGE
        return await native_form(request)

    assert answer(handler, LARGE, stream=True) == expected(LARGE)


def test_a_streaming_handler_reads_in_chunks() -> None:
    async def handler(request: Any) -> Any:
        ours = unireq.from_native(request)
        found = [chunk async for chunk in ours.astream()]
        with pytest.raises(BodyConsumed):
            await ours.aread()
        return found

    found = answer(handler, SMALL, stream=True)
    assert len(found) > 1
    assert b"".join(found) == SMALL


def test_a_streaming_handler_that_has_read_the_stream() -> None:
    async def handler(request: Any) -> Any:
        assert b"".join([chunk async for chunk in request.stream]) == SMALL
        for _ in range(2):
            with pytest.raises(BodyConsumed, match=r"before it reads request.stream"):
                await unireq.from_native(request).aread()
        return True

    assert answer(handler, SMALL, stream=True)


def test_a_streaming_handler_that_has_read_some_of_the_stream() -> None:
    async def handler(request: Any) -> Any:
        await request.stream.read()
        # The rest alone would look like a whole body.
        with pytest.raises((BodyConsumed, unireq.IncompleteBody)):
            await unireq.from_native(request).aread()
        return True

    assert answer(handler, SMALL, stream=True)


def test_a_handler_of_a_route_without_bodies_that_has_read_the_stream() -> None:
    async def handler(request: Any) -> Any:
        assert b"".join([chunk async for chunk in request.stream]) == SMALL
        with pytest.raises(BodyConsumed, match=r"before it reads request.stream"):
            await unireq.from_native(request).aread()
        return True

    def add(app: Sanic[Any, Any], endpoint: Any) -> None:
        app.add_route(endpoint, "/", methods=["DELETE"], ignore_body=True)

    assert answer(handler, SMALL, method="DELETE", add=add)


def test_a_client_that_has_gone() -> None:
    async def handler(request: Any) -> Any:
        with pytest.raises(unireq.IncompleteBody):
            await unireq.from_native(request).aread()
        return True

    events = [
        {"type": "http.request", "body": SMALL[:10], "more_body": True},
        {"type": "http.request", "body": b"", "more_body": False},
    ]
    assert answer(handler, SMALL, stream=True, events=events)


def test_limits() -> None:
    async def handler(request: Any) -> Any:
        ours = unireq.from_native(request)
        with pytest.raises(unireq.BodyTooLarge):
            await ours.aread(limits=Limits(body_size=10))
        return await native_form(request) if request.body else await ours.aread() == SMALL

    assert answer(handler, SMALL) == expected(SMALL)
    assert answer(handler, SMALL, stream=True) is True


# Middlewares and threads.


@pytest.mark.parametrize("stream", [False, True])
def test_a_middleware_reads(stream: bool) -> None:
    async def middleware(request: Any) -> None:
        assert await neutral_form(request) == expected(SMALL)

    async def handler(request: Any) -> Any:
        return [await native_form(request), await neutral_form(request)]

    found = answer(handler, SMALL, stream=stream, middleware=middleware)
    assert found == [expected(SMALL)] * 2


def test_a_thread() -> None:
    async def handler(request: Any) -> Any:
        ours = unireq.from_native(request)
        if not request.body:
            # On ASGI Sanic does not tell which loop it runs in.
            with pytest.raises(BodyNotRead, match="before you start the thread"):
                await asyncio.to_thread(ours.read)
            await ours.aread()
        return await asyncio.to_thread(lambda: (ours.read(), ours.form()["a"]))

    assert answer(handler, SMALL) == (SMALL, "x")
    assert answer(handler, SMALL, stream=True) == (SMALL, "x")


def test_sync_accessors_on_the_loop() -> None:
    async def handler(request: Any) -> Any:
        ours = unireq.from_native(request)
        for use in (ours.read, ours.form, lambda: next(ours.stream())):
            with pytest.raises(BodyNotRead, match="in async code"):
                use()
        return await ours.aread()

    assert answer(handler, SMALL, stream=True) == SMALL


def test_a_thread_without_a_loop() -> None:
    class Stream:
        request_body = True

    native = natives.sanic()
    native.stream = Stream()
    with pytest.raises(BodyNotRead, match=r"^read\(\): .*`await request.aread"):
        unireq.from_native(native).read()


def test_a_context_of_the_apps_own() -> None:
    class Context:
        __slots__ = ()

    native = natives.sanic()
    native._ctx = Context()
    native.body = b"abc"
    assert unireq.from_native(native).read() == b"abc"
    assert unireq.from_native(native).to_dict()["body"] == "YWJj"
