"""WSGIRequest: what servers put into an environ, or leave out; where an input ends."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from wsgiref.handlers import SimpleHandler

import flask
import pytest

import unireq
import unireq_wsgi
from support import natives
from support.posting import CHUNKED, SMALL, Endless, environ
from support.reading import NOTHING, read_everything
from unireq import IncompleteBody

MINIMAL: dict[str, Any] = {"REQUEST_METHOD": "GET", "wsgi.version": (1, 0)}


def test_the_least_that_an_environ_may_have() -> None:
    request = unireq.from_native(MINIMAL)
    assert read_everything(request) == NOTHING


@pytest.mark.parametrize("key", ["RAW_URI", "REQUEST_URI"])
@pytest.mark.parametrize("make", [natives.environ, natives.flask, natives.django_wsgi])
@pytest.mark.parametrize("raw", ["/a%2Fb", "/a%2fb?c=1", "http://example.org:8080/a%2Fb"])
def test_a_server_that_keeps_an_escaped_slash(raw: str, make: Any, key: str) -> None:
    # As cheroot does it.
    given: dict[str, Any] = {
        "PATH_INFO": "/a%2Fb",
        "RAW_URI": None,
        "QUERY_STRING": "c=1",
        key: raw,
    }
    request = unireq.from_native(make(**given))
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
    request = unireq.from_native({**MINIMAL, "PATH_INFO": path_info, "RAW_URI": raw})
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
    environ = {**MINIMAL, **{key: value for key, value in given.items() if value is not None}}
    assert unireq.from_native(environ).client == expected


BY_HAND = [
    ({"REQUEST_METHOD": b"GET"}, "REQUEST_METHOD", "got bytes"),
    ({"REQUEST_METHOD": None}, "REQUEST_METHOD", "got NoneType"),
    ({"PATH_INFO": b"/"}, "PATH_INFO", "got bytes"),
    ({"SCRIPT_NAME": b"/m", "PATH_INFO": b"/"}, "SCRIPT_NAME", "got bytes"),
    ({"QUERY_STRING": b"a=1"}, "QUERY_STRING", "got bytes"),
    ({"RAW_URI": b"/"}, "RAW_URI", "got bytes"),
    ({"REQUEST_URI": b"/"}, "REQUEST_URI", "got bytes"),
    ({"wsgi.url_scheme": b"http"}, "wsgi.url_scheme", "got bytes"),
    ({"HTTP_HOST": b"h"}, "HTTP_HOST", "got bytes"),
    ({"HTTP_X_FOO": ["s3cret"]}, "HTTP_X_FOO", "got list"),
    ({"CONTENT_TYPE": b"text/plain"}, "CONTENT_TYPE", "got bytes"),
]


@pytest.mark.parametrize("make", [unireq.from_wsgi, unireq.from_native, unireq_wsgi.WSGIRequest])
@pytest.mark.parametrize(("wrong", "key", "said"), BY_HAND)
def test_an_environ_made_by_hand_and_wrong(
    make: Callable[[Any], unireq.Request], wrong: dict[str, Any], key: str, said: str
) -> None:
    with pytest.raises(
        unireq.UnknownNative, match=rf"environ\['{key}'\]: expected a str, {said}"
    ) as told:
        read_everything(make({**MINIMAL, **wrong}))
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize("key", ["HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"])
@pytest.mark.parametrize("value", [5, b"192.0.2.1", ["192.0.2.1"]])
def test_what_proxies_write_made_by_hand_and_wrong(key: str, value: Any) -> None:
    for address in ({}, {"REMOTE_ADDR": "192.0.2.1", "REMOTE_PORT": "50000"}):
        request = unireq.from_native({**MINIMAL, **address, key: value})
        with pytest.raises(
            unireq.UnknownNative, match=rf"environ\['{key}'\]: expected a str"
        ) as told:
            _ = request.client
        assert "192.0.2.1" not in str(told.value)


@pytest.mark.parametrize("fact", ["client", "scheme", "host", "headers"])
def test_what_proxy_fix_keeps_made_by_hand_and_wrong(fact: str) -> None:
    request = unireq.from_native({**MINIMAL, "werkzeug.proxy_fix.orig": ["s3cret"]})
    said = r"environ\['werkzeug.proxy_fix.orig'\]: expected a mapping, got list"
    with pytest.raises(unireq.UnknownNative, match=said):
        getattr(request, fact)


@pytest.mark.parametrize(
    ("key", "said"),
    [("REQUEST_METHOD", "a str"), ("wsgi.version", r"a stream with read\(\)")],
)
def test_an_environ_made_by_hand_in_which_a_key_is_missing(key: str, said: str) -> None:
    environ = {name: value for name, value in MINIMAL.items() if name != key}
    for make in (unireq.from_wsgi, unireq.from_native):
        with pytest.raises(unireq.UnknownNative, match=rf"\]: expected {said}, .* key is missing"):
            make(environ)
    if key == "REQUEST_METHOD":
        with pytest.raises(unireq.UnknownNative, match=r"environ\['REQUEST_METHOD'\]: .* missing"):
            read_everything(unireq_wsgi.WSGIRequest(environ))


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
    request = unireq.from_native({**MINIMAL, **made, **changes})
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
    environ = {
        **MINIMAL,
        **others,
        "SERVER_PORT": 80,
        "CONTENT_LENGTH": 5,
        "HTTP_X_FOO": 7,
        "HTTP_X_BAR": None,
    }
    request = unireq.from_native(environ)
    assert (request.get_header("x-foo"), request.get_header("x-bar")) == ("7", None)
    assert request.get_header("content-length") == "5"
    assert request.headers == {"content-length": "5", "x-foo": "7"}


# Bodies.


JSON = b'{"a": "\xc3\xa9"}'

on_wsgi_and_flask = pytest.mark.parametrize(
    "make",
    [unireq.from_wsgi, lambda environ: unireq.from_native(flask.Request(environ))],
    ids=["wsgi", "flask"],
)
Make = Callable[[Any], Any]


def test_no_length_is_no_body_and_nobody_waits() -> None:
    for changes in ({}, {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "0"}):
        stream = Endless(b"next")
        request = unireq.from_wsgi(natives.environ(**{"wsgi.input": stream, **changes}))
        assert request.read() == request.body == b""
        assert stream.asked == 0
    assert unireq.from_wsgi(natives.environ(**{"wsgi.input": None})).read() == b""


@on_wsgi_and_flask
@pytest.mark.parametrize(
    "length", ["x", "+4", "-4", "4, 5", "4 4", "0x4", "4.0", "9" * 20, "\u0664"]
)
def test_a_length_that_says_nothing(make: Make, length: str) -> None:
    stream = Endless(b"next")
    made = natives.environ(**{"wsgi.input": stream, "CONTENT_LENGTH": length})
    with pytest.raises(IncompleteBody, match="expected one Content-Length"):
        make(made).read()
    assert stream.asked == 0


@on_wsgi_and_flask
@pytest.mark.parametrize("length", [None, "0", "7"])
def test_an_input_that_can_be_read_again(make: Make, length: str | None) -> None:
    """It ends by itself (HTTP/2 needs no length), and who has read it has taken nothing away."""
    made = natives.environ(**{"wsgi.input": io.BytesIO(JSON), "CONTENT_LENGTH": length or ""})
    made["wsgi.input"].read()
    expected = JSON[: int(length)] if length else JSON
    request = make(made)
    assert request.read() == expected == request._environ["wsgi.input"].read()


def test_a_stream_that_ends_by_itself() -> None:
    made = environ(JSON, **{**CHUNKED, "wsgi.input": Endless(JSON)})
    request = unireq.from_wsgi(made)
    assert request.read() == made["wsgi.input"].read() == JSON


@on_wsgi_and_flask
def test_chunks_that_the_server_does_not_decode(make: Make) -> None:
    made = natives.environ(**{"wsgi.input": Endless(b"x"), "HTTP_TRANSFER_ENCODING": "chunked"})
    request = make(made)
    for _ in range(2):
        with pytest.raises(IncompleteBody, match=r"without the key wsgi\.input_terminated"):
            request.read()


def test_a_stream_that_ends_early() -> None:
    request = unireq.from_wsgi(environ(SMALL, **{"wsgi.input": Endless(SMALL[:-1])}))
    for use in (request.read, request.form):
        with pytest.raises(IncompleteBody, match=rf"expected {len(SMALL)} bytes"):
            use()
    made = environ(SMALL, **{"wsgi.input": Endless(SMALL)})
    made["wsgi.input"].read(1000)
    with pytest.raises(IncompleteBody, match="other code has read part of the body before unireq"):
        unireq.from_wsgi(made).read()
