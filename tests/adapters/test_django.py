"""Django on WSGI and ASGI, and Django REST framework: requests, hosts, paths and bodies."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import django
import pytest
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.test import AsyncRequestFactory, RequestFactory, override_settings
from django.test.utils import override_script_prefix
from django.urls import path, resolve
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request as DRFRequest
from rest_framework.response import Response as DRFResponse
from rest_framework.test import APIRequestFactory

import unireq
import unireq_django
import unireq_django._hosts
from support import forms, natives
from support.posting import CHUNKED, LARGE, SMALL, Unseekable, django_asgi, django_wsgi, expected
from support.reading import NOTHING, read_everything
from unireq import BodyConsumed

urlpatterns = [path("int/<int:value>", HttpResponse, kwargs={"given": "not captured"})]


# The two kinds of request, from Django's own factories.


def _by_factory(made: Any) -> Any:
    return made.post("/a", b"b", content_type="text/css")


@pytest.mark.parametrize(
    "make",
    [
        lambda: _by_factory(RequestFactory(SERVER_NAME="a.example")),
        lambda: _by_factory(APIRequestFactory(SERVER_NAME="a.example")),
        lambda: RequestFactory().get("/a", SERVER_NAME="a.example", SERVER_PORT="81"),
        lambda: RequestFactory(SERVER_NAME="a.example").get("/a", secure=True),
        lambda: AsyncRequestFactory(server=("a.example", "81")).request(path="/a"),
    ],
)
def test_the_name_of_a_factorys_server(make: Callable[[], Any]) -> None:
    native = make()
    request = unireq.from_native(native)
    assert request.host == native.get_host()
    assert request.host.startswith("a.example")
    assert request.url == native.build_absolute_uri()
    _ = request.read()
    assert request.host == native.get_host()
    with override_settings(ALLOWED_HOSTS=["other.example"]):
        assert request.host is None
    # A server's name is not the client's word.
    for other in (natives.django_wsgi(HTTP_HOST=None), natives.django_asgi(headers=[])):
        assert unireq.from_native(other).host is None


def test_the_async_request_factory() -> None:
    native = AsyncRequestFactory().get("/caf%C3%A9", {"x": "é"}, ACCEPT="text/css")
    request = unireq.from_native(native)
    assert type(request) is unireq_django.DjangoASGIRequest
    # The factory reads the path as ISO-8859-1, and this is what Django would route on.
    assert (request.path, request.raw_path) == (native.path, None)
    assert (request.query_string, request.query_params) == ("x=%C3%A9", {"x": "é"})
    assert request.headers["accept"] == "text/css"


def test_a_request_made_by_hand() -> None:
    native = HttpRequest()
    request = unireq.from_native(native)
    assert read_everything(request) == {**NOTHING, "path": ""}
    native.method = "put"
    native.path = "/a"
    native.META.update(HTTP_X_A="1", HTTP_HOST="h")
    assert (request.method, request.path, request.headers) == ("PUT", "/a", {})
    request = unireq.from_native(native)
    assert (request.method, request.path, request.host) == ("PUT", "/a", "h")
    assert request.get_header("x-a") == "1"
    assert request.username is None


def test_an_attribute_called_scope_may_be_the_apps_own() -> None:
    native = natives.django_wsgi()
    native.scope = "read write"
    request = unireq.from_native(native)
    assert type(request) is unireq_django.DjangoWSGIRequest
    assert request.to_dict() == natives.FACTS


# Hosts.


@pytest.mark.parametrize(
    ("host", "allowed", "accepted"),
    [
        ("example.org", ["example.org"], True),
        ("example.org:8080", ["example.org"], True),
        ("example.org.:8080", ["example.org"], True),
        ("example.org:", ["example.org"], False),
        ("a.example.org", ["example.org"], False),
        ("example.org@evil.example", ["example.org"], False),
        ("example.org, evil.example", ["*"], False),
        ("[::1]:8080", ["[::1]"], True),
        # Hosts of a URI (RFC 3986 3.2.2), but none that Django takes.
        ("evil%2f.example.com", [".example.com"], False),
        ("a_b.example.com", [".example.com"], False),
        ("h:99999", ["*"], False),
        ("example.org", [], False),
        # While debugging an empty list allows this machine.
        ("localhost", [], None),
        ("a.localhost:8000", [], None),
        ("[::1]:8000", [], None),
    ],
)
@pytest.mark.parametrize("debug", [True, False])
def test_allowed_hosts_decides(
    host: str, allowed: list[str], accepted: bool | None, debug: bool
) -> None:
    expected = host if accepted or (accepted is None and debug) else None
    with override_settings(ALLOWED_HOSTS=allowed, DEBUG=debug):
        headers = [(b"host", host.encode())]
        for native in (natives.django_wsgi(HTTP_HOST=host), natives.django_asgi(headers=headers)):
            request = unireq.from_native(native)
            assert request.host == expected
            # A refused host leaves a relative URL, and the field.
            assert request.url.startswith("/caf%C3%A9/") == (expected is None)
            assert (request.headers["host"], request.to_dict()["host"]) == (host, expected)
            try:
                theirs = native.get_host()
            except DisallowedHost:
                theirs = None
            # We refuse a port that there is not, too.
            assert theirs == expected or host == "h:99999"


@pytest.mark.parametrize(("field", "host"), [("b.example", None), ("a.example", "a.example")])
def test_a_target_in_absolute_form_does_not_hide_a_host_that_django_refuses(
    field: str, host: str | None
) -> None:
    with override_settings(ALLOWED_HOSTS=["a.example"]):
        native = natives.django_wsgi(HTTP_HOST=field, RAW_URI="http://a.example/caf%C3%A9/a%20b")
        assert unireq.from_native(native).host == host


# Paths.


@pytest.mark.parametrize(
    ("path_info", "raw", "path", "raw_path"),
    [
        # A byte that is not UTF-8, which Django shows as %FF; the raw target tells it apart.
        ("/\xff", "/%FF", "/\ufffd", b"/%FF"),
        ("/%FF", "/%25FF", "/%FF", b"/%25FF"),
        ("/\xff", None, "/%FF", None),
        ("/\xff%FE", "/%FF%25FE", "/\ufffd%FE", b"/%FF%25FE"),
        ("//a", "//a", "/a", None),
    ],
)
def test_wsgi_paths(path_info: str, raw: str | None, path: str, raw_path: bytes | None) -> None:
    native = natives.django_wsgi(PATH_INFO=path_info, RAW_URI=raw)
    request = unireq.from_native(native)
    assert (request.path, request.raw_path) == (path, raw_path)
    assert request.url.isascii()


@pytest.mark.parametrize(
    ("forced", "sent", "path"),
    [
        ("/api", "/a", "/api/a"),
        ("/api", "/apiary", "/api/apiary"),
        ("/api/v1", "/a", "/api/v1/a"),
        ("", "/a", "/a"),
    ],
)
def test_a_forced_script_name(forced: str, sent: str, path: str) -> None:
    with override_settings(FORCE_SCRIPT_NAME=forced):
        wsgi = unireq.from_native(natives.django_wsgi(PATH_INFO=sent, RAW_URI=sent))
        assert (wsgi.path, wsgi.root_path) == (path, forced)
        assert wsgi.url == f"http://example.org:8080{path}?a=1&a=2&b=%C3%A9+%2B"
        if django.VERSION < (5, 0):
            return  # a request on ASGI knew nothing of it
        for whole in {sent, path} - {"/apiary"}:
            native = natives.django_asgi(path=whole, raw_path=whole.encode())
            asgi = unireq.from_native(native)
            assert (asgi.path, asgi.root_path, asgi.url) == (path, forced, wsgi.url)
        # Django before 6.1 takes the beginning of another word for the prefix, and answers 404.
        native = natives.django_asgi(path="/apiary", raw_path=b"/apiary")
        routed_as_sent = native.path_info == "/apiary"
        asgi = unireq.from_native(native)
        assert asgi.path == (forced + "/apiary" if routed_as_sent else "/apiary")


@pytest.mark.parametrize("sent", ["/a", "/api/a"])
def test_a_prefix_with_a_slash_at_its_end(sent: str) -> None:
    with override_settings(FORCE_SCRIPT_NAME="/api/"):
        natively = [natives.django_wsgi(PATH_INFO="/a", RAW_URI=sent)]
        if django.VERSION >= (5, 0):
            natively.append(natives.django_asgi(path=sent, raw_path=sent.encode()))
    natively.append(natives.django_wsgi(SCRIPT_NAME="/api/", PATH_INFO="/a", RAW_URI=sent))
    natively.append(natives.django_asgi(root_path="/api/", path="/api/a", raw_path=b"/api/a"))
    for native in natively:
        request = unireq.from_native(native)
        with override_settings(FORCE_SCRIPT_NAME="/api/"), override_script_prefix("/api/"):
            assert (request.root_path, request.path) == ("/api", "/api/a")
            native.resolver_match = resolve("/int/1", __name__)
            assert (request.root_path, request.path) == ("/api", "/api/a")
    native = natives.django_wsgi(SCRIPT_NAME="/api/", PATH_INFO="", RAW_URI="/api")
    assert unireq.from_native(native).path == "/api"


@pytest.mark.parametrize("make", [natives.django_wsgi, natives.django_asgi])
def test_a_script_prefix_that_the_application_sets(make: Any) -> None:
    native = make()
    with override_script_prefix("/tenant/"):
        # Of another request, as long as this one has not been routed.
        assert unireq.from_native(native).root_path == ""
        native.resolver_match = resolve("/int/1", __name__)
        assert unireq.from_native(native).root_path == "/tenant"
    assert unireq.from_native(native).root_path == ""
    native.META["SCRIPT_NAME"] = "/other"
    assert unireq.from_native(native).root_path == "/other"


# Django REST framework.


def test_rest_frameworks_subclass_and_response() -> None:
    class Theirs(DRFRequest):
        pass

    below = natives.django_wsgi()
    assert unireq.from_native(Theirs(below)).to_dict() == natives.FACTS
    assert unireq.from_native(Theirs(below)).native is below
    with pytest.raises(unireq.UnknownNative):
        unireq.from_native(DRFResponse({}))


def test_long_hosts_are_not_remembered() -> None:
    remembered = unireq_django._hosts._django()._split_again.cache_info
    before = remembered().currsize
    for number in range(300):
        host = f"h{number}-{'x' * 100}.example"
        assert unireq.from_native(natives.django_wsgi(HTTP_HOST=host)).host == host
    assert remembered().currsize == before


# Bodies.

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
    def wrapped(body: bytes, content_type: str = forms.MULTIPART) -> Any:
        parsers = [JSONParser(), FormParser(), MultiPartParser()]
        return DRFRequest(django_wsgi(body, content_type), parsers=parsers)

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
