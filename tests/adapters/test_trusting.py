"""What a framework is configured to trust is followed, and what our own policy says is found there.

The policies of servers, on the wire, are in
tests/sockets/test_trusted_proxies.py. What a policy says, and what apps see of it, is for PRX.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any
from unittest import mock

import flask
import pytest
import starlette.requests
import werkzeug
from django.core.exceptions import DisallowedHost, ImproperlyConfigured
from django.test import override_settings
from django.urls import clear_script_prefix
from packaging.version import Version
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

import unireq
import unireq_asgi
import unireq_django
import unireq_flask
import unireq_sanic
from support import natives
from unireq.adapter import CLIENT_FIELDS
from unireq_asgi import believe_in_scope
from unireq_django._believe import believe as believe_in_django
from unireq_sanic._believe import believe as believe_in_sanic
from unireq_wsgi import believe_in_environ

HOST = "example.org:8080"
PEER = ("192.0.2.1", 50000)
FOR = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
PROTO = {"X-Forwarded-Proto": "https"}
PUB = {"X-Forwarded-Host": "pub.example"}
SSL = {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}
X_HOST = {"USE_X_FORWARDED_HOST": True}
X_PORT = {"USE_X_FORWARDED_PORT": True}
FORWARDED = {"Forwarded": "for=198.51.100.7;proto=https;host=pub.example;secret=s"}
ALL = {**FOR, **PROTO, **PUB}

Row = tuple[dict[str, Any], dict[str, str | None], str, str | None, Any]
"""What is configured and sent, and what comes of it: scheme, host and client."""


def _fields(sent: dict[str, str | None]) -> list[tuple[bytes, bytes]]:
    by_name = {
        name: value for name, value in natives.fields() if name != b"host" or "Host" not in sent
    }
    changed = {
        name.lower().encode(): value.encode() for name, value in sent.items() if value is not None
    }
    return list({**by_name, **changed}.items())


def _environ(sent: dict[str, str | None]) -> dict[str, str | None]:
    return {"HTTP_" + name.upper().replace("-", "_"): value for name, value in sent.items()}


# Django: settings, fields, and scheme, host and client.
DJANGO: list[Row] = [
    ({}, ALL, "http", HOST, PEER),
    (SSL, ALL, "https", HOST, PEER),
    (SSL, {"X-Forwarded-Proto": "https,http"}, "https", HOST, PEER),
    (SSL, {"X-Forwarded-Proto": "http"}, "http", HOST, PEER),
    ({"SECURE_PROXY_SSL_HEADER": ("HTTP_X_SSL", "on")}, {"X-SSL": "on"}, "https", HOST, PEER),
    (X_HOST, ALL, "http", "pub.example", PEER),
    (X_HOST, {"X-Forwarded-Host": ""}, "http", None, PEER),
    (X_HOST, {"X-Forwarded-Host": "a/b"}, "http", None, PEER),
    ({**SSL, **X_HOST}, ALL, "https", "pub.example", PEER),
    ({**X_HOST, "ALLOWED_HOSTS": ["example.org"]}, PUB, "http", None, PEER),
    ({**X_HOST, "ALLOWED_HOSTS": ["pub.example"]}, PUB, "http", "pub.example", PEER),
    ({**X_HOST, "ALLOWED_HOSTS": ["pub.example"]}, {}, "http", None, PEER),
    (X_PORT, {"X-Forwarded-Port": "8443"}, "http", HOST, PEER),
    ({**X_HOST, **X_PORT}, {**PUB, "X-Forwarded-Port": "1"}, "http", "pub.example", PEER),
]


def _on_django(settings: Any, sent: Any) -> Iterator[Any]:
    with override_settings(**settings):
        yield natives.django_wsgi(**_environ(sent))
        yield natives.django_asgi(headers=_fields(sent))


def test_djangos_port_where_no_host_was_sent() -> None:
    sent = {"HTTP_HOST": None, "HTTP_X_FORWARDED_PORT": "8443"}
    native = natives.django_wsgi(**sent)
    assert unireq.from_native(native).host is None
    with override_settings(**X_PORT):
        assert unireq.from_native(native).host == native.get_host() == "localhost:8443"


# Werkzeug's ProxyFix, for whatever is below it: its arguments, fields, and what comes of them.
X_ALL = {"x_for": 1, "x_proto": 1, "x_host": 1}
PROXY_FIX: list[Row] = [
    ({"x_for": 0, "x_proto": 0}, ALL, "http", HOST, PEER),
    ({}, ALL, "https", HOST, ("203.0.113.9", None)),
    ({"x_for": 3}, FOR, "http", HOST, PEER),
    (X_ALL, ALL, "https", "pub.example", ("203.0.113.9", None)),
    ({}, {"X-Forwarded-For": "203.0.113.9:4711"}, "http", HOST, ("203.0.113.9", 4711)),
    ({}, {"X-Forwarded-For": "unknown"}, "http", HOST, None),
    ({}, {"X-Forwarded-Proto": "javascript"}, "http", HOST, PEER),
    (X_ALL, {"X-Forwarded-Host": "a/b"}, "http", None, PEER),
    (X_ALL, {"X-Forwarded-Host": "[::1]"}, "http", "[::1]", PEER),
    ({"x_port": 1}, {"X-Forwarded-Port": "8443"}, "http", "example.org:8443", PEER),
    ({**X_ALL, "x_port": 1}, {**PUB, "X-Forwarded-Port": "8443"}, "http", "pub.example:8443", PEER),
    (X_ALL, {**PUB, "Host": None}, "http", "pub.example", PEER),
]


def _below_proxy_fix(arguments: Any, sent: Any) -> Iterator[Any]:
    environ = natives.environ(**_environ(sent))
    ProxyFix(lambda environ, _: [b""], **arguments)(environ, mock.Mock())
    for below in (dict, flask.Request, werkzeug.Request):
        yield below(environ)
    yield natives.django_wsgi(**{"HTTP_HOST": None, **environ})


def test_what_proxy_fix_puts_there() -> None:
    environ = natives.environ(HTTP_X_FORWARDED_HOST="pub.example", RAW_URI="http://other/a")
    assert unireq.from_native(dict(environ)).host == "other"
    ProxyFix(lambda environ, _: [b""], x_host=1)(environ, mock.Mock())
    assert unireq.from_native(environ).host == "pub.example"
    for prefix in ("/api", "/api/"):
        environ = natives.environ(HTTP_X_FORWARDED_PREFIX=prefix)
        ProxyFix(lambda environ, _: [b""], x_prefix=1)(environ, mock.Mock())
        request = unireq.from_native(flask.Request(environ))
        assert (request.root_path, request.path) == ("/api", "/api/café/a b")
        assert request.native.root_path == "/api"
        assert request.url.startswith("http://example.org:8080/api/caf%C3%A9/a%20b?")


# Flask: TRUSTED_HOSTS, Host, the target, and the host in an error handler as in a view.


@pytest.mark.parametrize(
    ("trusted", "sent", "target", "host"),
    [
        (None, "evil.example", None, "evil.example"),
        (["example.org"], "evil.example", None, None),
        (["example.org"], "example.org:8080", None, "example.org:8080"),
        ([".example.org"], "a.example.org", None, "a.example.org"),
        ([".example.org"], "a_b.example.org", None, None),
        (["example.org"], "example.org", "http://evil.example/", None),
        (["example.org"], "evil.example", "http://example.org/", None),
    ],
)
def test_flasks_trusted_hosts(
    trusted: list[str] | None, sent: str, target: str | None, host: str | None
) -> None:
    if trusted and Version(version("flask")) < Version("3.1"):
        pytest.skip("TRUSTED_HOSTS is new in Flask 3.1")
    app = flask.Flask(__name__)
    app.config["TRUSTED_HOSTS"] = trusted

    @app.errorhandler(400)
    @app.errorhandler(404)
    def answer(_: Exception) -> dict[str, Any]:
        request = unireq.from_native(flask.request)
        return {"host": request.host, "url": request.url, "field": request.headers["host"]}

    environ = {"HTTP_HOST": sent, "RAW_URI": target or "/"}
    found = app.test_client().get("/", environ_overrides=environ).get_json()
    url = "/" if host is None else f"http://{host}/"
    assert found == {"host": host, "url": url, "field": sent}


def test_werkzeugs_trusted_hosts() -> None:
    class Trusting(werkzeug.Request):
        trusted_hosts = ["example.org"]  # noqa: RUF012 (as Werkzeug has it)

    for sent, host in (("example.org:8080", "example.org:8080"), ("evil.example", None)):
        native = Trusting(natives.environ(HTTP_HOST=sent, SCRIPT_NAME="/api/", PATH_INFO="//a"))
        request = unireq.from_native(native)
        assert (request.host, request.native) == (host, native)
        assert (request.root_path, request.path) == (native.root_path, "/api/a")
        assert native.root_path == "/api"
        if host is None:
            with pytest.raises(SecurityError):
                _ = native.host


# Sanic: its configuration, fields, and what comes of them, on its own server and on ASGI.
SIXTH = ("2001:db8::1", 4711)
ONE = {"PROXIES_COUNT": 1}
SECRET = {"FORWARDED_SECRET": "s"}
IPV6 = {"X-Forwarded-For": "2001:db8::1"}
REAL = {"REAL_IP_HEADER": "x-real-ip"}
LAST = ("203.0.113.9", None)
FIRST = ("198.51.100.7", None)
SANIC: list[Row] = [
    ({}, ALL, "http", HOST, PEER),
    (ONE, ALL, "https", "pub.example", LAST),
    (ONE, {**FOR, "X-Forwarded-Host": "PUB.example:8443"}, "http", "pub.example:8443", LAST),
    (ONE, {**FOR, "X-Forwarded-Host": "a, b"}, "http", None, LAST),
    (ONE, {**FOR, "X-Forwarded-Host": ""}, "http", HOST, LAST),
    (ONE, {**PROTO, **PUB}, "http", HOST, PEER),
    (ONE, {**FOR, "X-Scheme": "javascript"}, "http", HOST, LAST),
    ({"PROXIES_COUNT": 3}, ALL, "http", HOST, PEER),
    (ONE, IPV6, "http", HOST, ("2001:db8::1", None)),
    (ONE, {"X-Forwarded-For": "[2001:db8::1]:4711"}, "http", HOST, SIXTH),
    (ONE, {"X-Forwarded-For": "_hidden"}, "http", HOST, None),
    (ONE, {"X-Forwarded-For": "unknown"}, "http", HOST, PEER),
    (REAL, {"X-Real-IP": "198.51.100.7", **PUB}, "http", "pub.example", FIRST),
    (SECRET, FORWARDED, "https", "pub.example", FIRST),
    (SECRET, {"Forwarded": "for=198.51.100.7;host=pub.example;secret=other"}, "http", HOST, PEER),
    (SECRET, {"Forwarded": 'for="[2001:db8::1]:4711";secret=s'}, "http", HOST, SIXTH),
    ({"SERVER_NAME": "own.example"}, PUB, "http", "own.example", PEER),
    ({"SERVER_NAME": "https://own.example/x"}, PUB, "https", "own.example", PEER),
    ({**ONE, "SERVER_NAME": "http://own.example:81"}, ALL, "http", "own.example:81", LAST),
]


def _on_sanic(config: Any, sent: Any) -> Iterator[Any]:
    start = natives.HEAD.partition(b"\r\n")[0]
    lines = [b"%b: %b" % pair for pair in _fields(sent)]
    native = natives.sanic(b"\r\n".join([start, *lines, b"", b""]), **config)
    on_asgi = natives.sanic_asgi(natives.sanic_app(**config), headers=_fields(sent))
    on_asgi.headers = native.headers
    yield from (native, on_asgi)


TABLES: dict[str, tuple[list[Row], Callable[[Any, Any], Iterator[Any]]]] = {
    "django": (DJANGO, _on_django),
    "proxy fix": (PROXY_FIX, _below_proxy_fix),
    "sanic": (SANIC, _on_sanic),
}


@pytest.mark.parametrize(
    ("name", "configured", "sent", "scheme", "host", "client"),
    [(name, *row) for name, (rows, _) in TABLES.items() for row in rows],
)
def test_what_is_configured(
    name: str, configured: Any, sent: Any, scheme: str, host: str | None, client: Any
) -> None:
    for native in TABLES[name][1](configured, sent):
        request = unireq.from_native(native)
        assert (request.scheme, request.host, request.client) == (scheme, host, client)
        origin = "" if host is None else f"{scheme}://{host}"
        assert request.url.startswith(f"{origin}/")
        assert request.headers.get("host") == request.get_header("host") == sent.get("Host", HOST)
        assert unireq.Request.from_dict(request.to_dict()).url == request.url
        if name == "django":
            try:
                theirs = native.get_host()
            except DisallowedHost:
                theirs = None
            assert (native.scheme, theirs) == (scheme, host)
        elif name == "sanic":
            assert host in {None, native.host}


# ASGI: middleware that writes into the scope what it has found.


@pytest.mark.parametrize(
    ("changed", "scheme", "client"),
    [
        ({"client": ("203.0.113.9", 0)}, "http", LAST),
        ({"client": ("[2001:db8::1]:1234", 0)}, "http", ("2001:db8::1", 1234)),
        # As hypercorn's ProxyFixMiddleware leaves what a Forwarded field says.
        ({"client": ('"[2001:db8::1]:1234"', 0)}, "http", ("2001:db8::1", 1234)),
        ({"client": ('"203.0.113.9', 0)}, "http", None),
        ({"client": ("unknown", 0)}, "http", None),
        ({"scheme": "javascript"}, "http", PEER),
        ({"scheme": "HTTPS"}, "https", PEER),
        ({"type": "websocket", "scheme": "https"}, "wss", PEER),
    ],
)
def test_scopes(changed: dict[str, Any], scheme: str, client: Any) -> None:
    for make in (natives.scope, natives.starlette):
        if make is natives.starlette and "type" in changed:
            continue
        request = unireq.from_native(make(headers=_fields(FOR), **changed))
        assert (request.scheme, request.client) == (scheme, client)


@pytest.mark.parametrize("name", CLIENT_FIELDS)
def test_the_fields_in_which_proxies_name_clients(name: str) -> None:
    value = "for=192.0.2.1" if name == "forwarded" else "192.0.2.1"
    environ = natives.environ(**_environ({name: value}))
    for native in (environ, natives.scope(headers=_fields({name: value}))):
        assert unireq.from_native(native).client == ("192.0.2.1", None)


# Our own policy.

EVERY = unireq.TrustedProxies(
    networks=["192.0.2.1"], sets=["for", "proto", "host", "port", "prefix"]
)
NO_PREFIX = unireq.TrustedProxies(networks=["192.0.2.1"], sets=["for", "proto", "host", "port"])
SAID = {
    "X-Forwarded-For": "6.6.6.6, 2001:db8::7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "shop.example",
    "X-Forwarded-Port": "8443",
    "X-Forwarded-Prefix": "/shop",
}


def asgi(said: dict[str, str], **changes: Any) -> Any:
    scope = natives.scope(headers=_fields(said), **changes)
    believe_in_scope(scope, EVERY)
    return scope


def wsgi(said: dict[str, str], **changes: Any) -> Any:
    environ = natives.environ(**_environ(said), **changes)
    believe_in_environ(environ, EVERY)
    return environ


def django(native: Any) -> Any:
    believe_in_django(native, EVERY)
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
    "django-wsgi": lambda said: django(natives.django_wsgi(**_environ(said))),
    "django-asgi": lambda said: django(natives.django_asgi(headers=_fields(said))),
    "sanic": lambda said: sanic(
        natives.sanic(
            natives.HEAD[:-2]
            + b"".join(f"{name}: {value}\r\n".encode() for name, value in said.items())
            + b"\r\n"
        ),
        {},
    ),
    "sanic-asgi": lambda said: sanic(natives.sanic_asgi(headers=_fields(said)), said),
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
        unireq_flask.install(app, proxies=EVERY)
    with (
        override_settings(USE_X_FORWARDED_HOST=True),
        pytest.raises(ImproperlyConfigured, match="USE_X_FORWARDED_HOST"),
    ):
        unireq_django.as_middleware(proxies=EVERY)(lambda native: native)
    with pytest.raises(ValueError, match="PROXIES_COUNT"):
        unireq_sanic.install(natives.sanic_app(PROXIES_COUNT=1), proxies=NO_PREFIX)
    with pytest.raises(ValueError, match="Sanic has no mount prefix"):
        unireq_sanic.install(natives.sanic_app(), proxies=EVERY)
    wrapped = unireq_asgi.install(lambda *_: None, proxies=EVERY)
    with pytest.raises(ValueError, match="one policy"):
        unireq_asgi.install(wrapped, proxies=NO_PREFIX)
    with pytest.raises(TypeError, match="got str"):
        unireq_asgi.install(wrapped, proxies="10.0.0.0/8")  # type: ignore[arg-type]


def test_proxy_fix_further_out_wins() -> None:
    environ = natives.environ(**{"werkzeug.proxy_fix.orig": {}, "HTTP_X_FORWARDED_FOR": "1.1.1.1"})
    assert believe_in_environ(environ, EVERY) is None
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
