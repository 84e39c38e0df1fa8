"""Scopes and environs from servers, test clients, people, and frameworks without an adapter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any
from wsgiref.handlers import SimpleHandler

import pytest

import unireq
import unireq_asgi
import unireq_wsgi
from support import natives
from support.reading import NOTHING, read_everything
from support.requirements import need
from unireq import from_native

SCOPE: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": []}
ENVIRON: dict[str, Any] = {"REQUEST_METHOD": "GET", "wsgi.version": (1, 0)}


@pytest.mark.parametrize("native", [SCOPE, ENVIRON], ids=["scope", "environ"])
def test_the_least_that_there_may_be(native: dict[str, Any]) -> None:
    request = from_native(native)
    assert read_everything(request) == NOTHING
    assert request.url == "/"


# What is wrong is told, when the request is made or when it is first read.

A_STR, PAIRS = "expected a str", r"expected .*\(name, value\) pairs of bytes"
A_MAPPING, ADDRESS = "expected a mapping", r"expected a \(host, port\) pair or None"
WRONG: list[tuple[str, Any, str]] = [
    ("headers", [("Host", "h")], "expected .*bytes, got a name of type str in it"),
    ("headers", [(b"Host", "h")], "expected .*bytes, got a value of type str in it"),
    ("headers", [(b"x-forwarded-for", 5)], "expected .*bytes, got a value of type int in it"),
    ("headers", [(b"Host", None)], "expected .*bytes, got a value of type NoneType in it"),
    ("headers", [b"Host: h"], "expected .*bytes, got bytes in it"),
    ("headers", ["ab"], "expected .*bytes, got str in it"),
    ("headers", {"Host": "h"}, "expected .*bytes, got dict"),
    ("headers", None, "expected .*bytes, got NoneType"),
    ("headers", "Host: h", "expected .*bytes, got str"),
    *((key, b"x", f"{A_STR}, got bytes") for key in ("method", "path", "scheme", "root_path")),
    ("raw_path", "/", "expected bytes or None, got str"),
    ("query_string", 5, "expected bytes, got int"),
    ("query_string", {"a": "1"}, "expected bytes, got dict"),
    ("client", "192.0.2.1", f"{ADDRESS}, got str"),
    ("client", {"host": "192.0.2.1"}, f"{ADDRESS}, got dict"),
    ("path_params", 5, f"{A_MAPPING}, got int"),
    ("path_params", "ab", f"{A_MAPPING}, got str"),
    *(
        (key, b"/", f"{A_STR}, got bytes")
        for key in (
            *("REQUEST_METHOD", "PATH_INFO", "SCRIPT_NAME", "QUERY_STRING", "RAW_URI"),
            *("REQUEST_URI", "wsgi.url_scheme", "HTTP_HOST", "CONTENT_TYPE"),
        )
    ),
    ("REQUEST_METHOD", None, f"{A_STR}, got NoneType"),
    ("HTTP_X_FOO", ["s3cret"], f"{A_STR}, got list"),
    *(
        (f"HTTP_{name}", value, A_STR)
        for name in ("X_FORWARDED_FOR", "FORWARDED", "X_REAL_IP")
        for value in (5, b"192.0.2.1", ["192.0.2.1"])
    ),
    ("werkzeug.proxy_fix.orig", ["s3cret"], f"{A_MAPPING}, got list"),
]


@pytest.mark.parametrize("by", ["protocol", "from_native", "class"])
@pytest.mark.parametrize(("key", "value", "said"), WRONG)
def test_what_is_wrong(by: str, key: str, value: Any, said: str) -> None:
    is_scope = key.islower() and "." not in key
    makers: dict[str, tuple[Any, Any]] = {
        "protocol": (unireq.from_asgi, unireq.from_wsgi),
        "from_native": (from_native, from_native),
        "class": (unireq_asgi.ASGIRequest, unireq_wsgi.WSGIRequest),
    }
    native = {"client": ("::1", 1), **SCOPE} if is_scope else dict(ENVIRON)
    name = "scope" if is_scope else "environ"
    with pytest.raises(unireq.UnknownNative, match=rf"{name}\['{key}'\]: {said}") as told:
        read_everything(makers[by][not is_scope]({**native, key: value}))
    assert "192.0.2.1" not in str(told.value)
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize(
    ("fact", "key", "value"),
    [
        *(
            (fact, "werkzeug.proxy_fix.orig", ["s3cret"])
            for fact in ("client", "scheme", "host", "headers")
        ),
        *(("client", f"HTTP_{key}", 5) for key in ("X_FORWARDED_FOR", "FORWARDED", "X_REAL_IP")),
    ],
)
def test_each_fact_alone_finds_what_is_wrong(fact: str, key: str, value: Any) -> None:
    address = {"REMOTE_ADDR": "192.0.2.1", "REMOTE_PORT": "50000"}
    with pytest.raises(unireq.UnknownNative, match=rf"environ\['{key}'\]: expected"):
        getattr(from_native({**ENVIRON, **address, key: value}), fact)


@pytest.mark.parametrize("key", [*SCOPE, *ENVIRON])
def test_a_key_is_missing(key: str) -> None:
    whole, make, kind = (
        (SCOPE, unireq.from_asgi, unireq_asgi.ASGIRequest)
        if key in SCOPE
        else (ENVIRON, unireq.from_wsgi, unireq_wsgi.WSGIRequest)
    )
    native = {name: value for name, value in whole.items() if name != key}
    # What an environ has to have is its version or its input.
    where = r"\['wsgi.input'\]" if key == "wsgi.version" else rf"\['{key}'\]"
    for makes in (make, from_native):
        with pytest.raises(unireq.UnknownNative, match=rf"{where}: expected .* key is missing"):
            makes(native)
    if key in {"method", "path", "REQUEST_METHOD"}:
        with pytest.raises(unireq.UnknownNative, match=rf"{where}: .* is missing"):
            read_everything(kind(native))


@pytest.mark.parametrize("wrap", [unireq_asgi.RequestMiddleware, unireq_asgi.as_view])
def test_what_is_mounted_says_that_a_scope_names_no_kind(wrap: Callable[[Any], Any]) -> None:
    async def nothing(request: unireq.Request) -> None: ...

    with pytest.raises(unireq.UnknownNative, match=r"scope\['type'\]: expected a str, got nothing"):
        wrap(nothing)({"path": "/"}, None, None).send(None)


# Scopes.


@pytest.mark.parametrize(
    "headers",
    [
        [(b"X-A", b" 1\t"), (b"x-a", b"2"), (b"x_b", b"spoofed"), (b"Host", b"h")],
        [[b"X-A", b" 1\t"], [b"x-a", b"2"], [b"Host", b"h"]],
        ((b"X-A", b" 1\t"), (b"x-a", b"2"), (b"Host", b"h")),
        {(b"x-a", b"1,2"): 0, (b"host", b"h"): 0}.keys(),
    ],
    ids=["list of tuples", "list of lists", "tuple", "keys"],
)
def test_headers_may_be_any_iterable(headers: Iterable[Any]) -> None:
    for _ in range(2):
        request = from_native({**SCOPE, "headers": headers})
        assert request.get_header("x-a") == "1,2"
        assert request.headers == {"x-a": "1,2", "host": "h"}
        assert request.host == "h"


def test_a_websocket_scope_has_no_method() -> None:
    scope = natives.scope(type="websocket", scheme="ws")
    del scope["method"]
    request = from_native(scope)
    assert read_everything(request) == {**natives.FACTS, "scheme": "ws"}
    del scope["raw_path"]
    assert request.raw_path is None
    assert request.url.startswith("ws://example.org:8080/caf%C3%A9/")


def test_a_method_of_a_class_derived_from_str() -> None:
    """As `http.HTTPMethod` is one."""
    method = type("Method", (str,), {"__slots__": ()})("get")
    assert unireq.from_asgi(natives.scope(method=method)).method == "GET"


# Environs.


@pytest.mark.parametrize("key", ["RAW_URI", "REQUEST_URI"])
@pytest.mark.parametrize("make", [natives.environ, natives.flask, natives.django_wsgi])
@pytest.mark.parametrize("raw", ["/a%2Fb", "/a%2fb?c=1", "http://example.org:8080/a%2Fb"])
def test_a_server_that_keeps_an_escaped_slash(raw: str, make: Any, key: str) -> None:
    # As cheroot does it.
    given = {"PATH_INFO": "/a%2Fb", "RAW_URI": None, "QUERY_STRING": "c=1", key: raw}
    request = from_native(make(**given))
    sent = raw.partition("?")[0].removeprefix("http://example.org:8080")
    assert (request.path, request.raw_path) == ("/a%2Fb", sent.encode())
    assert request.url == f"http://example.org:8080{sent}?c=1"
    assert unireq.Request.from_dict(request.to_dict()).url == request.url


@pytest.mark.parametrize(
    ("path_info", "raw", "path"),
    [
        ("/café", "/caf%C3%A9", "/café"),  # decoded already, as Bottle does it
        ("/caf\xc3\xa9", "/caf%C3%A9", "/café"),
        ("/cafÃ©", "/caf%C3%83%C2%A9", "/cafÃ©"),
        ("/caf\xc3\x83\xc2\xa9", "/caf%C3%83%C2%A9", "/cafÃ©"),
        ("/日本", "/%E6%97%A5%E6%9C%AC", "/日本"),
    ],
)
def test_a_path_that_a_framework_has_decoded_in_place(path_info: str, raw: str, path: str) -> None:
    request = from_native({**ENVIRON, "PATH_INFO": path_info, "RAW_URI": raw})
    assert (request.path, request.raw_path) == (path, raw.encode())


@pytest.mark.parametrize(
    ("address", "port", "expected"),
    [
        ("192.0.2.1", "50000", ("192.0.2.1", 50000)),
        ("192.0.2.1", 50000, ("192.0.2.1", 50000)),
        ("192.0.2.1", None, ("192.0.2.1", None)),  # runserver has no REMOTE_PORT
        ("192.0.2.1", "", ("192.0.2.1", None)),
        ("::1", "50000", ("::1", 50000)),
        ("", None, None),  # gunicorn, on a Unix socket
        ("localhost", "None", None),  # waitress, on a Unix socket
        # waitress takes what follows the last colon of a trusted proxy's address for a port.
        ("::ffff", "192.0.2.1", ("::ffff:192.0.2.1", None)),
        ("2001:db8:", "1", ("2001:db8::1", None)),
        ("2001:db8::1", "abcd", ("2001:db8::1:abcd", None)),
        ("2001:db8::1", "None", ("2001:db8::1", None)),
        ("::1", "", ("::1", None)),
        (None, None, None),
    ],
)
def test_client(address: Any, port: Any, expected: Any) -> None:
    given = {"REMOTE_ADDR": address, "REMOTE_PORT": port}
    environ = {**ENVIRON, **{key: value for key, value in given.items() if value is not None}}
    assert from_native(environ).client == expected


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({}, None),
        ({"CONTENT_LENGTH": "0"}, "text/plain"),
        ({"CONTENT_LENGTH": "5"}, "text/plain"),
        ({"SERVER_SOFTWARE": "gunicorn/23.0.0"}, "text/plain"),
        ({"CONTENT_TYPE": "text/plain; charset=utf-8"}, "text/plain; charset=utf-8"),
        ({"CONTENT_TYPE": "text/html"}, "text/html"),
    ],
)
def test_wsgiref_makes_up_a_content_type(changes: dict[str, str], sent: str | None) -> None:
    # And so does Django's runserver, of a request without a body.
    made = {"SERVER_SOFTWARE": "WSGIServer/0.2", "CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": ""}
    request = from_native({**ENVIRON, **made, **changes})
    assert request.get_header("content-type") == sent
    assert request.get_header("content-type", "") == (sent or "")
    assert request.headers.get("content-type") == sent
    assert read_everything(request)["headers"].get("content-type") == sent


def test_wsgirefs_handler_is_what_we_think_it_is() -> None:
    from wsgiref.simple_server import ServerHandler, WSGIServer

    assert issubclass(ServerHandler, SimpleHandler)
    assert ServerHandler.server_software.startswith("WSGIServer/")
    assert WSGIServer.__module__ == "wsgiref.simple_server"


def test_what_is_no_field_is_no_header_and_what_else_may_be_there() -> None:
    others = {"HTTPS": "on", "HTTP_": "x", "http_x_b": "2", "SERVER_NAME": "s", 1: 2}
    fields = {"CONTENT_LENGTH": 5, "HTTP_X_FOO": 7, "HTTP_X_BAR": None}
    request = from_native({**ENVIRON, **others, "SERVER_PORT": 80, **fields})
    assert (request.get_header("x-foo"), request.get_header("x-bar")) == ("7", None)
    assert request.get_header("content-length") == "5"
    assert request.headers == {"content-length": "5", "x-foo": "7"}


# Frameworks without an adapter: their requests hold one or the other.

Keep = Callable[[Any], None]


def bottle_app(keep: Keep) -> Any:
    import bottle

    app: Any = bottle.Bottle()
    app.error(404)(lambda _: keep(bottle.request))
    return app


def falcon_app(keep: Keep) -> Any:
    import falcon

    app = falcon.App()
    app.add_sink(lambda request, response: keep(request))
    return app


def litestar_app(keep: Keep) -> Any:
    from litestar import Litestar, Response
    from litestar.exceptions import HTTPException

    def seen(request: Any, _: Exception) -> Response[bytes]:
        keep(request)
        return Response(b"")

    return Litestar(route_handlers=[], exception_handlers={HTTPException: seen})


def quart_app(keep: Keep) -> Any:
    import quart

    app = quart.Quart(__name__, static_folder=None)

    async def seen(_: Exception) -> str:
        keep(quart.request)
        return ""

    app.register_error_handler(404, seen)
    return app


def on_wsgi(app: Any, raw_path: bytes) -> None:
    sent = "/cafÃ©/a b" if b"caf" in raw_path else "/\xff"
    target = f"{raw_path.decode()}?a=1&a=2&b=%C3%A9+%2B"
    list(app(natives.environ(PATH_INFO=sent, RAW_URI=target), lambda *_: None))


def on_asgi(app: Any, raw_path: bytes) -> None:
    sent = "/café/a b" if b"caf" in raw_path else "/\ufffd"
    events = [{"type": "http.request", "body": b"", "more_body": False}]
    over = asyncio.Event()

    async def receive() -> Any:
        if events:
            return events.pop()
        # Quart gives up a request whose client leaves before, and newer ones wait for that.
        await over.wait()
        return {"type": "http.disconnect"}

    async def send(event: Any) -> None:
        if event["type"] == "http.response.body" and not event.get("more_body", False):
            over.set()

    scope = natives.scope(path=sent, raw_path=raw_path)
    asyncio.run(asyncio.wait_for(app(scope, receive, send), 60))


APPS = {
    "bottle": (bottle_app, on_wsgi),
    "falcon": (falcon_app, on_wsgi),
    "litestar": (litestar_app, on_asgi),
    "quart": (quart_app, on_asgi),
}


@pytest.mark.parametrize("raw_path", [b"/caf%C3%A9/a%20b", b"/%FF"])
@pytest.mark.parametrize("framework", APPS)
def test_its_request_is_understood(framework: str, raw_path: bytes) -> None:
    need(find_spec(framework), f"{framework} is not installed: pip install {framework}")
    make, run = APPS[framework]
    seen: list[dict[str, Any]] = []
    run(make(lambda native: seen.append(from_native(native).to_dict())), raw_path)
    expected: dict[str, Any] = {"raw_path": raw_path.decode()} | (
        {} if b"caf" in raw_path else {"path": "/\ufffd"}
    )
    if (framework, raw_path) == ("bottle", b"/%FF"):
        # Bottle leaves such bytes out of the path that it routes on, and so do we.
        expected = {"path": "/", "raw_path": None}
    assert seen == [{**natives.FACTS, **expected}]
