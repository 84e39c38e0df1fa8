"""What a framework is configured to trust is followed: settings, what is sent, what comes of it.

The servers' own policies, and one row of each framework on the wire, are in
tests/sockets/test_trusted_proxies.py.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any
from unittest import mock

import flask
import pytest
from packaging.version import Version
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Request

import unireq
from support import natives
from unireq.adapter import CLIENT_FIELDS

natives.configure_django()

from django.core.exceptions import DisallowedHost  # noqa: E402
from django.test import override_settings  # noqa: E402

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


def _ask(request: unireq.Request, scheme: str, host: str | None, client: Any, sent: Any) -> None:
    assert (request.scheme, request.host, request.client) == (scheme, host, client)
    origin = "" if host is None else f"{scheme}://{host}"
    assert request.url.startswith(f"{origin}/")
    assert request.headers.get("host") == request.get_header("host") == sent.get("Host", HOST)
    assert unireq.Request.from_dict(request.to_dict()).url == request.url


# Django: settings, fields, and scheme, host and client.
DJANGO: list[Row] = [
    ({}, ALL, "http", HOST, PEER),
    (SSL, {}, "http", HOST, PEER),
    (SSL, ALL, "https", HOST, PEER),
    (SSL, {"X-Forwarded-Proto": "https,http"}, "https", HOST, PEER),
    (SSL, {"X-Forwarded-Proto": "http"}, "http", HOST, PEER),
    (SSL, {"X-Forwarded-Proto": "on"}, "http", HOST, PEER),
    ({"SECURE_PROXY_SSL_HEADER": ("HTTP_X_SSL", "on")}, {"X-SSL": "on"}, "https", HOST, PEER),
    (X_HOST, ALL, "http", "pub.example", PEER),
    (X_HOST, {"X-Forwarded-Host": "pub.example:8443"}, "http", "pub.example:8443", PEER),
    (X_HOST, {}, "http", HOST, PEER),
    (X_HOST, {"X-Forwarded-Host": ""}, "http", None, PEER),
    (X_HOST, {"X-Forwarded-Host": "a, b"}, "http", None, PEER),
    (X_HOST, {"X-Forwarded-Host": "a/b"}, "http", None, PEER),
    ({**SSL, **X_HOST}, ALL, "https", "pub.example", PEER),
    ({**X_HOST, "ALLOWED_HOSTS": ["example.org"]}, PUB, "http", None, PEER),
    ({**X_HOST, "ALLOWED_HOSTS": ["pub.example"]}, PUB, "http", "pub.example", PEER),
    ({**X_HOST, "ALLOWED_HOSTS": ["pub.example"]}, {}, "http", None, PEER),
    (X_PORT, {"X-Forwarded-Port": "8443"}, "http", HOST, PEER),
    ({**X_HOST, **X_PORT}, {**PUB, "X-Forwarded-Port": "1"}, "http", "pub.example", PEER),
]


@pytest.mark.parametrize("protocol", ["wsgi", "asgi"])
@pytest.mark.parametrize(("settings", "sent", "scheme", "host", "client"), DJANGO)
def test_django(
    settings: Any, sent: Any, scheme: str, host: str | None, client: Any, protocol: str
) -> None:
    with override_settings(**settings):
        native = (
            natives.django_wsgi(**_environ(sent))
            if protocol == "wsgi"
            else natives.django_asgi(headers=_fields(sent))
        )
        _ask(unireq.from_native(native), scheme, host, client, sent)
        try:
            theirs = native.get_host()
        except DisallowedHost:
            theirs = None
        assert (native.scheme, theirs) == (scheme, host)


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
    ({"x_for": 2}, FOR, "http", HOST, ("198.51.100.7", None)),
    ({"x_for": 3}, FOR, "http", HOST, PEER),
    (X_ALL, ALL, "https", "pub.example", ("203.0.113.9", None)),
    ({}, {"X-Forwarded-For": "192.0.2.1"}, "http", HOST, ("192.0.2.1", None)),
    ({}, {"X-Forwarded-For": "203.0.113.9:4711"}, "http", HOST, ("203.0.113.9", 4711)),
    ({}, {"X-Forwarded-For": '"[2001:db8::1]:1234"'}, "http", HOST, ("2001:db8::1", 1234)),
    ({}, {"X-Forwarded-For": "[2001:db8::1]"}, "http", HOST, ("2001:db8::1", None)),
    ({}, {"X-Forwarded-For": "unknown"}, "http", HOST, None),
    ({}, {"X-Forwarded-Proto": "javascript"}, "http", HOST, PEER),
    ({}, {"X-Forwarded-Proto": "HTTPS"}, "https", HOST, PEER),
    (X_ALL, {"X-Forwarded-Host": "a/b"}, "http", None, PEER),
    (X_ALL, {"X-Forwarded-Host": "[::1]"}, "http", "[::1]", PEER),
    ({"x_port": 1}, {"X-Forwarded-Port": "8443"}, "http", "example.org:8443", PEER),
    ({**X_ALL, "x_port": 1}, {**PUB, "X-Forwarded-Port": "8443"}, "http", "pub.example:8443", PEER),
    (X_ALL, {**PUB, "Host": None}, "http", "pub.example", PEER),
]
BELOW: dict[str, Callable[[dict[str, Any]], Any]] = {
    "wsgi": dict,
    "flask": flask.Request,
    "werkzeug": Request,
    "django": lambda environ: natives.django_wsgi(**{"HTTP_HOST": None, **environ}),
}


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize(("arguments", "sent", "scheme", "host", "client"), PROXY_FIX)
def test_proxy_fix(
    arguments: Any, sent: Any, scheme: str, host: str | None, client: Any, below: str
) -> None:
    environ = natives.environ(**_environ(sent))
    ProxyFix(lambda environ, _: [b""], **arguments)(environ, mock.Mock())
    _ask(unireq.from_native(BELOW[below](environ)), scheme, host, client, sent)


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
    class Trusting(Request):
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
    ({}, FORWARDED, "http", HOST, PEER),
    (ONE, ALL, "https", "pub.example", LAST),
    (ONE, {**FOR, "X-Forwarded-Host": "PUB.example:8443"}, "http", "pub.example:8443", LAST),
    (ONE, {**FOR, "X-Forwarded-Host": "a, b"}, "http", None, LAST),
    (ONE, {**FOR, "X-Forwarded-Host": ""}, "http", HOST, LAST),
    (ONE, {**PROTO, **PUB}, "http", HOST, PEER),
    (ONE, {**FOR, "X-Scheme": "javascript"}, "http", HOST, LAST),
    ({"PROXIES_COUNT": 2}, ALL, "https", "pub.example", FIRST),
    ({"PROXIES_COUNT": 3}, ALL, "http", HOST, PEER),
    (ONE, IPV6, "http", HOST, ("2001:db8::1", None)),
    (ONE, {"X-Forwarded-For": "[2001:db8::1]:4711"}, "http", HOST, SIXTH),
    (ONE, {"X-Forwarded-For": "198.51.100.7:4711"}, "http", HOST, ("198.51.100.7", 4711)),
    (ONE, {"X-Forwarded-For": "_hidden"}, "http", HOST, None),
    (ONE, {"X-Forwarded-For": "unknown"}, "http", HOST, PEER),
    (REAL, {"X-Real-IP": "198.51.100.7", **PUB}, "http", "pub.example", FIRST),
    (SECRET, FORWARDED, "https", "pub.example", FIRST),
    (SECRET, {"Forwarded": "for=198.51.100.7;host=pub.example;secret=other"}, "http", HOST, PEER),
    (SECRET, {"Forwarded": 'for="[2001:db8::1]:4711";secret=s'}, "http", HOST, SIXTH),
    (SECRET, {"Forwarded": "for=unknown;secret=s"}, "http", HOST, PEER),
    ({"SERVER_NAME": "own.example"}, PUB, "http", "own.example", PEER),
    ({"SERVER_NAME": "https://own.example/x"}, PUB, "https", "own.example", PEER),
    ({**ONE, "SERVER_NAME": "http://own.example:81"}, ALL, "http", "own.example:81", LAST),
]


def _sanics(config: Any, sent: dict[str, Any]) -> list[Any]:
    start = natives.HEAD.partition(b"\r\n")[0]
    lines = [b"%b: %b" % pair for pair in _fields(sent)]
    native = natives.sanic(b"\r\n".join([start, *lines, b"", b""]), **config)
    on_asgi = natives.sanic_asgi(natives.sanic_app(**config), headers=_fields(sent))
    on_asgi.headers = native.headers
    return [native, on_asgi]


@pytest.mark.parametrize(("config", "sent", "scheme", "host", "client"), SANIC)
def test_sanic(config: Any, sent: Any, scheme: str, host: str | None, client: Any) -> None:
    for native in _sanics(config, sent):
        _ask(unireq.from_native(native), scheme, host, client, sent)
        assert host is None or native.host == host


# ASGI: middleware that writes into the scope what it has found.


@pytest.mark.parametrize(
    ("changed", "scheme", "client"),
    [
        ({"client": ("203.0.113.9", 0)}, "http", LAST),
        ({"client": ["203.0.113.9", 443]}, "http", LAST),
        ({"client": ("[2001:db8::1]:1234", 0)}, "http", ("2001:db8::1", 1234)),
        # As hypercorn's ProxyFixMiddleware leaves what a Forwarded field says.
        ({"client": ('"[2001:db8::1]:1234"', 0)}, "http", ("2001:db8::1", 1234)),
        ({"client": ('"203.0.113.9"', 0)}, "http", LAST),
        ({"client": ('"203.0.113.9', 0)}, "http", None),
        ({"client": ('"', 0)}, "http", None),
        ({"client": ("unknown", 0)}, "http", None),
        ({"scheme": "javascript"}, "http", PEER),
        ({"scheme": "HTTPS"}, "https", PEER),
        ({"type": "websocket", "scheme": "https"}, "wss", PEER),
        ({"type": "websocket", "scheme": "http"}, "ws", PEER),
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
