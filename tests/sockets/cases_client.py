"""The connection: client, scheme, version, host, and what forwarded fields do by default."""

from __future__ import annotations

from sockets.case import H2, H11, PEER, Case, Values, each, get, malformed, message

H = {"host": "h"}
SERVERS = {"uvicorn": "*:uvicorn-*", "gunicorn": "*:gunicorn*", "waitress": "*:waitress"}


def gone(name: str) -> Values:
    """A field that is not there."""
    return {f"headers.{name}": None}


def host(case: str, sent: bytes, host: str | None, *refused_by: str) -> Case:
    """A case about the Host field; without a valid one the URL is the relative reference.

    `refused_by` are frameworks that refuse every host of this syntax (URL-013).
    """
    url = "/a" if host is None else f"http://{host}/a"
    decided = each(refused_by, {"host": None, "url": "/a"})
    return Case(case, "URL-010", get(b"/a", host=sent), {"host": host, "url": url}, decided=decided)


def forwarded(case: str, *lines: bytes, **deviates: Values) -> Case:
    """A case in which forwarded fields decide nothing, and are fields like any other."""
    fields = dict(line.decode().split(": ", 1) for line in lines)
    return Case(
        case,
        "CLI-008",
        get(b"/a", *lines),
        {
            "client": PEER,
            "scheme": "http",
            "host": "h",
            "url": "http://h/a",
            "root_path": "",
            "headers": {**H, **{name.lower(): value for name, value in fields.items()}},
        },
        deviates={SERVERS[server]: values for server, values in deviates.items()},
    )


CASES = [
    Case("peer", "CLI-001 CLI-002 CLI-005", get(), {"client": PEER, "scheme": "http"}),
    Case("http-1.1", "CLI-007", get(), {"http_version": "1.1"}),
    Case(
        "http-1.0",
        "CLI-007",
        message(b"GET /a?b HTTP/1.0"),
        {"http_version": "1.0", "headers": H, "host": "h", "path": "/a", "query_string": "b"},
    ),
    Case(
        "http-1.0-without-host",
        "CLI-007 URL-006",
        message(b"GET /a HTTP/1.0", host=None),
        {"http_version": "1.0", "headers": {}, "host": None, "url": "/a"},
    ),
    Case(
        "http-1.0-keep-alive",
        "CLI-007",
        message(b"GET / HTTP/1.0", b"Connection: keep-alive"),
        {"http_version": "1.0", "headers": {**H, "connection": "keep-alive"}},
    ),
    Case(
        "http-1.0-chunked",
        "CLI-007 HDR-010",
        message(
            b"POST / HTTP/1.0",
            b"Transfer-Encoding: chunked",
            body=b"5\r\nhello\r\n0\r\n\r\n",
        ),
        {"method": "POST", "http_version": "1.0", "headers": H},
        refused_by=("*:granian", "*:gunicorn*"),
    ),
    Case(
        "http-1.2",
        "CLI-007",
        malformed("version-to-come"),
        {"method": "GET", "http_version": "1.1"},
        refused_by=(
            "*:daphne",
            "*:granian",
            "*:gunicorn-asgi",
            "*:uvicorn-httptools",
            "sanic:sanic",
        ),
        deviates={"*:waitress": {"http_version": "1.0"}},
    ),
    Case(
        "http-2.0-in-the-line",
        "CLI-007",
        malformed("version-2-in-the-line"),
        {"method": "GET", "http_version": "2"},
        refused_by=(
            "*:daphne",
            "*:granian",
            "*:gunicorn*",
            "*:werkzeug",
            "*:runserver",
            "sanic:sanic",
        ),
        deviates={"*:waitress": {"http_version": "1.0"}},
    ),
    Case(
        "http-0.9",
        "CLI-007",
        malformed("version-0.9"),
        {"method": "GET", "host": None, "headers": {}, "http_version": "0.9"},
        refused_by=(
            *H11,
            "*:daphne",
            "*:granian",
            "*:gunicorn*",
            "*:werkzeug",
            "*:runserver",
            "sanic:sanic",
        ),
        deviates={"*:waitress": {"http_version": "1.0"}},
    ),
    Case(
        "no-host",
        "URL-006 HDR-011",
        get(b"/a", host=None),
        {"host": None, "url": "/a", "headers": {}},
        refused_by=(*H11, H2),
    ),
    host("host-plain", b"example.org", "example.org"),
    host("host-and-port", b"example.org:8080", "example.org:8080"),
    host("host-upper-case", b"Example.ORG:80", "Example.ORG:80"),
    host("host-ipv4", b"127.0.0.1:5000", "127.0.0.1:5000"),
    host("host-ipv6", b"[::1]:8000", "[::1]:8000"),
    host("host-final-dot", b"example.org.", "example.org."),
    host("host-underscore", b"a_b.example", "a_b.example", "django-*"),
    host("host-empty-port", b"example.org:", "example.org:", "django-*"),
    host("host-escaped", b"caf%C3%A9.example", "caf%C3%A9.example", "django-*"),
    host("host-punycode", b"xn--caf-dma.example", "xn--caf-dma.example"),
    host("host-port-too-high", b"h:65536", None),
    host("host-port-of-letters", b"h:abc", None),
    host("host-userinfo", b"user@h", None),
    host("host-slash", b"h/evil", None),
    host("host-question-mark", b"h?evil", None),
    host("host-hash", b"h#evil", None),
    host("host-backslash", b"h\\evil", None),
    host("host-space", b"h evil", None),
    host("host-comma", b"h,evil", None),
    host("host-obs-text", b"caf\xe9.example", None),
    host("host-utf-8", b"caf\xc3\xa9.example", None),
    host("host-only-a-port", b":80", None),
    host("host-bare-ipv6", b"::1", None),
    host("host-open-bracket", b"[::1", None),
    host("host-broken-escape", b"h%zz", None),
    host("host-quotes", b'"h"', None),
    forwarded(
        "x-forwarded-for",
        b"X-Forwarded-For: 6.6.6.6",
        uvicorn={"client.host": "6.6.6.6", "client.port": None},
        waitress=gone("x-forwarded-for"),
    ),
    forwarded(
        "x-forwarded-for-chain",
        b"X-Forwarded-For: 6.6.6.6, 7.7.7.7",
        uvicorn={"client.host": "7.7.7.7", "client.port": None},
        waitress=gone("x-forwarded-for"),
    ),
    forwarded(
        "x-forwarded-proto",
        b"X-Forwarded-Proto: https",
        uvicorn={"scheme": "https"},
        gunicorn={"scheme": "https"},
        waitress=gone("x-forwarded-proto"),
    ),
    forwarded("x-forwarded-ssl", b"X-Forwarded-Ssl: on", gunicorn={"scheme": "https"}),
    forwarded("x-forwarded-protocol", b"X-Forwarded-Protocol: ssl", gunicorn={"scheme": "https"}),
    forwarded(
        "x-forwarded-host", b"X-Forwarded-Host: evil.example", waitress=gone("x-forwarded-host")
    ),
    forwarded("x-forwarded-port", b"X-Forwarded-Port: 81", waitress=gone("x-forwarded-port")),
    forwarded("x-forwarded-prefix", b"X-Forwarded-Prefix: /evil"),
    forwarded("x-forwarded-by", b"X-Forwarded-By: evil", waitress=gone("x-forwarded-by")),
    forwarded("x-script-name", b"X-Script-Name: /evil"),
    forwarded(
        "forwarded",
        b"Forwarded: for=6.6.6.6;proto=https;host=evil.example",
        waitress=gone("forwarded"),
    ),
    forwarded("x-real-ip", b"X-Real-IP: 6.6.6.6", b"Client-IP: 6.6.6.6", b"Via: 1.1 evil"),
    Case(
        "forwarded-protos-at-odds",
        "CLI-008",
        get(b"/", b"X-Forwarded-Proto: https", b"X-Forwarded-Ssl: off"),
        {"client": PEER, "scheme": "http"},
        refused_by=("*:gunicorn*",),
        deviates={"*:uvicorn-*": {"scheme": "https"}, "*:waitress": gone("x-forwarded-proto")},
    ),
    Case(
        "forwarded-for-nonsense",
        "CLI-008",
        get(b"/", b"X-Forwarded-For: unknown"),
        {"client": PEER, "headers": {**H, "x-forwarded-for": "unknown"}},
        deviates={
            "*:uvicorn-*": {"client": None},
            "*:waitress": gone("x-forwarded-for"),
        },
    ),
    Case(
        "method-override",
        "CLI-006",
        get(b"/", b"X-HTTP-Method-Override: DELETE"),
        {"method": "GET", "headers": {**H, "x-http-method-override": "DELETE"}},
    ),
]
