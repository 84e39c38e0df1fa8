"""Methods, and requests that are not HTTP: who turns down what before the app sees it."""

from __future__ import annotations

from typing import Any

from sockets.case import H2, H11, STRICT, STRICT_HTTP1, Case, each, get, malformed, message

# What wsgiref makes of a missing Content-Type.
MADE_UP = {"*:runserver": {"headers.content-type": "text/plain"}}

H = {"host": "h"}
STRICT_BUT_DAPHNE = tuple(servers for servers in STRICT if servers != "*:daphne")


def method(case: str, sent: bytes, *lines: bytes, **verdicts: Any) -> Case:
    """A case with the method `sent`."""
    return Case(
        case,
        "CLI-006",
        message(sent + b" /a HTTP/1.1", *lines),
        {"method": sent.decode().upper(), "path": "/a", "url": "http://h/a"},
        **verdicts,
    )


CASES = [
    *(
        method(name.decode().lower(), name)
        for name in b"GET HEAD OPTIONS DELETE TRACE PROPFIND".split()
    ),
    *(
        method(name.decode().lower(), name, b"Content-Length: 0", deviates=MADE_UP)
        for name in b"POST PUT PATCH".split()
    ),
    method("query", b"QUERY"),
    method("unknown", b"FROBNICATE", refused_by=("*:uvicorn-httptools",)),
    method("lower-case", b"get", refused_by=("*:gunicorn*", "*:uvicorn-httptools", "*:waitress")),
    method("mixed-case", b"Get", refused_by=("*:gunicorn*", "*:uvicorn-httptools", "*:waitress")),
    method("with-a-hyphen", b"M-SEARCH"),
    method(
        "token-characters", b"A!#$%&'*+-.^`|~9", refused_by=("*:gunicorn*", "*:uvicorn-httptools")
    ),
    method("with-an-underscore", b"A_B", refused_by=("*:uvicorn-httptools",)),
    Case(
        "get-with-a-body",
        "CLI-006",
        message(b"GET / HTTP/1.1", b"Content-Length: 2", body=b"hi"),
        {"method": "GET", "headers": {**H, "content-length": "2"}},
        deviates=MADE_UP,
    ),
    Case(
        "no-method",
        "CLI-006",
        malformed("no-method"),
        {},
        refused_by=(*STRICT_HTTP1, "*:werkzeug", "*:runserver"),
        formless_on=("sanic:sanic", H2),
    ),
    Case(
        "method-not-a-token",
        "CLI-006",
        malformed("method-not-a-token"),
        {"method": "G(T"},
        refused_by=STRICT_HTTP1,
        formless_on=("sanic:sanic", H2, "*:werkzeug", "*:runserver"),
    ),
    Case(
        "two-spaces",
        "CLI-006",
        malformed("two-spaces"),
        {"method": "GET"},
        refused_by=("*:daphne", "*:granian", "*:gunicorn*", *H11, "*:waitress", "sanic:sanic"),
    ),
    Case(
        "tab-in-the-line",
        "CLI-006",
        malformed("tabs-between"),
        {"method": "GET"},
        refused_by=(*STRICT, "sanic:sanic"),
    ),
    Case(
        "space-in-the-target",
        "PTH-001",
        malformed("space-in-the-target"),
        {"method": "GET"},
        refused_by=("*",),
    ),
    Case(
        "nul-in-the-target",
        "PTH-001",
        malformed("nul-in-the-target"),
        {"path": "/a\x00b"},
        refused_by=(
            "*:daphne",
            "*:granian",
            "*:gunicorn*",
            *H11,
            H2,
            "*:uvicorn-httptools",
            "sanic:sanic",
        ),
    ),
    Case(
        "control-in-the-target",
        "PTH-001",
        malformed("control-in-the-target"),
        {"path": "/a\x01b"},
        refused_by=(
            "*:daphne",
            "*:granian",
            "*:gunicorn*",
            *H11,
            "*:uvicorn-httptools",
            "sanic:sanic",
        ),
    ),
    Case(
        "delete-in-the-target",
        "PTH-001",
        malformed("delete-in-the-target"),
        {"path": "/a\x7fb"},
        refused_by=("*:granian", "*:gunicorn*", *H11, "*:uvicorn-httptools", "sanic:sanic"),
    ),
    Case(
        "line-feeds-only",
        "HDR-012",
        b"GET /a HTTP/1.1\nHost: h\nX-Foo: a\n\n",
        {"path": "/a", "headers": {**H, "x-foo": "a"}},
        refused_by=("*:gunicorn*", "*:uvicorn-httptools"),
        waits_on=("*:daphne", "*:waitress", "sanic:sanic"),
    ),
    Case(
        "empty-line-before",
        "CLI-006",
        b"\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n",
        {"path": "/a", "headers": H},
        refused_by=(*H11, "*:werkzeug", "*:runserver", "sanic:sanic"),
    ),
    Case(
        "transfer-encoding-identity",
        "HDR-010",
        malformed("coding-identity"),
        {"method": "POST", "headers": H},
        refused_by=(*STRICT_BUT_DAPHNE, "sanic:sanic"),
    ),
    Case(
        "transfer-encoding-unknown",
        "HDR-010",
        malformed("coding-before-chunked"),
        {"method": "POST", "headers": H},
        refused_by=(*H11, "*:daphne", "*:waitress", "sanic:sanic"),
    ),
    Case(
        "transfer-encoding-by-tab",
        "HDR-010",
        message(b"POST / HTTP/1.1", b"Transfer-Encoding:\tchunked", body=b"0\r\n\r\n"),
        {"method": "POST", "headers": H},
        deviates={"*:waitress": {"headers.content-length": "0"}},
    ),
    Case(
        "content-length-negative",
        "HDR-010",
        message(b"POST / HTTP/1.1", b"Content-Length: -1"),
        {"method": "POST", "headers": {**H, "content-length": "-1"}},
        refused_by=(*STRICT, "sanic:sanic"),
        deviates=MADE_UP,
    ),
    Case(
        "content-length-text",
        "HDR-010",
        message(b"POST / HTTP/1.1", b"Content-Length: two"),
        {"method": "POST", "headers": {**H, "content-length": "two"}},
        refused_by=(*STRICT, "sanic:sanic"),
        deviates=MADE_UP,
    ),
    Case(
        "content-lengths-at-odds",
        "HDR-008",
        message(b"POST / HTTP/1.1", b"Content-Length: 2", b"Content-Length: 4", body=b"hihi"),
        {"method": "POST", "headers": {**H, "content-length": "2,4"}},
        refused_by=(*STRICT, "sanic:sanic"),
        deviates={
            "*:werkzeug": {"headers.content-length": "4"},
            "*:runserver": {"headers.content-length": "2", "headers.content-type": "text/plain"},
        },
    ),
    Case(
        "content-lengths-the-same",
        "HDR-008",
        message(b"POST / HTTP/1.1", b"Content-Length: 2", b"Content-Length: 2", body=b"hi"),
        {"method": "POST", "headers": {**H, "content-length": "2,2"}},
        refused_by=("*:daphne", "*:gunicorn*", "*:uvicorn-httptools", "*:waitress", "sanic:sanic"),
        deviates={
            **each((*H11, "*:granian", "*:werkzeug"), {"headers.content-length": "2"}),
            "*:runserver": {"headers.content-length": "2", "headers.content-type": "text/plain"},
        },
    ),
    Case(
        "chunked-upper-case",
        "HDR-010",
        message(b"POST / HTTP/1.1", b"Transfer-Encoding: CHUNKED", body=b"0\r\n\r\n"),
        {"method": "POST", "headers": H},
        refused_by=("sanic:sanic",),
        deviates={"*:waitress": {"headers.content-length": "0"}},
    ),
    Case(
        "header-section-too-large",
        "HDR-001",
        get(b"/", b"X-Foo: " + b"a" * 9000),
        {"headers": {**H, "x-foo": "a" * 9000}},
        refused_by=("*:gunicorn*", "sanic:sanic"),
    ),
]
