"""A Response as Django sends it, and as Django's middleware, cache and pickle see it."""

from __future__ import annotations

import copy
import pickle
from http.cookies import SimpleCookie
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import natives

natives.configure_django()

from django.core.cache import cache  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.middleware.cache import FetchFromCacheMiddleware, UpdateCacheMiddleware  # noqa: E402
from django.middleware.common import CommonMiddleware  # noqa: E402
from django.middleware.gzip import GZipMiddleware  # noqa: E402
from django.test import RequestFactory, override_settings  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.cache import patch_vary_headers  # noqa: E402

import unireq_django  # noqa: E402
from unireq import Response  # noqa: E402
from unireq_django._respond import native_response  # noqa: E402

ANSWERS: dict[str, Response] = {}


def answer(request: HttpRequest) -> HttpResponse:
    return native_response(ANSWERS["next"], request.method)


urlpatterns = [path("", answer)]


def sent(response: HttpResponse, **settings: Any) -> tuple[str, list[tuple[str, str]], bytes]:
    """What Django's handler gives to a WSGI server."""
    found: list[Any] = []

    def middleware(get_response: Any) -> Any:
        return lambda request: response

    globals()["replacing"] = middleware
    names = [*settings.pop("outside", []), f"{__name__}.replacing"]
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=names, **settings):
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


# What is sent.


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", None, "get"])
@pytest.mark.parametrize(
    "response",
    [
        Response("grüße"),
        Response(b"", media_type="x/y"),
        Response(),
        Response(status=204),
        Response(status=304, headers={"etag": '"1"'}),
        Response(status=205),
        Response("x", status=418),
        Response.redirect("/a", status=303),
        Response.json({"a": [1]}),
        with_cookies(),
    ],
    ids=repr,
)
def test_it_says_what_the_response_says(response: Response, method: str | None) -> None:
    wire = response.for_method((method or "GET").upper())
    status, fields, content = sent(native_response(response, method))
    assert status.split()[0] == str(wire.status)
    assert sorted(fields) == sorted(wire.fields)
    # The order counts among fields of one name.
    for name in dict(fields):
        assert [v for n, v in fields if n == name] == [v for n, v in wire.fields if n == name]
    assert content == wire.content


def test_fields_that_come_again() -> None:
    _, fields, _ = sent(native(with_cookies()))
    assert [value for name, value in fields if name == "x-a"] == ["1", "2", "3"]
    assert [value for name, value in fields if name == "set-cookie"] == LINES


tokens = st.text(st.sampled_from("abcXYZ019!#$%&'*+-.^_`|~"), min_size=1, max_size=12)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(st.lists(st.tuples(tokens, texts, st.sampled_from(["/", "/a"])), max_size=6))
def test_every_cookie_is_sent_as_it_was_rendered(cookies: list[tuple[str, str, str]]) -> None:
    response = Response()
    for name, value, where in cookies:
        response.set_cookie(name, value, path=where)
    made = native(response)
    jar = [morsel.OutputString() for morsel in made.cookies.values()]
    assert jar == [line for _, line in response.fields]
    # As ASGI handlers send them.
    assert [c.output(header="").strip() for c in made.cookies.values()] == jar


# As middleware sees it.


def test_what_middleware_sees() -> None:
    made = native(with_cookies())
    assert isinstance(made, HttpResponse)
    assert (made.status_code, made.content, made.reason_phrase) == (200, b"x", "OK")
    assert made["X-A"] == made.headers["x-a"] == "1"
    assert made.has_header("vary")
    assert "content-type" in made
    assert made["Content-Type"] == "text/plain; charset=utf-8"
    assert set(made.cookies) >= {"a", "b"}
    assert made.cookies["a"].key == "a"


def test_what_middleware_adds() -> None:
    made = native(with_cookies())
    made["X-New"] = "1"
    patch_vary_headers(made, ["Cookie"])
    made.set_cookie("c", "3", samesite="Strict")
    _, fields, _ = sent(made)
    assert ("x-new", "1") in fields
    assert ("vary", "Accept, Cookie") in fields
    cookies = [value for name, value in fields if name == "set-cookie"]
    assert cookies == [*LINES, "c=3; Path=/; SameSite=Strict"]


def test_what_middleware_takes_away() -> None:
    made = native(with_cookies())
    del made["vary"]
    del made.cookies["b"]
    _, fields, _ = sent(made)
    assert "vary" not in dict(fields)
    assert [value for name, value in fields if name == "set-cookie"] == [LINES[0], LINES[2]]


def test_a_field_that_came_again_is_deleted_whole() -> None:
    made = native(with_cookies())
    del made["x-a"]
    assert "x-a" not in dict(sent(made)[1])


def test_a_field_that_came_again_is_replaced_whole() -> None:
    made = native(with_cookies())
    made["X-A"] = "new"
    assert [value for name, value in sent(made)[1] if name == "x-a"] == ["new"]


def test_a_cookie_that_middleware_sets_anew() -> None:
    response = Response()
    response.set_cookie("a", "ours", httponly=True)
    made = native(response)
    made.set_cookie("a", "theirs", samesite="Strict")
    lines = [value for name, value in sent(made)[1] if name == "set-cookie"]
    assert len(lines) == 1
    assert lines[0].startswith("a=theirs; ")
    assert "SameSite=Strict" in lines[0]


def test_a_cookie_that_middleware_deletes() -> None:
    response = Response()
    response.set_cookie("a", "ours")
    made = native(response)
    made.delete_cookie("a")
    lines = [value for name, value in sent(made)[1] if name == "set-cookie"]
    assert len(lines) == 1
    assert "Max-Age=0" in lines[0]
    assert "ours" not in lines[0]


def test_a_cookie_that_middleware_hardens() -> None:
    response = Response()
    response.set_cookie("a", "ours", path="/a", max_age=60)
    made = native(response)
    for morsel in made.cookies.values():
        morsel["secure"] = True
        morsel["samesite"] = "Strict"
    (line,) = [value for name, value in sent(made)[1] if name == "set-cookie"]
    assert line.startswith("a=ours; ")
    said = {part.strip() for part in line.split(";")[1:]}
    assert said == {"Path=/a", "Max-Age=60", "Secure", "SameSite=Strict"}


@pytest.mark.parametrize("status", [200, 204, 304])
def test_djangos_own_middleware(status: int) -> None:
    response = Response("x" * 500 if status == 200 else None, status=status)
    made: Any = CommonMiddleware(lambda request: native(response))(RequestFactory().get("/"))
    wire = response.for_method("GET")
    assert sorted(n for n, _ in sent(made)[1]) == sorted(n for n, _ in wire.fields)


def test_compression() -> None:
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    made: Any = GZipMiddleware(lambda request: native(Response("x" * 500)))(request)
    assert made["Content-Encoding"] == "gzip"
    _, fields, content = sent(made)
    assert dict(fields)["content-length"] == str(len(content)) != "500"
    assert len([name for name, _ in fields if name == "content-length"]) == 1


# Pickled and copied.


def same(one: Any, other: Any) -> bool:
    return bool(sent(one) == sent(other) and one.cookies.output() == other.cookies.output())


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickled(protocol: int) -> None:
    made = native(with_cookies())
    again = pickle.loads(pickle.dumps(made, protocol))  # noqa: S301
    assert type(again) is type(made)
    assert same(again, native(with_cookies()))
    assert isinstance(again.cookies, SimpleCookie)
    # A change to one is none to the other.
    again["x-a"] = "9"
    del again.cookies["b"]
    assert same(made, native(with_cookies()))


def test_copied_deeply() -> None:
    made = native(with_cookies())
    again = copy.deepcopy(made)
    again.cookies.clear()
    del again["vary"]
    assert same(made, native(with_cookies()))


# The cache.


def cached(response: Response) -> list[Any]:
    """What two requests of one page get, which is made at most twice."""
    cache.clear()
    made: list[Any] = []

    def view(request: HttpRequest) -> HttpResponse:
        made.append(request)
        return native(response)  # type: ignore[no-any-return]

    page = UpdateCacheMiddleware(FetchFromCacheMiddleware(view))
    found: list[Any] = [page(RequestFactory().get("/page")) for _ in range(2)]
    assert found[0].headers.get("age") is None
    if len(made) == 1:
        # Django tells how old it is.
        del found[1]["age"]
    return [len(made), *found]


def test_it_is_cached_and_given_again() -> None:
    times, first, second = cached(Response("x", headers=[("x-a", "1"), ("x-a", "2")]))
    assert times == 1
    assert same(first, second)
    assert second.content == b"x"


def test_cookies_are_cached_with_it() -> None:
    times, first, second = cached(with_cookies())
    assert times == 1
    assert [v for n, v in sent(second)[1] if n == "set-cookie"] == LINES
    assert same(first, second)


def test_a_cookie_for_one_user_is_not_given_to_another() -> None:
    # Django looks into `response.cookies` for that.
    response = Response("x", headers={"vary": "Cookie"})
    response.set_cookie("session", "secret")
    times, *_ = cached(response)
    assert times == 2


def test_the_problem_of_a_native_view() -> None:
    import unireq

    made = unireq_django.ProblemMiddleware(lambda request: HttpResponse()).process_exception(
        RequestFactory().get("/"), unireq.BodyTooLarge("wrong")
    )
    assert made is not None
    assert (made.status_code, made["Content-Type"]) == (413, "application/problem+json")
