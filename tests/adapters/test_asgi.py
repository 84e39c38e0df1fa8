"""ASGIRequest: what servers and test clients put into a scope, or leave out; and bodies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pytest

import unireq
import unireq_asgi
from support import natives
from support.posting import SMALL, in_two, receiving, scope
from support.reading import NOTHING, read_everything
from unireq import BodyNotRead, IncompleteBody

MINIMAL: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": []}


def test_the_least_that_a_scope_may_have() -> None:
    request = unireq.from_native(MINIMAL)
    assert read_everything(request) == NOTHING
    assert request.url == "/"


@pytest.mark.parametrize(
    "headers",
    [
        [(b"X-A", b" 1\t"), (b"x-a", b"2"), (b"x_b", b"spoofed"), (b"Host", b"h")],
        [[b"X-A", b" 1\t"], [b"x-a", b"2"], [b"Host", b"h"]],
        ((b"X-A", b" 1\t"), (b"x-a", b"2"), (b"Host", b"h")),
        {(b"x-a", b"1,2"): 0, (b"host", b"h"): 0}.keys(),
    ],
    ids=["list of tuples", "list of lists", "tuple", "keys"],
)
def test_headers_may_be_any_iterable(headers: Iterable[Any]) -> None:
    scope = {**MINIMAL, "headers": headers}
    for _ in range(2):
        request = unireq.from_native(scope)
        assert request.get_header("x-a") == "1,2"
        assert "x_b" not in request.headers
        assert request.headers == {"x-a": "1,2", "host": "h"}
        assert request.host == "h"


BY_HAND = [
    ({"headers": [("Host", "h")]}, "headers", "bytes, got a name of type str in it"),
    ({"headers": [(b"Host", "h")]}, "headers", "bytes, got a value of type str in it"),
    ({"headers": [(b"x-forwarded-for", 5)]}, "headers", "bytes, got a value of type int in it"),
    ({"headers": [(b"Host", None)]}, "headers", "bytes, got a value of type NoneType in it"),
    ({"headers": [b"Host: h"]}, "headers", "bytes, got bytes in it"),
    ({"headers": ["ab"]}, "headers", "bytes, got str in it"),
    ({"headers": {"Host": "h"}}, "headers", "bytes, got dict"),
    ({"headers": None}, "headers", "bytes, got NoneType"),
    ({"headers": "Host: h"}, "headers", "bytes, got str"),
    ({"method": b"GET"}, "method", "a str, got bytes"),
    ({"path": b"/"}, "path", "a str, got bytes"),
    ({"raw_path": "/"}, "raw_path", "bytes or None, got str"),
    ({"query_string": 5}, "query_string", "bytes, got int"),
    ({"query_string": {"a": "1"}}, "query_string", "bytes, got dict"),
    ({"scheme": b"https"}, "scheme", "a str, got bytes"),
    ({"root_path": b"/m"}, "root_path", "a str, got bytes"),
    ({"client": "192.0.2.1"}, "client", r"a \(host, port\) pair or None, got str"),
    ({"client": {"host": "192.0.2.1"}}, "client", r"a \(host, port\) pair or None, got dict"),
    ({"path_params": 5}, "path_params", "a mapping, got int"),
    ({"path_params": "ab"}, "path_params", "a mapping, got str"),
]


@pytest.mark.parametrize("make", [unireq.from_asgi, unireq.from_native, unireq_asgi.ASGIRequest])
@pytest.mark.parametrize(("wrong", "key", "said"), BY_HAND)
def test_a_scope_made_by_hand_and_wrong(
    make: Callable[[Any], unireq.Request], wrong: dict[str, Any], key: str, said: str
) -> None:
    with pytest.raises(unireq.UnknownNative, match=rf"scope\['{key}'\]: expected .*{said}") as told:
        read_everything(make({"client": ("::1", 1), **MINIMAL, **wrong}))
    assert "192.0.2.1" not in str(told.value)


@pytest.mark.parametrize("key", MINIMAL)
def test_a_scope_made_by_hand_in_which_a_key_is_missing(key: str) -> None:
    scope = {name: value for name, value in MINIMAL.items() if name != key}
    for make in (unireq.from_asgi, unireq.from_native):
        with pytest.raises(
            unireq.UnknownNative, match=rf"scope\['{key}'\]: expected .* the key is missing"
        ):
            make(scope)
    if key in ("method", "path"):
        with pytest.raises(unireq.UnknownNative, match=rf"scope\['{key}'\]: .* is missing"):
            read_everything(unireq_asgi.ASGIRequest(scope))


@pytest.mark.parametrize("wrap", [unireq_asgi.RequestMiddleware, unireq_asgi.as_view])
def test_what_is_mounted_says_that_a_scope_names_no_kind(wrap: Callable[[Any], Any]) -> None:
    async def nothing(request: unireq.Request) -> None: ...

    scope = {name: value for name, value in MINIMAL.items() if name != "type"}
    with pytest.raises(unireq.UnknownNative, match=r"scope\['type'\]: expected a str, got nothing"):
        wrap(nothing)(scope, None, None).send(None)


def test_a_websocket_scope_has_no_method() -> None:
    scope = natives.scope(type="websocket", scheme="ws")
    del scope["method"]
    request = unireq.from_native(scope)
    assert read_everything(request) == {**natives.FACTS, "scheme": "ws"}
    del scope["raw_path"]
    assert request.raw_path is None
    assert request.url.startswith("ws://example.org:8080/caf%C3%A9/")


def test_a_method_of_a_class_derived_from_str() -> None:
    """As `http.HTTPMethod` is one, which a hand-written scope may have."""

    class Method(str):
        __slots__ = ()

    assert unireq.from_asgi(natives.scope(method=Method("get"))).method == "GET"


# Bodies.


def test_a_scope_alone_has_no_body() -> None:
    request: Any = unireq.from_asgi(scope(SMALL))
    for use in (request.aread, request.aform):
        with pytest.raises(BodyNotRead, match=r"unireq.from_asgi\(scope, receive\)"):
            asyncio.run(use())
    with pytest.raises(BodyNotRead):
        _ = request.receive


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


def test_a_receive_that_fails() -> None:
    async def receive() -> dict[str, Any]:
        raise ConnectionResetError("reset by peer")

    request = unireq.from_asgi(scope(SMALL), receive)
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
        request: Any = unireq.from_asgi(scope(SMALL), in_two(SMALL))
        await request.aread()
        receive = request.receive
        assert await receive() == {"type": "http.request", "body": SMALL, "more_body": True}
        assert await receive() == {"type": "http.request", "body": b"", "more_body": False}
        assert await receive() == {"type": "http.disconnect"}
        # It goes on where it was, however often it is asked for.
        assert request.receive is receive
        # Before anybody has read, it gives what comes.
        request = unireq.from_asgi(scope(SMALL), receiving(b"ab", b"c"))
        assert (await request.receive())["body"] == b"ab"

    asyncio.run(main())
