"""Framing, what servers make up, and fields that pass."""

from __future__ import annotations

from sockets.case import H2, H11, STRICT, Case, each, get, malformed, message

H = {"host": "h"}
# What wsgiref makes of a missing Content-Type.
MADE_UP = {"headers.content-type": "text/plain"}

CASES = [
    Case(
        "content-length",
        "HDR-010",
        message(b"POST / HTTP/1.1", b"Content-Length: 5", body=b"hello"),
        {"method": "POST", "headers": {**H, "content-length": "5"}},
        deviates={"*:runserver": MADE_UP},
    ),
    Case(
        "chunked",
        "HDR-010",
        message(
            b"POST / HTTP/1.1",
            b"Transfer-Encoding: chunked",
            body=b"5\r\nhello\r\n0\r\n\r\n",
        ),
        {"method": "POST", "headers": H},
        deviates={"*:waitress": {"headers.content-length": "5"}},
    ),
    Case(
        "chunked-with-trailer-announced",
        "HDR-010",
        message(
            b"POST / HTTP/1.1",
            b"Transfer-Encoding: chunked",
            b"Trailer: X-Sum",
            body=b"5\r\nhello\r\n0\r\n\r\n",
        ),
        {"method": "POST", "headers": H},
        deviates={"*:waitress": {"headers.content-length": "5", "headers.trailer": "X-Sum"}},
    ),
    Case(
        "chunked-and-content-length",
        "HDR-010",
        message(
            b"POST / HTTP/1.1",
            b"Content-Length: 5",
            b"Transfer-Encoding: chunked",
            body=b"5\r\nhello\r\n0\r\n\r\n",
        ),
        {"method": "POST", "headers": H},
        refused_by=("*:daphne", "*:gunicorn*", "*:uvicorn-httptools", "sanic:sanic"),
        deviates={"*:waitress": {"headers.content-length": "5"}, "*:runserver": MADE_UP},
    ),
    Case(
        "trailer-without-chunked",
        "HDR-010",
        get(b"/", b"Trailer: X-Sum"),
        {"headers": {**H, "trailer": "X-Sum"}},
    ),
    Case(
        "trailers",
        "HDR-019",
        message(
            b"POST / HTTP/1.1",
            b"Transfer-Encoding: chunked",
            body=b"5\r\nhello\r\n0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n",
        ),
        {"method": "POST", "headers": H, "host": "h"},
        refused_by=("*:gunicorn-asgi",),
        deviates={
            "*:uvicorn-httptools": {"headers.host": "h,evil", "headers.x-sum": "1", "host": None},
            "*:waitress": {"headers.content-length": "5"},
        },
    ),
    Case(
        "content-lengths-in-one-field",
        "HDR-008",
        malformed("lengths-the-same-in-a-list"),
        {"method": "POST", "headers": {**H, "content-length": "4, 4"}},
        refused_by=(
            "*:daphne",
            "*:granian",
            "*:gunicorn*",
            H2,
            "*:uvicorn-httptools",
            "*:waitress",
            "sanic:sanic",
        ),
        deviates={**each(H11, {"headers.content-length": "4"}), "*:runserver": MADE_UP},
    ),
    Case(
        "content-length-with-a-sign",
        "HDR-010",
        malformed("length-with-a-plus"),
        {"method": "POST", "headers": {**H, "content-length": "+4"}},
        refused_by=(*STRICT, "sanic:sanic"),
        deviates={"*:runserver": MADE_UP},
    ),
    Case(
        "nothing-is-invented",
        "HDR-017",
        get(b"/"),
        {"headers": H},
    ),
    Case(
        "text-plain-that-was-sent",
        "HDR-017",
        message(b"POST / HTTP/1.1", b"Content-Type: text/plain", b"Content-Length: 2", body=b"hi"),
        {"method": "POST", "headers": {**H, "content-type": "text/plain", "content-length": "2"}},
    ),
    Case(
        "what-proxies-treat-specially-passes",
        "HDR-001",
        get(
            b"/",
            b"Proxy: http://evil/",
            b"Proxy-Authorization: Basic YTpi",
            b"Authorization: Basic YTpi",
            b"Keep-Alive: timeout=5",
            b"TE: trailers",
            b"Proxy-Connection: keep-alive",
            b"Remote-User: root",
            b"X-Real-IP: 6.6.6.6",
            b"Upgrade-Insecure-Requests: 1",
        ),
        {
            "headers": {
                **H,
                "proxy": "http://evil/",
                "proxy-authorization": "Basic YTpi",
                "authorization": "Basic YTpi",
                "keep-alive": "timeout=5",
                "te": "trailers",
                "proxy-connection": "keep-alive",
                "remote-user": "root",
                "x-real-ip": "6.6.6.6",
                "upgrade-insecure-requests": "1",
            }
        },
    ),
    Case(
        "connection-close",
        "HDR-001",
        get(b"/", b"Connection: close, x-foo", b"X-Foo: a"),
        {"headers": {**H, "connection": "close, x-foo", "x-foo": "a"}},
    ),
    Case(
        "expect",
        "HDR-001",
        message(b"POST / HTTP/1.1", b"Expect: 100-continue", b"Content-Length: 2", body=b"hi"),
        {"method": "POST", "headers": {**H, "expect": "100-continue", "content-length": "2"}},
        deviates={"*:runserver": MADE_UP},
    ),
    Case(
        "upgrade",
        "HDR-001 CLI-005",
        get(b"/", b"Connection: Upgrade", b"Upgrade: foo/2"),
        {"headers": {**H, "connection": "Upgrade", "upgrade": "foo/2"}, "scheme": "http"},
    ),
    Case(
        "ninety-fields",
        "HDR-001",
        get(b"/", *(b"X-%d: %d" % (i, i) for i in range(90))),
        {"headers": {**H, **{f"x-{i}": str(i) for i in range(90)}}},
    ),
    Case(
        "more-than-a-hundred-fields",
        "HDR-001",
        get(b"/", *(b"X-%d: %d" % (i, i) for i in range(120))),
        {"headers": {**H, **{f"x-{i}": str(i) for i in range(120)}}},
        refused_by=("*:granian", "*:gunicorn*", "*:werkzeug", "*:runserver"),
    ),
]
