"""A Response as Django sends it and its middleware, cache and pickle see it; layers beside it."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.middleware.cache import FetchFromCacheMiddleware, UpdateCacheMiddleware
from django.middleware.gzip import GZipMiddleware
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.urls import path
from django.utils.cache import patch_vary_headers

import unireq
import unireq_django
from middleware.asking import SEEN, noting
from support import natives
from unireq import Response
from unireq_django._fields import keep_cookie, repeating
from unireq_django._respond import native_response


def sent(response: HttpResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """What Django's handler gives to a WSGI server."""
    found: list[Any] = []
    globals()["replacing"] = lambda get_response: lambda request: response
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[f"{__name__}.replacing"]):
        body = WSGIHandler()(
            natives.environ(), lambda status, fields: found.extend((status, fields))
        )
        content = b"".join(body)
    # Django's own cookies have a space before them, which is none of the value (RFC 9110 5.5).
    return found[0], [(name.lower(), value.strip()) for name, value in found[1]], content


def native(response: Response, method: str = "GET") -> Any:
    return native_response(response, method)


def with_cookies() -> Response:
    response = Response("x", headers=[("x-a", "1"), ("X-A", "2"), ("vary", "Accept"), ("x-a", "3")])
    response.set_cookie("a", "1", path="/a", httponly=True)
    response.set_cookie("b", 'ü; "')
    response.set_cookie("a", "2", path="/b", max_age=60)
    return response


LINES = [
    "a=1; Path=/a; HttpOnly; SameSite=Lax",
    r'b="\303\274\073 \042"; Path=/; SameSite=Lax',
    "a=2; Max-Age=60; Path=/b; SameSite=Lax",
]


def values(made: Any, name: str) -> list[str]:
    return [value for key, value in sent(made)[1] if key == name]


# As middleware sees it, and changes it.


def _put(name: str, value: str) -> Callable[[Any], None]:
    return lambda made: made.__setitem__(name, value)


def _harden(made: Any) -> None:
    made.cookies["b"].update({"secure": True, "samesite": "Strict"})


CHANGES: dict[str, tuple[Callable[[Any], object], str, list[str]]] = {
    "added": (_put("X-New", "1"), "x-new", ["1"]),
    "extended": (lambda m: patch_vary_headers(m, ["Cookie"]), "vary", ["Accept, Cookie"]),
    "taken away": (lambda m: m.__delitem__("vary"), "vary", []),
    "deleted whole": (lambda m: m.__delitem__("x-a"), "x-a", []),
    "replaced whole": (_put("X-A", "new"), "x-a", ["new"]),
    "another cookie": (
        lambda m: m.set_cookie("c", "3", samesite="Strict"),
        "set-cookie",
        [*LINES, "c=3; Path=/; SameSite=Strict"],
    ),
    "a cookie less": (lambda m: m.cookies.pop("b"), "set-cookie", [LINES[0], LINES[2]]),
    "a cookie anew": (
        lambda m: m.set_cookie("b", "new"),
        "set-cookie",
        [LINES[0], "b=new; Path=/; SameSite=Lax", LINES[2]],
    ),
    "a cookie hardened": (
        _harden,
        "set-cookie",
        [LINES[0], LINES[1].removesuffix("Lax") + "Strict; Secure", LINES[2]],
    ),
}


@pytest.mark.parametrize(("change", "name", "expected"), CHANGES.values(), ids=CHANGES)
def test_what_middleware_changes(
    change: Callable[[Any], object], name: str, expected: list[str]
) -> None:
    made = native(with_cookies())
    change(made)
    assert [sorted(value.split("; ")) for value in values(made, name)] == [
        sorted(value.split("; ")) for value in expected
    ]


def test_compression() -> None:
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    made: Any = GZipMiddleware(lambda request: native(Response("x" * 500)))(request)
    assert made["Content-Encoding"] == "gzip"
    assert values(made, "content-length") == [str(len(sent(made)[2]))] != ["500"]


# Pickled, copied, and cached.


def same(one: Any, other: Any) -> bool:
    return bool(sent(one) == sent(other) and one.cookies.output() == other.cookies.output())


@pytest.mark.parametrize(
    "again",
    [
        lambda made: pickle.loads(pickle.dumps(made, 0)),  # noqa: S301
        lambda made: pickle.loads(pickle.dumps(made)),  # noqa: S301
        copy.deepcopy,
    ],
    ids=["the oldest pickle", "pickle", "deepcopy"],
)
def test_pickled_and_copied(again: Callable[[Any], Any]) -> None:
    made = native(with_cookies())
    other = again(made)
    assert type(other) is type(made)
    assert same(other, native(with_cookies()))
    assert isinstance(other.cookies, SimpleCookie)
    # A change to one is none to the other.
    other["x-a"] = "9"
    del other.cookies["b"]
    assert same(made, native(with_cookies()))


def test_a_response_of_djangos_own_whose_fields_repeat_can_be_pickled() -> None:
    made: Any = repeating(HttpResponse)
    response = made(b"a")
    keep_cookie(response, "a=1; Path=/")
    again = pickle.loads(pickle.dumps(response))  # noqa: S301
    assert type(again).__name__ == "HttpResponse"
    assert ([*again.items()], again.content) == ([*response.items()], b"a")


def cached(response: Response) -> list[Any]:
    """What two requests of one page get, which is made at most twice."""
    cache.clear()
    made: list[Any] = []

    def view(request: HttpRequest) -> HttpResponse:
        made.append(request)
        return native(response)  # type: ignore[no-any-return]

    page = UpdateCacheMiddleware(FetchFromCacheMiddleware(view))
    found: list[Any] = [page(RequestFactory().get("/page")) for _ in range(2)]
    if len(made) == 1:
        # Django tells how old it is.
        del found[1]["age"]
    return [len(made), *found]


def test_it_is_cached_and_given_again_with_its_cookies() -> None:
    times, first, second = cached(with_cookies())
    assert times == 1
    assert same(first, second)
    assert (second.content, values(second, "x-a")) == (b"x", ["1", "2", "3"])
    assert values(second, "set-cookie") == LINES


def test_a_cookie_for_one_user_is_not_given_to_another() -> None:
    # Django looks into `response.cookies` for that.
    response = Response("x", headers={"vary": "Cookie"})
    response.set_cookie("session", "secret")
    times, *_ = cached(response)
    assert times == 2


def test_the_problem_of_a_native_view() -> None:
    made = unireq_django.ProblemMiddleware(lambda request: HttpResponse()).process_exception(
        RequestFactory().get("/"), unireq.BodyTooLarge("wrong")
    )
    assert made is not None
    assert (made.status_code, made["Content-Type"]) == (413, "application/problem+json")


# Layers beside middleware that Django has to adapt, above or below.


def plain(get_response: Any) -> Any:
    def middleware(request: Any) -> Any:
        return get_response(request)

    return middleware


def _seen(request: Any) -> HttpResponse:
    return HttpResponse(SEEN.get())


async def _achunks() -> Any:
    yield b"one"
    yield b"two"


def _stream(request: Any) -> Any:
    is_async = hasattr(request, "scope")
    return StreamingHttpResponse(_achunks() if is_async else iter([b"one", b"two"]))


def _boom(request: Any) -> HttpResponse:
    raise KeyError("boom")


urlpatterns = [path("seen", _seen), path("stream", _stream), path("boom", _boom)]
_around: list[Any] = []


def around(get_response: Any) -> Any:
    return _around[-1](get_response)


around.async_capable = True  # type: ignore[attr-defined]


@pytest.mark.parametrize("order", [("plain", "around"), ("around", "plain")])
@pytest.mark.parametrize("client", [Client, AsyncClient])
def test_djangos_middleware_of_another_kind(client: Any, order: tuple[str, ...]) -> None:
    notes: list[Any] = []

    @unireq.middleware
    async def alayer(request: unireq.Request) -> unireq.AsyncSteps:
        SEEN.set("async")
        await asyncio.sleep(0)
        head = yield None
        await asyncio.sleep(0)
        head.set_header("x-async", SEEN.get())
        yield None
        await asyncio.sleep(0)
        notes.append(head.sent)

    async def get(name: str) -> Any:
        response = await asking.get(f"/{name}")
        streamed = response.streaming and [chunk async for chunk in response]
        content = b"".join(streamed) if streamed else response.content
        # As Django's handler does it.
        await sync_to_async(response.close)()
        return response, content

    _around.append(unireq_django.as_middleware(noting(notes), alayer))
    middleware = [f"{__name__}.{each}" for each in order]
    with override_settings(MIDDLEWARE=middleware, ROOT_URLCONF=__name__):
        asking = client(raise_request_exception=False)
        for name in ("seen", "stream", "boom"):
            notes.clear()
            if client is AsyncClient:
                response, content = asyncio.run(get(name))
            else:
                response = asking.get(f"/{name}")
                content = response.getvalue()
            assert (response["x-async"], response["x-layers"]) == ("async", "layer")
            assert notes[-1] == ("layer", notes[-2])
            assert notes[-2].complete
            assert name == "boom" or content == {"seen": b"async", "stream": b"onetwo"}[name]
