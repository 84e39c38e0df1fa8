"""Bodies on Django: the CSRF check, chunks, Django REST framework."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

import unireq
from support import forms, natives
from support.posting import CHUNKED, LARGE, SMALL, Unseekable, django_asgi, django_wsgi, expected
from unireq import BodyConsumed

natives.configure_django()

from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.middleware.csrf import CsrfViewMiddleware, get_token  # noqa: E402
from django.test import RequestFactory  # noqa: E402

protocols = pytest.mark.parametrize("make", [django_wsgi, django_asgi])


def test_no_body() -> None:
    # Neither length nor chunks: no server gives a body then.
    for stream in (io.BytesIO(), Unseekable(SMALL)):
        native = django_wsgi(SMALL, CONTENT_LENGTH=None, **{"wsgi.input": stream})
        assert unireq.from_native(native).read() == native.body == b""
        assert "CONTENT_LENGTH" not in native.META
    native = django_wsgi(b"", CONTENT_LENGTH=None)
    native.read()
    assert unireq.from_native(native).read() == b""
    assert unireq.from_native(HttpRequest()).read() == b""
    assert unireq.from_native(HttpRequest()).form() == {}


def test_a_body_that_django_refuses_to_hold() -> None:
    from django.core.exceptions import RequestDataTooBig

    native = django_wsgi(LARGE)
    with pytest.raises(RequestDataTooBig):
        _ = native.body
    assert unireq.from_native(native).read() == LARGE


# The CSRF check, which reads the form.


@protocols
@pytest.mark.parametrize("read_before", [True, False])
def test_below_the_csrf_check(make: Callable[..., Any], read_before: bool) -> None:
    page = RequestFactory().get("/")
    token = forms.field("csrfmiddlewaretoken", get_token(page).encode())

    def checked(native: Any) -> HttpResponse | None:
        native.COOKIES["csrftoken"] = page.META["CSRF_COOKIE"]
        if read_before:
            unireq.from_native(native).read()

        def view(_: HttpRequest) -> HttpResponse:
            return HttpResponse()

        # What the handler does with a view that asks for the check.
        refusal: HttpResponse | None = CsrfViewMiddleware(view).process_view(native, view, (), {})
        return refusal

    native = make(forms.body(forms.field(), token, forms.file()))
    assert checked(native) is None
    assert native.POST["a"] == "x"
    if read_before or make is django_asgi:
        # Where the body is in a file it is read again.
        assert unireq.from_native(native).form()["a"] == "x"
    else:
        with pytest.raises(BodyConsumed, match="the CSRF check reads POST too"):
            unireq.from_native(native).form()
    native.close()
    native = make(SMALL)
    refusal = checked(native)
    native.close()
    assert refusal is not None
    assert refusal.status_code == 403


# Chunks, and what else there is.


@pytest.mark.parametrize("body", [SMALL, LARGE], ids=["small", "large"])
def test_a_chunked_body_that_django_does_not_see(body: bytes) -> None:
    asgi = django_asgi(body)
    del asgi.META["CONTENT_LENGTH"]
    asgi.scope["headers"] = asgi.scope["headers"][:-1]
    streams = (io.BytesIO(body), Unseekable(body))
    for native in (
        asgi,
        *(django_wsgi(body, **{**CHUNKED, "wsgi.input": stream}) for stream in streams),
    ):
        request = unireq.from_native(native)
        facts = request.to_dict()
        assert request.form()["a"] == "x"
        assert {**unireq.from_native(native).to_dict(), "body": None} == facts
        assert [native.POST["a"], native.FILES["f"].size] == expected(body)
        assert request.read() == body
        native.close()


@pytest.mark.parametrize("first", ["body", "POST"])
def test_a_chunked_body_that_django_took_for_empty(first: str) -> None:
    native = django_wsgi(b"a=x", forms.URLENCODED, **{**CHUNKED, "wsgi.input": Unseekable(b"a=x")})
    assert not getattr(native, first)
    assert unireq.from_native(native).read() == native.body == b"a=x"


def test_rest_framework() -> None:
    from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
    from rest_framework.request import Request

    def wrapped(body: bytes, content_type: str = forms.MULTIPART) -> Any:
        parsers = [JSONParser(), FormParser(), MultiPartParser()]
        return Request(django_wsgi(body, content_type), parsers=parsers)

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
