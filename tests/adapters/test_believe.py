"""What trusted proxies say, the prefix too, is where each framework reads it; the rest: PRX-006."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
import starlette.requests
from werkzeug.middleware.proxy_fix import ProxyFix

import unireq
import unireq_asgi
import unireq_django
import unireq_flask
import unireq_sanic
from support import natives
from unireq_asgi import believe_in_scope
from unireq_django._believe import believe as believe_in_django
from unireq_sanic._believe import believe as believe_in_sanic
from unireq_wsgi import believe_in_environ

natives.configure_django()

from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.urls import clear_script_prefix  # noqa: E402

ALL = unireq.TrustedProxies(networks=["192.0.2.1"], sets=["for", "proto", "host", "port", "prefix"])
NO_PREFIX = unireq.TrustedProxies(networks=["192.0.2.1"], sets=["for", "proto", "host", "port"])
SAID = {
    "X-Forwarded-For": "6.6.6.6, 2001:db8::7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "shop.example",
    "X-Forwarded-Port": "8443",
    "X-Forwarded-Prefix": "/shop",
}


def _headers(said: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [*natives.fields(), *((n.lower().encode(), v.encode()) for n, v in said.items())]


def _fields(said: dict[str, str]) -> dict[str, str]:
    return {"HTTP_" + name.upper().replace("-", "_"): value for name, value in said.items()}


def asgi(said: dict[str, str], **changes: Any) -> Any:
    scope = natives.scope(headers=_headers(said), **changes)
    believe_in_scope(scope, ALL)
    return scope


def wsgi(said: dict[str, str], **changes: Any) -> Any:
    environ = natives.environ(**_fields(said), **changes)
    believe_in_environ(environ, ALL)
    return environ


def django(native: Any) -> Any:
    believe_in_django(native, ALL)
    return native


def sanic(native: Any, said: dict[str, str]) -> Any:
    for name, value in said.items():
        native.headers.add(name, value)
    believe_in_sanic(native, NO_PREFIX)
    return native


Make = Callable[[dict[str, str]], Any]

MAKE: dict[str, Make] = {
    "asgi": asgi,
    "starlette": lambda said: starlette.requests.Request(asgi(said)),
    "wsgi": wsgi,
    "flask": lambda said: flask.Request(wsgi(said)),
    "django-wsgi": lambda said: django(natives.django_wsgi(**_fields(said))),
    "django-asgi": lambda said: django(natives.django_asgi(headers=_headers(said))),
    "sanic": lambda said: sanic(
        natives.sanic(
            natives.HEAD[:-2]
            + b"".join(f"{name}: {value}\r\n".encode() for name, value in said.items())
            + b"\r\n"
        ),
        {},
    ),
    "sanic-asgi": lambda said: sanic(natives.sanic_asgi(headers=_headers(said)), said),
}


@pytest.fixture(autouse=True)
def _script_prefix() -> Iterator[None]:
    """Django keeps the prefix for each thread."""
    yield
    clear_script_prefix()


@pytest.mark.parametrize("name", MAKE)
def test_all_that_a_proxy_says(name: str) -> None:
    native = MAKE[name](SAID)
    prefix = "" if name.startswith("sanic") else "/shop"
    request = unireq.from_native(native)
    assert request.client == unireq.Address("2001:db8::7", None)
    assert (request.scheme, request.host) == ("https", "shop.example:8443")
    assert (request.root_path, request.path) == (prefix, f"{prefix}/café/a b")
    query = "?a=1&a=2&b=%C3%A9+%2B"
    assert request.url == f"https://shop.example:8443{prefix}/caf%C3%A9/a%20b{query}"
    # Signatures are computed over what was sent.
    assert request.headers["host"] == request.get_header("host") == "example.org:8080"
    assert request.headers["x-forwarded-for"] == SAID["X-Forwarded-For"]
    # Another policy begins with what the server gave.
    found = request.forwarded(unireq.TrustedProxies(networks=["203.0.113.1"]))
    assert (found.client, found.peer) == (unireq.Address("192.0.2.1", 50000),) * 2
    assert (found.scheme, found.host) == ("http", "example.org:8080")
    assert unireq.from_native(MAKE[name]({})).to_dict() == natives.FACTS


def test_two_policies_are_an_error() -> None:
    app = flask.Flask("two")
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="ProxyFix"):
        unireq_flask.install(app, proxies=ALL)
    with (
        override_settings(USE_X_FORWARDED_HOST=True),
        pytest.raises(ImproperlyConfigured, match="USE_X_FORWARDED_HOST"),
    ):
        unireq_django.as_middleware(proxies=ALL)(lambda native: native)
    with pytest.raises(ValueError, match="PROXIES_COUNT"):
        unireq_sanic.install(natives.sanic_app(PROXIES_COUNT=1), proxies=NO_PREFIX)
    with pytest.raises(ValueError, match="Sanic has no mount prefix"):
        unireq_sanic.install(natives.sanic_app(), proxies=ALL)
    wrapped = unireq_asgi.install(lambda *_: None, proxies=ALL)
    with pytest.raises(ValueError, match="one policy"):
        unireq_asgi.install(wrapped, proxies=NO_PREFIX)
    with pytest.raises(TypeError, match="got str"):
        unireq_asgi.install(wrapped, proxies="10.0.0.0/8")  # type: ignore[arg-type]


def test_proxy_fix_further_out_wins() -> None:
    environ = natives.environ(**{"werkzeug.proxy_fix.orig": {}, "HTTP_X_FORWARDED_FOR": "1.1.1.1"})
    assert believe_in_environ(environ, ALL) is None
    assert unireq.from_wsgi(environ).client == unireq.Address("192.0.2.1", 50000)


@pytest.mark.parametrize(
    ("said", "target", "host", "prefix"),
    [
        ({}, "http://evil.example/x", "evil.example", ""),
        # The host that a proxy says counts more than the target.
        ({"X-Forwarded-Host": "a.example"}, "http://evil.example/x", "a.example", ""),
        # A prefix stands before a path alone.
        ({"X-Forwarded-Prefix": "/shop"}, "http://evil.example/x", "evil.example", "/shop"),
        ({"X-Forwarded-Prefix": "/shop"}, "*", "example.org:8080", "/shop"),
    ],
)
def test_targets_in_other_forms(said: Any, target: str, host: str, prefix: str) -> None:
    for native in (
        asgi(said, raw_path=target.encode(), path="/x"),
        wsgi(said, RAW_URI=target, PATH_INFO="/x"),
    ):
        request = unireq.from_native(native)
        assert (request.host, request.root_path, request.path) == (host, prefix, f"{prefix}/x")
