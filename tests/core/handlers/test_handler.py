"""A handler is called, and what it returns or raises becomes an answer."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import threading
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import pytest

import unireq
from support.fake import AsyncFakeRequest, FakeRequest, Octets
from unireq import (
    BodyConsumed,
    BodyNotRead,
    BodyTooLarge,
    IncompleteBody,
    Limits,
    Request,
    RequestError,
    Response,
    current_request,
)
from unireq.adapter import Handler, make_response, request_context

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


def content(function: Callable[..., Any], request: Request | None = None) -> bytes:
    first, *others = answers(function, request)
    for other in others:
        assert (other.status, other.fields, other.content) == (
            first.status,
            first.fields,
            first.content,
        )
    return first.content


# Results.


@pytest.mark.parametrize(
    "result", [1, True, 1.5, (1,), {1}, object(), iter([]), Request(), Response]
)
def test_what_is_no_answer(result: Any) -> None:
    with pytest.raises(
        TypeError, match=rf"^handler: expected it to return str, .* got {type(result).__name__};"
    ):
        make_response(result)

    def named() -> Any:
        return result

    for work in (Handler(named).call, lambda request: asyncio.run(Handler(named).acall(request))):
        with pytest.raises(
            TypeError, match=r"^named: expected it to return str, bytes, dict, list"
        ):
            work(Request())


@pytest.mark.parametrize("result", [{"a": float("nan")}, "\ud800"])
def test_what_can_not_be_sent(result: Any) -> None:
    # The handler's fault, not the client's.
    with pytest.raises(ValueError, match=r"JSON|UTF-8") as raised:
        Handler(lambda: result).call(Request())
    assert not isinstance(raised.value, RequestError)


# Sync and async.


def test_sync_and_async_handlers() -> None:
    def sync(request: Request, text: str, /, *, number: int = 7) -> str:
        return f"{request.method} {text} {number}"

    async def not_sync(request: Request, text: str, /, *, number: int = 7) -> str:
        await asyncio.sleep(0)
        return sync(request, text, number=number)

    for function in (sync, not_sync):
        assert content(function, Request(url="/?text=x")) == b"GET x 7"
        assert Handler(function).is_async is (function is not_sync)


class AsyncCallable:
    async def __call__(self, text: str) -> str:
        return text

    async def method(self, text: str) -> str:
        return text

    @classmethod
    async def of_class(cls, text: str) -> str:
        return text


async def plain(text: str) -> str:
    return text


@functools.wraps(plain)
async def decorated(*args: Any, **kwargs: Any) -> str:
    return await plain(*args, **kwargs)


@pytest.mark.parametrize(
    "function",
    [
        plain,
        decorated,
        functools.partial(plain),
        functools.partial(decorated),
        AsyncCallable(),
        AsyncCallable().method,
        AsyncCallable.of_class,
        functools.partial(AsyncCallable()),
        functools.partial(AsyncCallable().method),
    ],
)
def test_what_is_async(function: Any) -> None:
    assert Handler(function).is_async
    assert content(function, Request(url="/?text=x")) == b"x"


def test_names() -> None:
    assert Handler(plain).name == "plain"
    assert Handler(functools.partial(plain, "x")).name == "plain"
    assert Handler(AsyncCallable().method).name == "method"
    assert Handler(plain).function is plain


@pytest.mark.parametrize("function", [None, "f", 1, object()])
def test_what_is_no_handler(function: Any) -> None:
    with pytest.raises(TypeError, match="expected a function"):
        Handler(function)


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


class Own(Exception):
    pass


@pytest.mark.parametrize(
    "error",
    [
        Own("x"),
        ValueError("x"),
        LookupError("x"),
        BodyConsumed("x"),
        BodyNotRead("x"),
        unireq.NoCurrentRequest("x"),
        unireq.UnireqError("x"),
        AssertionError("x"),
    ],
)
def test_any_other_error_is_the_frameworks(error: BaseException) -> None:
    for function in raises(error):
        handler = Handler(function)
        with pytest.raises(type(error)) as raised:
            asyncio.run(handler.acall(Request()))
        assert raised.value is error
        if not handler.is_async:
            with pytest.raises(type(error)):
                handler.call(Request())


def test_a_body_that_is_gone_is_the_programs_fault() -> None:
    def sync(text: str) -> str:
        return text

    async def main(function: Any) -> None:
        request = aview(b"text=x", header=FORM)
        async for _ in request.astream():
            pass
        with pytest.raises(BodyConsumed):
            await Handler(function).acall(request)

    for function in (sync, plain):
        asyncio.run(main(function))
    request = FakeRequest({"octets": Octets(b"text=x"), "headers": [FORM]})
    list(request.stream())
    with pytest.raises(BodyConsumed):
        Handler(sync).call(request)


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


def test_a_sync_handler_reads_a_body_that_is_awaited() -> None:
    def handler(request: Request) -> bytes:
        assert threading.current_thread() is not threading.main_thread()
        assert request.read() == request.body == b"".join(request.stream()) == b"abc"
        return request.body

    assert asyncio.run(Handler(handler).acall(aview(b"ab", b"c"))).content == b"abc"


def test_an_async_handler_streams_what_nobody_has_read() -> None:
    async def handler(request: Request) -> bytes:
        return b"|".join([chunk async for chunk in request.astream()])

    for header in (None, FORM, JSON):
        request = aview(b"ab", b"c", header=header)
        assert asyncio.run(Handler(handler).acall(request)).content == b"ab|c"


def test_an_async_handler_reads_no_body_that_it_does_not_need() -> None:
    async def handler(request: Request, text: str) -> str:
        return text

    request = aview(b"{}", header=JSON, query="text=x")
    assert asyncio.run(Handler(handler).acall(request)).content == b"x"
    assert asked(request) == 0


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


async def in_thread_of_its_own(work: Callable[[], Response]) -> Response:
    return await asyncio.get_running_loop().run_in_executor(None, work)


def test_any_thread_reaches_the_loop_for_the_body() -> None:
    handler = Handler(functools.partial(read_all, b"+"))
    response = asyncio.run(handler.acall(aview(b"ab", b"c"), in_thread_of_its_own))
    assert response.content == b"abc+"


def read_all(more: bytes, request: Request) -> bytes:
    return request.read() + more


def test_how_a_worker_thread_is_called_is_the_adapters_choice() -> None:
    used: list[str] = []

    async def in_thread(work: Callable[[], Response]) -> Response:
        used.append("mine")
        return work()

    handler = Handler(lambda: threading.current_thread().name)
    response = asyncio.run(handler.acall(Request(), in_thread))
    assert response.content.decode() == threading.main_thread().name
    assert used == ["mine"]
    alone: Awaitable[Response] = Handler(plain).acall(Request(url="/?text=x"), in_thread)

    async def main() -> Response:
        return await alone

    assert asyncio.run(main()).content == b"x"
    assert used == ["mine"]


def test_a_sync_handler_runs_in_the_callers_context() -> None:
    marked = contextvars.ContextVar("marked", default="no")

    def handler(request: Request) -> str:
        assert current_request() is request
        return marked.get()

    async def main() -> bytes:
        marked.set("yes")
        request = Request()
        with request_context(request):
            return (await Handler(handler).acall(request)).content

    assert asyncio.run(main()) == b"yes"


def test_a_view_is_named_as_the_function_is() -> None:
    def hello(request: Request) -> str:
        """Say hello."""
        return "hello"

    prepared = Handler(hello)

    @prepared.named
    def view() -> None: ...

    assert (view.__name__, view.__qualname__) == (hello.__name__, hello.__qualname__)
    assert view.__doc__ == "Say hello."
