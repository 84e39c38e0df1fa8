"""`host` and `url` are kept, and made again as soon as anything that they are made from changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.test import override_settings

import unireq
from support import natives
from unireq.adapter import NativeRequest
from unireq_asgi import ASGIRequest

Change = Callable[[Any], None]


def source(native: Any) -> Any:
    """The scope or the environ."""
    held = (getattr(native, name, None) for name in ("scope", "environ", "META"))
    return next((each for each in held if each is not None), native)


def item(key: str, value: Any) -> Change:
    return lambda native: source(native).update({key: value})


def host_in_scope(native: Any) -> None:
    """The field is replaced in place, as Starlette's MutableHeaders does it."""
    source(native)["headers"][0] = (b"host", b"other.example")


def attribute(name: str, value: Any) -> Change:
    return lambda native: setattr(native, name, value)


def trusted_in_place(native: Any) -> None:
    native.trusted_hosts[:] = ["elsewhere.example"]


def server_name(native: Any) -> None:
    native.app.config.SERVER_NAME = "https://a.example"


def routed_sanic() -> Any:
    native = natives.sanic()
    native.route = mock.Mock(extra=mock.Mock(websocket=False))
    return native


def flask_with_trusted_hosts() -> Any:
    native = natives.flask()
    native.trusted_hosts = ["example.org"]
    return native


OF_SCOPE = {
    "scheme": item("scheme", "https"),
    "type": item("type", "websocket"),
    "path": item("path", "/other"),
    "raw path": item("raw_path", b"/caf%c3%a9/a%20b"),
    "query": item("query_string", b"other=1"),
    "host": host_in_scope,
    "headers": item("headers", [(b"host", b"third.example")]),
}
OF_ENVIRON = {
    "scheme": item("wsgi.url_scheme", "https"),
    "path": item("PATH_INFO", "/other"),
    "prefix": item("SCRIPT_NAME", "/mounted"),
    "raw path": item("RAW_URI", "/caf%c3%a9/a%20b"),
    "query": item("QUERY_STRING", "other=1"),
    "host": item("HTTP_HOST", "other.example"),
    "ProxyFix": item("werkzeug.proxy_fix.orig", {"HTTP_HOST": "other.example"}),
}
OF_DJANGO = {
    "path": attribute("path", "/other"),
    "host": OF_ENVIRON["host"],
    "query": OF_ENVIRON["query"],
    "SERVER_NAME": item("SERVER_NAME", "testserver"),
}
OF_SANIC = {
    "SERVER_NAME": server_name,
    "method": attribute("method", "CONNECT"),
    "head": attribute("head", b"GET / HTTP/1.1\r\nHost: other.example"),
    "connection": attribute("conn_info", natives.Connection(ssl=True)),
    "not routed": attribute("route", None),
}
SETTINGS: dict[str, dict[str, Any]] = {
    "ALLOWED_HOSTS": {"ALLOWED_HOSTS": ["elsewhere.example"]},
    "DEBUG": {"ALLOWED_HOSTS": [], "DEBUG": True},
    "USE_X_FORWARDED_HOST": {"USE_X_FORWARDED_HOST": True},
    "SECURE_PROXY_SSL_HEADER": {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")},
}
CASES: list[tuple[str, Callable[[], Any], dict[str, Change]]] = [
    ("scope", natives.scope, OF_SCOPE),
    ("starlette", natives.starlette, OF_SCOPE),
    ("sanic-asgi", natives.sanic_asgi, {"SERVER_NAME": server_name}),
    ("environ", natives.environ, OF_ENVIRON),
    ("flask", natives.flask, OF_ENVIRON),
    ("flask", flask_with_trusted_hosts, {"trusted_hosts": trusted_in_place}),
    ("django-wsgi", natives.django_wsgi, OF_DJANGO),
    ("django-asgi", natives.django_asgi, {"path": OF_DJANGO["path"]}),
    ("sanic", routed_sanic, OF_SANIC),
]


def both(request: unireq.Request) -> tuple[str | None, str]:
    return request.host, str(request.url)


@pytest.mark.parametrize("with_headers", [False, True], ids=["", "headers"])
@pytest.mark.parametrize(
    ("make", "change"),
    [
        pytest.param(make, change, id=f"{name}-{what}")
        for name, make, changes in CASES
        for what, change in changes.items()
    ],
)
def test_a_change_is_seen(make: Callable[[], Any], change: Change, with_headers: bool) -> None:
    native = make()
    request = unireq.from_native(native)
    if with_headers:
        _ = request.headers
    before = both(request)
    assert before == both(request) == both(unireq.from_native(native))
    change(native)
    if not with_headers:
        # The headers are those of the first access, so the host may be the old one.
        assert both(request) == both(unireq.from_native(native))
    assert both(request) == both(request)


@pytest.mark.parametrize("make", [natives.django_wsgi, natives.django_asgi])
@pytest.mark.parametrize("changed", SETTINGS.values(), ids=SETTINGS)
def test_a_change_of_djangos_settings_is_seen(
    make: Callable[[], Any], changed: dict[str, Any]
) -> None:
    native = make()
    native.META.update(HTTP_X_FORWARDED_HOST="x.example", HTTP_X_FORWARDED_PROTO="https")
    request = unireq.from_native(native)
    before = both(request)
    with override_settings(**changed):
        assert both(request) == both(unireq.from_native(native)) != before
    assert both(request) == before


def test_nothing_is_made_twice() -> None:
    request = unireq.from_native(natives.scope())
    assert request.url is request.url
    with mock.patch.object(ASGIRequest, "get_header", side_effect=AssertionError):
        assert request.host == "example.org:8080"


def test_only_a_subclass_with_a_source_of_its_own_keeps_nothing() -> None:
    class Told(ASGIRequest):
        __slots__ = ()
        told = "a.example"

        def _told_host(self) -> str | None:
            return self.told

    assert Told._location_sources is NativeRequest._location_sources
    request: Any = Told(natives.scope())
    assert request.host == "a.example"
    assert request.url.hostname == "a.example"
    Told.told = "b.example"
    assert request.host == "b.example"
    assert request.url.hostname == "b.example"

    members = {"__slots__": (), "path_params": property(lambda self: {"a": 1})}
    same: Any = type("Same", (ASGIRequest,), members)
    assert same._location_sources is ASGIRequest._location_sources
