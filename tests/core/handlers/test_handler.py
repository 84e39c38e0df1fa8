"""A handler is called, and what it returns or raises becomes an answer."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from support.fake import AsyncFakeRequest, FakeRequest, Octets
from unireq import BodyTooLarge, IncompleteBody, Limits, Request, Response
from unireq.adapter import Handler

FORM = (b"content-type", b"application/x-www-form-urlencoded")
JSON = (b"content-type", b"application/json")


def aview(*chunks: bytes | BaseException, headers: Any = ()) -> AsyncFakeRequest:
    return AsyncFakeRequest({"octets": Octets(*chunks), "headers": [*headers]})


def answer(function: Any, request: Request, limits: Limits | None = None) -> Response:
    """What a client gets where the handler is awaited."""
    return asyncio.run(Handler(function, limits=limits).acall(request))


async def plain(text: str) -> str:
    return text


@functools.wraps(plain)
def forgets_to_await(*args: Any, **kwargs: Any) -> Any:
    return plain(*args, **kwargs)


async def returns_something_to_await(text: str) -> Any:
    return plain(text)


async def awaits_nothing(text: str) -> Any:
    return asyncio.get_running_loop().create_future()


# A warning, that a coroutine was never awaited, would be an error.
@pytest.mark.parametrize("function", [forgets_to_await, returns_something_to_await, awaits_nothing])
def test_something_to_await_is_no_answer(function: Any) -> None:
    handler, request = Handler(function), Request(url="/?text=x")
    with pytest.raises(
        TypeError, match=f"{handler.name}: expected a response value, got an awaitable"
    ):
        asyncio.run(handler.acall(request))
    if not handler.is_async:
        with pytest.raises(
            TypeError, match="declare the handler, or the decorator around it, with"
        ):
            handler.call(request)


def reads(request: Request) -> bytes:
    return request.read()


def reads_little(request: Request) -> bytes:
    return request.read(limits=Limits(body_size=1000))


def reads_json(request: Request) -> object:
    return request.json()


def asks(request: Request, text: str) -> str:
    return text


def may_ask(text: str = "fine") -> str:
    return text


async def awaits(text: str = "fine") -> str:
    return text


def ignores() -> str:
    return "fine"


@pytest.mark.parametrize(
    ("header", "body"), [(FORM, b"text=x&more=3"), (JSON, b'{"text": "x", "more": "3"}')]
)
def test_parameters_in_a_body_that_is_awaited(header: Any, body: bytes) -> None:
    async def awaited(request: Request, text: str) -> str:
        return text

    for function in (asks, awaited):
        assert answer(function, aview(body[:5], body[5:], headers=[header])).content == b"x"


def test_a_body_that_can_not_be_read_ahead_harms_who_does_not_ask() -> None:
    class Small(AsyncFakeRequest):
        _limits: ClassVar[Limits] = Limits(body_size=3)

    def catches(request: Request) -> str:
        with pytest.raises(BodyTooLarge):
            request.read()
        return "caught"

    for function, status in ((ignores, 200), (catches, 200), (reads, 413)):
        assert answer(function, Small({"octets": Octets(b"abcd")})).status == status
    assert answer(ignores, aview(b"a", OSError("gone"))).content == b"fine"
    assert answer(reads, aview(b"a", OSError("gone"))).status == IncompleteBody.status == 400


class Never(BaseException):
    """Octets that do not come were waited for."""


ANNOUNCED = (b"content-length", b"30000000")
SMALL, SMALL_JSON = Limits(body_size=1000), Limits(json_size=5)


@pytest.mark.parametrize(
    ("function", "limits", "body", "kind", "status"),
    [
        *((reads_little, None, b"x", FORM, 413), (ignores, None, b"x", FORM, 200)),
        *((each, SMALL, b"x", FORM, 413) for each in (reads, asks, may_ask)),
        (ignores, SMALL, b"x", FORM, 200),
        *((each, None, b"[", JSON, 413) for each in (may_ask, awaits, reads_json)),
        *((each, SMALL_JSON, b"[", JSON, 413) for each in (may_ask, awaits, reads_json)),
    ],
)
def test_nobody_waits_for_what_is_refused(
    function: Any, limits: Limits | None, body: bytes, kind: Any, status: int
) -> None:
    request = aview(body, Never(), headers=[ANNOUNCED, kind])
    assert answer(function, request, limits).status == status


def test_the_limits_of_a_handler_and_of_a_call() -> None:
    fresh = FakeRequest({"octets": Octets(b"text=x")})
    assert Handler(reads_little, limits=Limits(body_size=5)).call(fresh).content == b"text=x"
    for function in (reads, asks):
        request = aview(b"text=" + b"x" * 10, headers=[FORM])
        for size in (3, 15):  # what was let go does not come back
            assert answer(function, request, Limits(body_size=size)).status == 413
        fresh = FakeRequest({"octets": Octets(b"text=x"), "headers": [FORM]})
        assert Handler(function, limits=Limits(body_size=5)).call(fresh).status == 413


def test_limits_have_the_body_fetched_before_a_thread_is_taken() -> None:
    request = aview(b"ab", b"c")
    taken: list[int] = []

    async def in_thread(work: Callable[[], Response]) -> Response:
        taken.append(request.native["octets"].asked)
        return work()

    for limits in (None, Limits()):
        asyncio.run(Handler(lambda: "fine", limits=limits).acall(request, in_thread))
    assert taken == [0, 3]
    with pytest.raises(TypeError, match=r"^limits: expected unireq.Limits or None, got int"):
        Handler(lambda: "fine", limits=5)  # type: ignore[arg-type]


def test_a_view_is_named_as_the_function_is() -> None:
    def hello(request: Request) -> str:
        """Say hello."""
        return "hello"

    prepared = Handler(hello)

    @prepared.named
    def view() -> None: ...

    assert (view.__name__, view.__qualname__) == (hello.__name__, hello.__qualname__)
    assert view.__doc__ == "Say hello."
