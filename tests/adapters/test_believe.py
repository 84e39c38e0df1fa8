"""What trusted proxies say is where each framework reads it; what was sent stays as it was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import unireq
from support import natives
from unireq_asgi import believe_in_scope
from unireq_django._believe import believe as believe_in_django
from unireq_sanic._believe import believe as believe_in_sanic
from unireq_wsgi import believe_in_environ

ALL = unireq.TrustedProxies(networks=["192.0.2.1"], sets=["for", "proto", "host", "port", "prefix"])
NO_PREFIX = unireq.TrustedProxies(networks=["192.0.2.1"], sets=["for", "proto", "host", "port"])
SAID = {
    "X-Forwarded-For": "6.6.6.6, 2001:db8::7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "shop.example",
    "X-Forwarded-Port": "8443",
    "X-Forwarded-Prefix": "/shop",
}


def _scope(said: dict[str, str]) -> dict[str, Any]:
    added = [(name.lower().encode(), value.encode()) for name, value in said.items()]
    return natives.scope(headers=[*natives.fields(), *added])


def _environ(said: dict[str, str]) -> dict[str, Any]:
    keys = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in said.items()}
    return natives.environ(**keys)


def asgi(said: dict[str, str]) -> Any:
    scope = _scope(said)
    believe_in_scope(scope, ALL)
    return scope


def starlette(said: dict[str, str]) -> Any:
    from starlette.requests import Request

    return Request(asgi(said))


def wsgi(said: dict[str, str]) -> Any:
    environ = _environ(said)
    believe_in_environ(environ, ALL)
    return environ


def flask(said: dict[str, str]) -> Any:
    from flask import Request

    return Request(wsgi(said))


def django_wsgi(said: dict[str, str]) -> Any:
    natives.configure_django()
    from django.core.handlers.wsgi import WSGIRequest

    native = WSGIRequest(_environ(said))
    believe_in_django(native, ALL)
    return native


def django_asgi(said: dict[str, str]) -> Any:
    natives.configure_django()
    from django.core.handlers.asgi import ASGIRequest

    native: Any = ASGIRequest(_scope(said), natives.io.BytesIO())
    believe_in_django(native, ALL)
    return native


def sanic_asgi(said: dict[str, str]) -> Any:
    native = natives.sanic_asgi(headers=_scope(said)["headers"])
    for name, value in said.items():
        native.headers.add(name, value)
    believe_in_sanic(native, NO_PREFIX)
    return native


def sanic(said: dict[str, str]) -> Any:
    lines = [f"{name}: {value}".encode() for name, value in said.items()]
    native = natives.sanic(natives.HEAD[:-2] + b"\r\n".join([*lines, b"", b""]))
    believe_in_sanic(native, NO_PREFIX)
    return native


SEEN: dict[Callable[[dict[str, str]], Any], Callable[[Any], tuple[Any, ...]]] = {
    asgi: lambda native: (native["client"][0], native["scheme"]),
    starlette: lambda native: (native.client.host, native.url.scheme, native.url.netloc),
    wsgi: lambda native: (native["REMOTE_ADDR"], native["wsgi.url_scheme"], native["HTTP_HOST"]),
    flask: lambda native: (native.remote_addr, native.scheme, native.host),
    django_wsgi: lambda native: (native.META["REMOTE_ADDR"], native.scheme, native.get_host()),
    django_asgi: lambda native: (native.META["REMOTE_ADDR"], native.scheme, native.get_host()),
    sanic_asgi: lambda native: (native.remote_addr.strip("[]"), native.scheme, native.host),
    # Sanic puts IPv6 in brackets.
    sanic: lambda native: (native.remote_addr.strip("[]"), native.scheme, native.host),
}
EVERY = pytest.mark.parametrize("make", SEEN, ids=lambda make: make.__name__)


@pytest.fixture(autouse=True)
def _script_prefix() -> Any:
    """Django keeps the prefix for each thread."""
    yield
    from django.urls import clear_script_prefix

    clear_script_prefix()


@EVERY
def test_the_framework_and_unireq_agree(make: Callable[[dict[str, str]], Any]) -> None:
    said = dict(SAID)
    prefix = "" if make in (sanic, sanic_asgi) else said["X-Forwarded-Prefix"]
    native = make(said)
    seen = ("2001:db8::7", "https", "shop.example:8443")
    assert SEEN[make](native) == seen[: len(SEEN[make](native))]
    request = unireq.from_native(native)
    assert request.client == unireq.Address("2001:db8::7", None)
    assert (request.scheme, request.host) == ("https", "shop.example:8443")
    assert (request.root_path, request.path) == (prefix, f"{prefix}/café/a b")
    query = "?a=1&a=2&b=%C3%A9+%2B"
    assert request.url == f"https://shop.example:8443{prefix}/caf%C3%A9/a%20b{query}"
    # Signatures are computed over what was sent.
    assert request.headers["host"] == request.get_header("host") == "example.org:8080"
    assert request.headers["x-forwarded-for"] == said["X-Forwarded-For"]


@EVERY
def test_another_policy_begins_with_what_the_server_gave(
    make: Callable[[dict[str, str]], Any],
) -> None:
    request = unireq.from_native(make(SAID))
    found = request.forwarded(unireq.TrustedProxies(networks=["203.0.113.1"]))
    assert (found.client, found.peer) == (unireq.Address("192.0.2.1", 50000),) * 2
    assert (found.scheme, found.host) == ("http", "example.org:8080")
    assert request.forwarded(ALL).client == unireq.Address("2001:db8::7", None)


@EVERY
def test_a_client_that_is_unknown(make: Callable[[dict[str, str]], Any]) -> None:
    native = make({"X-Forwarded-For": "unknown"})
    request = unireq.from_native(native)
    assert request.client is None
    assert (request.scheme, request.host) == ("http", "example.org:8080")


@EVERY
def test_nothing_changes_without_a_word_of_a_proxy(make: Callable[[dict[str, str]], Any]) -> None:
    request = unireq.from_native(make({}))
    assert request.to_dict() == {**natives.FACTS}


def test_two_policies_are_an_error() -> None:
    natives.configure_django()
    import flask as flask_package
    from django.core.exceptions import ImproperlyConfigured
    from django.test import override_settings
    from werkzeug.middleware.proxy_fix import ProxyFix

    import unireq_asgi
    import unireq_django
    import unireq_flask
    import unireq_sanic

    app = flask_package.Flask("two")
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


def test_the_host_that_a_proxy_says_counts_more_than_the_target() -> None:
    said = {"X-Forwarded-Host": "example.org:8080"}
    scope, environ = _scope(said), _environ(said)
    scope["raw_path"] = b"http://evil.example/x"
    environ["RAW_URI"] = "http://evil.example/x"
    for native, believe in ((scope, believe_in_scope), (environ, believe_in_environ)):
        assert unireq.from_native(dict(native)).host == "evil.example"
        believe(native, ALL)  # type: ignore[operator]
        assert unireq.from_native(native).host == "example.org:8080"


@pytest.mark.parametrize(
    ("target", "host"), [("http://evil.example/x", "evil.example"), ("*", "example.org:8080")]
)
def test_a_prefix_stands_before_a_path_alone(target: str, host: str) -> None:
    said = {"X-Forwarded-Prefix": "/shop"}
    scope, environ = _scope(said), _environ(said)
    scope["raw_path"], scope["path"] = target.encode(), "/x"
    environ["RAW_URI"], environ["PATH_INFO"] = target, "/x"
    for native, believe in ((scope, believe_in_scope), (environ, believe_in_environ)):
        believe(native, ALL)  # type: ignore[operator]
        request = unireq.from_native(native)
        assert (request.host, request.root_path, request.path) == (host, "/shop", "/shop/x")
