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


def aview(*chunks: bytes | BaseException, header: Any = None, **facts: Any) -> AsyncFakeRequest:
    headers = [] if header is None else [header]
    return AsyncFakeRequest({"octets": Octets(*chunks), "headers": headers, **facts})


def asked(request: FakeRequest) -> int:
    octets: Octets = request.native["octets"]
    return octets.asked


def answers(function: Callable[..., Any], request: Request | None = None) -> list[Response]:
    """The answers of `function` wherever it may be called."""
    request = Request() if request is None else request
    handler = Handler(function)
    found = [asyncio.run(handler.acall(request))]
    if not handler.is_async:
        found.append(handler.call(request))
    return found


# Sync and async.


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


# What is raised.


def raises(error: BaseException) -> list[Callable[..., Any]]:
    def sync() -> None:
        raise error

    async def not_sync() -> None:
        raise error

    return [sync, not_sync]


# Reading ahead.


@pytest.mark.parametrize(
    ("header", "body"), [(FORM, b"text=x&number=3"), (JSON, b'{"text": "x", "number": 3}')]
)
def test_parameters_in_a_body_that_is_awaited(header: Any, body: bytes) -> None:
    def sync(text: str, number: int) -> str:
        return f"{text}{number}"

    async def not_sync(text: str, number: int) -> str:
        return f"{text}{number}"

    for function in (sync, not_sync):
        request = aview(body[:5], body[5:], header=header)
        assert asyncio.run(Handler(function).acall(request)).content == b"x3"


def test_a_body_that_can_not_be_read_ahead_harms_who_does_not_ask() -> None:
    class Small(AsyncFakeRequest):
        _limits: ClassVar[Limits] = Limits(body_size=3)

    def ignores() -> str:
        return "fine"

    def reads(request: Request) -> bytes:
        return request.read()

    def catches(request: Request) -> str:
        with pytest.raises(BodyTooLarge):
            request.read()
        return "caught"

    def run(function: Any) -> Response:
        return asyncio.run(Handler(function).acall(Small({"octets": Octets(b"abcd")})))

    assert run(ignores).content == b"fine"
    assert run(reads).status == 413
    assert run(catches).content == b"caught"

    def broken(function: Any) -> Response:
        return asyncio.run(Handler(function).acall(aview(b"a", OSError("gone"))))

    assert broken(ignores).content == b"fine"
    assert broken(reads).status == IncompleteBody.status == 400


ANNOUNCED = [(b"content-length", b"30000000")]


class Never(BaseException):
    """Octets that do not come were waited for."""


def waits_for_ever(body: bytes) -> AsyncFakeRequest:
    return AsyncFakeRequest({"octets": Octets(body, Never()), "headers": [*ANNOUNCED, FORM]})


def test_a_sync_handler_does_not_wait_for_what_it_refuses() -> None:
    def reads(request: Request) -> bytes:
        return request.read(limits=Limits(body_size=1000))

    def ignores(text: str = "fine") -> str:
        return text

    def asks(request: Request, text: str) -> str:
        return text

    def whole(request: Request) -> bytes:
        return request.read()

    def run(handler: Handler, request: Request) -> int:
        return asyncio.run(handler.acall(request)).status

    assert run(Handler(reads), waits_for_ever(b"x")) == 413
    assert run(Handler(lambda: "fine"), waits_for_ever(b"x")) == 200
    small = Limits(body_size=1000)
    for function, status in ((whole, 413), (asks, 413), (ignores, 413), (lambda: "fine", 200)):
        assert run(Handler(function, limits=small), waits_for_ever(b"x")) == status
    # A call may say something else.
    fresh = FakeRequest({"octets": Octets(b"text=x")})
    assert Handler(reads, limits=Limits(body_size=5)).call(fresh).content == b"text=x"
    for function in (whole, asks):
        request = aview(b"text=" + b"x" * 10, header=FORM)
        assert run(Handler(function, limits=Limits(body_size=3)), request) == 413
        assert run(Handler(function, limits=Limits(body_size=15)), request) == 413
        fresh = FakeRequest({"octets": Octets(b"text=x"), "headers": [FORM]})
        assert Handler(function, limits=Limits(body_size=5)).call(fresh).status == 413


def test_no_parameter_waits_for_json_that_is_refused() -> None:
    def sync(text: str = "fine") -> str:
        return text

    async def awaits(text: str = "fine") -> str:
        return text

    def asks(request: Request) -> object:
        return request.json()

    for function in (sync, awaits, asks):
        for handler in (Handler(function), Handler(function, limits=Limits(json_size=5))):
            source = {"octets": Octets(b"[", Never()), "headers": [*ANNOUNCED, JSON]}
            assert asyncio.run(handler.acall(AsyncFakeRequest(source))).status == 413


def test_limits_have_the_body_fetched_before_a_thread_is_taken() -> None:
    request = aview(b"ab", b"c")
    taken: list[int] = []

    async def in_thread(work: Callable[[], Response]) -> Response:
        taken.append(asked(request))
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
