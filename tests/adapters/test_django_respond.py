"""A Response as Django sends it, and as Django's middleware, cache and pickle see it."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.middleware.cache import FetchFromCacheMiddleware, UpdateCacheMiddleware
from django.middleware.gzip import GZipMiddleware
from django.test import RequestFactory, override_settings
from django.utils.cache import patch_vary_headers

import unireq
import unireq_django
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
