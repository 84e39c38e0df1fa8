"""Bodies on Django: POST and FILES, the CSRF check, both protocols, Django REST framework."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import pytest

import unireq
from support import forms, natives
from unireq import BodyConsumed, Limits

natives.configure_django()

from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.middleware.csrf import CsrfViewMiddleware, get_token  # noqa: E402
from django.test import RequestFactory  # noqa: E402

SMALL = forms.body(forms.field(), forms.file(content=b"y" * 100))
# Over the default spool_size, and over what Django holds in memory.
LARGE = forms.body(forms.field(), forms.file(content=b"z" * (3 * 2**20)))
ENCODED = b"a=x&b=y"


class Unseekable(io.BytesIO):
    """An input stream that can't go back, as those of connections."""

    def seek(self, *_: Any) -> int:
        raise io.UnsupportedOperation("seek")


def on_wsgi(body: bytes, content_type: str = forms.MULTIPART, stream: Any = None) -> Any:
    from django.core.handlers.wsgi import WSGIRequest

    return WSGIRequest(
        natives.environ(
            REQUEST_METHOD="POST",
            CONTENT_TYPE=content_type,
            CONTENT_LENGTH=str(len(body)),
            **{"wsgi.input": stream or Unseekable(body + b"next")},
        )
    )


def on_asgi(body: bytes, content_type: str = forms.MULTIPART) -> Any:
    from django.core.handlers.asgi import ASGIRequest

    fields = [
        (b"host", b"h"),
        (b"content-type", content_type.encode()),
        (b"content-length", b"%d" % len(body)),
    ]
    return ASGIRequest(natives.scope(method="POST", headers=fields), io.BytesIO(body))


protocols = pytest.mark.parametrize("make", [on_wsgi, on_asgi])
bodies = pytest.mark.parametrize("body", [SMALL, LARGE], ids=["small", "large"])


def check_native(native: Any, body: bytes) -> None:
    assert native.POST["a"] == "x"
    assert native.FILES["f"].size == (100 if body is SMALL else 3 * 2**20)
    for file in native.FILES.values():
        file.close()


@protocols
@bodies
def test_django_goes_on(make: Callable[..., Any], body: bytes) -> None:
    native = make(body)
    request = unireq.from_native(native)
    assert request.form()["a"] == "x"
    check_native(native, body)
    assert request.read() == body


@protocols
def test_djangos_body_and_read_go_on(make: Callable[..., Any]) -> None:
    for use in (lambda n: n.body, lambda n: n.read(), b"".join):
        native = make(SMALL)
        assert unireq.from_native(native).read() == SMALL
        assert use(native) == SMALL
        assert unireq.from_native(native).read() == SMALL


@protocols
def test_a_large_form_is_not_read_into_memory(make: Callable[..., Any]) -> None:
    native = make(LARGE)
    request = unireq.from_native(native)
    request.form()
    assert not native.META["unireq.body"].store.in_memory
    check_native(native, LARGE)
    assert not hasattr(native, "_body")
    assert request.form()["a"] == "x"


def test_async_accessors() -> None:
    async def main() -> None:
        native = on_asgi(SMALL)
        request = unireq.from_native(native)
        assert (await request.aform())["a"] == "x"
        assert request.read() == await request.aread() == SMALL
        check_native(native, SMALL)

    asyncio.run(main())


# Django first.


@protocols
@pytest.mark.parametrize(("body", "content_type"), [(ENCODED, forms.URLENCODED), (b"[]", "a/b")])
def test_what_django_has_kept(make: Callable[..., Any], body: bytes, content_type: str) -> None:
    native = make(body, content_type)
    assert native.POST.get("a", "x") == "x"
    assert native.body == body
    request = unireq.from_native(native)
    assert (request.read(), request.form().get("a", "x")) == (body, "x")


def by_post(native: Any) -> None:
    check_native(native, SMALL)


def by_reading(native: Any) -> None:
    native.read()


def by_reading_some(native: Any) -> None:
    native.read(5)


def by_iterating(native: Any) -> None:
    list(native)


@pytest.mark.parametrize("first", [by_post, by_reading, by_reading_some, by_iterating])
def test_what_django_has_not_kept_is_told_or_found(first: Callable[[Any], None]) -> None:
    native = on_wsgi(SMALL)
    first(native)
    request = unireq.from_native(native)
    for use in (request.read, request.form, request.json, lambda: list(request.stream())):
        with pytest.raises(BodyConsumed, match=r"in a middleware above CsrfViewMiddleware$"):
            use()
    for seekable in (on_wsgi(SMALL, stream=io.BytesIO(SMALL + b"next")), on_asgi(SMALL)):
        first(seekable)
        assert unireq.from_native(seekable).read() == SMALL
        assert unireq.from_native(seekable).form()["a"] == "x"


def test_no_body_was_read_before_and_there_was_none() -> None:
    for make in (on_wsgi, on_asgi):
        native = make(b"", "text/plain")
        native.read()
        assert unireq.from_native(native).read() == b""
    # Neither length nor chunks: no server gives a body then.
    native = on_wsgi(b"", "text/plain")
    del native.META["CONTENT_LENGTH"]
    native.read()
    assert unireq.from_native(native).read() == b""
    assert unireq.from_native(HttpRequest()).read() == b""
    assert unireq.from_native(HttpRequest()).form() == {}


def test_a_body_that_django_refuses_to_hold() -> None:
    from django.core.exceptions import RequestDataTooBig

    native = on_wsgi(LARGE)
    with pytest.raises(RequestDataTooBig):
        _ = native.body
    assert unireq.from_native(native).read() == LARGE


# The CSRF check, which reads the form.


def checked(native: Any, before: Callable[[Any], object] | None = None) -> HttpResponse:
    """What a view answers below CsrfViewMiddleware: the form as unireq has it."""

    def view(request: Any) -> HttpResponse:
        try:
            return HttpResponse(unireq.from_native(request).form()["a"])
        except BodyConsumed as error:
            return HttpResponse(str(error), status=500)

    def below(request: Any) -> HttpResponse:
        answer: HttpResponse = CsrfViewMiddleware(view)(request)
        return answer

    if before is not None:
        before(native)
    middleware = CsrfViewMiddleware(below)
    # What the handler does with a view that asks for the check.
    refusal: HttpResponse | None = middleware.process_view(native, view, (), {})
    return view(native) if refusal is None else refusal


def with_token(native: Any, body: Callable[[str], bytes]) -> Any:
    """A request of a form with the token that goes with its cookie."""
    page = RequestFactory().get("/")
    token = get_token(page)
    data = body(token)
    native = native(data)
    native.COOKIES["csrftoken"] = page.META["CSRF_COOKIE"]
    return native


def encoded(token: str) -> bytes:
    return f"a=x&csrfmiddlewaretoken={token}".encode()


def multipart(token: str) -> bytes:
    return forms.body(
        forms.field(), forms.field("csrfmiddlewaretoken", token.encode()), forms.file()
    )


@protocols
def test_below_the_csrf_check(make: Callable[..., Any]) -> None:
    native = with_token(lambda data: make(data, forms.URLENCODED), encoded)
    answer = checked(native)
    assert (answer.status_code, answer.content) == (200, b"x")
    native = with_token(make, multipart)
    answer = checked(native, lambda request: unireq.from_native(request).read())
    assert (answer.status_code, answer.content) == (200, b"x")
    assert native.POST["a"] == "x"
    native.close()
    answer = checked(make(SMALL), lambda request: unireq.from_native(request).read())
    assert answer.status_code == 403


def test_the_csrf_check_has_taken_a_multipart_form() -> None:
    native = with_token(on_wsgi, multipart)
    answer = checked(native)
    native.close()
    assert answer.status_code == 500
    assert b"the CSRF check reads POST too" in answer.content
    # Where the body is in a file it is read again.
    assert checked(with_token(on_asgi, multipart)).content == b"x"


# Chunks, and what else there is.


def test_a_chunked_body_that_django_does_not_see() -> None:
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    for body in (SMALL, LARGE):
        for stream in (io.BytesIO(body), Unseekable(body)):
            native = on_wsgi(body, stream=stream)
            del native.META["CONTENT_LENGTH"]
            native.META.update(chunked)
            check_chunked(native, body)
        native = on_asgi(body)
        del native.META["CONTENT_LENGTH"]
        native.scope["headers"] = native.scope["headers"][:-1]
        check_chunked(native, body)


@pytest.mark.parametrize("first", ["body", "POST", "FILES"])
def test_a_chunked_body_that_django_took_for_empty(first: str) -> None:
    from django.core.handlers.wsgi import WSGIRequest

    environ = on_wsgi(b"a=x", forms.URLENCODED, stream=Unseekable(b"a=x")).META
    del environ["CONTENT_LENGTH"]
    environ.update({"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True})
    native = WSGIRequest(environ)
    assert not getattr(native, first)
    assert unireq.from_native(native).read() == native.body == b"a=x"


def check_chunked(native: Any, body: bytes) -> None:
    request = unireq.from_native(native)
    facts = request.to_dict()
    assert request.form()["a"] == "x"
    assert {**unireq.from_native(native).to_dict(), "body": None} == facts
    check_native(native, body)
    assert request.read() == body


def test_no_length_and_no_chunks_is_no_body() -> None:
    native = on_wsgi(SMALL)
    del native.META["CONTENT_LENGTH"]
    assert unireq.from_native(native).read() == native.body == b""
    assert "CONTENT_LENGTH" not in native.META


def test_a_body_that_ends_early() -> None:
    native = on_wsgi(SMALL, stream=Unseekable(SMALL[:-5]))
    for _ in range(2):
        with pytest.raises(unireq.IncompleteBody):
            unireq.from_native(native).read()
    native = on_asgi(SMALL)
    native._stream.truncate(10)
    with pytest.raises(unireq.IncompleteBody):
        unireq.from_native(native).read()


def test_limits_take_nothing_that_was_declared() -> None:
    native = on_wsgi(SMALL)
    with pytest.raises(unireq.BodyTooLarge):
        unireq.from_native(native).read(limits=Limits(body_size=10))
    check_native(native, SMALL)


def test_rest_framework() -> None:
    from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
    from rest_framework.request import Request

    def wrapped(body: bytes, content_type: str = forms.MULTIPART) -> Any:
        parsers = [JSONParser(), FormParser(), MultiPartParser()]
        return Request(on_wsgi(body, content_type), parsers=parsers)

    native = wrapped(SMALL)
    assert unireq.from_native(native).form()["a"] == "x"
    assert (native.data["a"], native.data["f"].size) == ("x", 100)
    native._request.close()

    native = wrapped(b"[1]", "application/json")
    assert unireq.from_native(native).json() == native.data == [1]

    native = wrapped(SMALL)
    assert native.data["a"] == "x"
    native._request.close()
    with pytest.raises(BodyConsumed):
        unireq.from_native(native).read()

    native = wrapped(b"[1]", "application/json")
    assert native.data == unireq.from_native(native).json() == [1]
