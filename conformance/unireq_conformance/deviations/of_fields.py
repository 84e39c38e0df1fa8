"""Deviations in header fields: what servers join, drop, make up and leave in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from unireq_conformance.deviations.deviation import get, lost, post
from unireq_conformance.deviations.touching import either, in_messages, lines_with, when
from unireq_conformance.model import AbstractRequest

__all__ = ["FIELD_DEVIATIONS"]

_ENDS_OF_LINES: Final = frozenset(b"\x0b\x0c\x1c\x1d\x1e\x85")
_TWO_TYPES: Final = get(b"/", b"Content-Type: a/a", b"Content-Type: b/b")


def _type(name: str) -> dict[str, object]:
    full = f"{name}/{name}"
    of_type = {"text": full, "essence": full, "type": name, "subtype": name}
    return {**of_type, "parameters": {}, "charset": None}


def _repeated(request: AbstractRequest) -> Collection[str]:
    return [f"headers.{name}" for name, lines in request.lines_named() if len(lines) > 1]


_two_types = when(lambda r: "headers.content-type" in _repeated(r), "fields.content_type")
_cookie = when(lambda request: len(request.cookies) > 1, "headers.cookie")
_empty_cookie_field = when(
    lambda r: len(r.cookies) > 1 and not all(value.strip(b" \t") for value in r.sent_cookies),
    "headers.cookie",
)
_after_no_field = when(
    lambda r: not all(line.name.isascii() and " " not in line.name for line in r.fields), "headers"
)
_chunked = when(
    lambda request: any(line.name.lower() == "transfer-encoding" for line in request.fields),
    *("headers.content-length", "headers.trailer", "headers.x-trailer"),
)


FIELD_DEVIATIONS: Final = (
    lost(
        "HDR-008 *:waitress",
        "waitress joins repeated fields with a comma and a space; the result of getlist()"
        " is the same",
        get(b"/", b"X-Foo: a", b"X-Foo: b", b"Content-Type: a/a", b"Content-Type: b/b"),
        {"headers.x-foo": ("a,b", "a, b"), "headers.content-type": ("a/a,b/b", "a/a, b/b")},
        _repeated,
    ),
    lost(
        "HDR-007 *:werkzeug",
        "Werkzeug's server joins repeated fields without stripping them",
        get(b"/", b"X-Foo: a  ", b"X-Foo: b"),
        {"headers.x-foo": ("a,b", "a  ,b")},
        _repeated,
    ),
    lost(
        "HDR-008 *:werkzeug",
        "Werkzeug's server keeps only the last of several Content-Type or Content-Length fields",
        _TWO_TYPES,
        {"headers.content-type": ("a/a,b/b", "b/b")},
        _repeated,
    ),
    lost(
        "HDR-008 *:runserver",
        "wsgiref keeps only the first of several Content-Type or Content-Length fields",
        _TWO_TYPES,
        {"headers.content-type": ("a/a,b/b", "a/a")},
        _repeated,
    ),
    lost(
        "FLD-001 *:werkzeug",
        "Werkzeug's server keeps only the last of two Content-Type fields",
        _TWO_TYPES,
        {"fields.content_type": (None, _type("b"))},
        _two_types,
    ),
    lost(
        "FLD-001 *:runserver",
        "wsgiref keeps only the first of two Content-Type fields",
        _TWO_TYPES,
        {"fields.content_type": (None, _type("a"))},
        _two_types,
    ),
    lost(
        "HDR-009 *:gunicorn *:werkzeug *:runserver",
        "the WSGI server joins repeated Cookie fields with a comma, like any other field",
        get(b"/", b"Cookie: a=1", b"Cookie: b=2"),
        {"headers.cookie": ("a=1; b=2", "a=1,b=2")},
        _cookie,
    ),
    lost(
        "HDR-009 *:waitress",
        "waitress joins repeated Cookie fields with a comma and a space, like any other field",
        get(b"/", b"Cookie: a=1", b"Cookie: b=2"),
        {"headers.cookie": ("a=1; b=2", "a=1, b=2")},
        _cookie,
    ),
    lost(
        "HDR-009 *:hypercorn-h2",
        "h2 joins several Cookie fields; if one of them is empty, the result begins or"
        " ends with a space, and h2 closes the connection",
        get(b"/", b"Cookie: a=1", b"Cookie:"),
        touches=_empty_cookie_field,
    ),
    lost(
        "HDR-010 *:waitress",
        "waitress decodes a chunked body and replaces Transfer-Encoding with Content-Length",
        post(b"Transfer-Encoding: chunked", b"Trailer: X-Sum", body=b"5\r\nhello\r\n0\r\n\r\n"),
        {"headers.content-length": (None, "5"), "headers.trailer": (None, "X-Sum")},
        either(
            _chunked, in_messages("length-and-chunks chunks-and-length", "headers.content-length")
        ),
    ),
    lost(
        "HDR-019 *:uvicorn-httptools",
        "httptools reports trailers as header fields, and uvicorn appends them; a Host"
        " among the trailers makes `host` None",
        post(b"Transfer-Encoding: chunked", body=b"0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n"),
        {"headers.x-sum": (None, "1"), "headers.host": ("h", "h,evil"), "host": ("h", None)},
        _chunked,
    ),
    lost(
        "HDR-006 *:uvicorn-h11 *:hypercorn",
        "h11 reduces a list of equal lengths in Content-Length to one",
        post(b"Content-Length: 4, 4", body=b"body"),
        {"headers.content-length": ("4, 4", "4")},
    ),
    lost(
        "HDR-008 *:uvicorn-h11 *:hypercorn *:granian *:werkzeug *:runserver",
        "the server keeps one of several equal Content-Length fields",
        post(b"Content-Length: 4", b"Content-Length: 4", body=b"body"),
        {"headers.content-length": ("4,4", "4")},
    ),
    lost(
        "HDR-013 *:waitress *:werkzeug",
        "the server unfolds a value by removing only the line end, so all the white space stays",
        get(b"/", b"X-Foo: a", b"  b"),
        {"headers.x-foo": ("a b", "a  b")},
    ),
    lost(
        "HDR-012 sanic:sanic",
        "Sanic's server ends lines at CRLF only, so a bare LF is part of the value",
        get(b"/", b"X-Foo: a\nX-Bar: b"),
        {"headers.x-foo": ("a", "a X-Bar: b"), "headers.x-bar": ("b", None)},
    ),
    lost(
        "HDR-012 *:werkzeug *:runserver",
        "http.server, on which Werkzeug's server and runserver are built, ends lines at a bare CR",
        get(b"/", b"X-Foo: a\rb"),
        {"headers.x-foo": ("a b", "a")},
        either(
            lines_with(lambda line: b"\r" in line.value),
            in_messages(
                "carriage-return-in-a-value field-after-a-carriage-return",
                "headers.x-foo",
                "headers.x-bar",
            ),
        ),
    ),
    lost(
        "HDR-007 *:runserver",
        "wsgiref strips values as Unicode text, which also removes no-break spaces, NEL"
        " and form feeds",
        get(b"/", b"X-Foo: \xa0a\x85"),
        {"headers.x-foo": ("\u00a0a\u0085", "a")},
        either(
            lines_with(lambda line: line.text.strip() != line.text),
            in_messages("form-feeds-around-a-value", "headers.x-foo"),
        ),
    ),
    lost(
        "HDR-001 *:runserver",
        "wsgiref drops a field if the environ already has its name, with HTTP_ or without,"
        " so a field Http-Host is lost, and so is any field with the name of an environment"
        " variable",
        get(b"/", b"Http-Host: evil"),
        {"headers.http-host": ("evil", None)},
    ),
    lost(
        "HDR-017 *:runserver",
        "wsgiref makes up `text/plain`; with a Content-Length, which wsgiref fills in if"
        " there is none, it looks like one that was sent",
        post(b"Content-Length: 2", body=b"hi"),
        {"headers.content-type": (None, "text/plain")},
    ),
    lost(
        "HDR-017 *:runserver",
        "without a Content-Length, a `text/plain` that was sent looks like the one that"
        " wsgiref makes up",
        get(b"/", b"Content-Type: text/plain"),
        {"headers.content-type": ("text/plain", None)},
    ),
    lost(
        "HDR-004 *:werkzeug *:runserver",
        "http.server parses the head as that of an e-mail: everything after a line that is"
        " not a field is lost",
        get(b"/", b"X Foo: v", b"X-After: there"),
        {"headers.x-after": ("there", None)},
        _after_no_field,
    ),
    lost(
        "HDR-006 *:daphne",
        "daphne answers 400 to values with bytes that Python takes as line ends: VT, FF,"
        " FS, GS, RS, and 0x85, which RFC 9110 allows as obs-text",
        get(b"/", b"X-Foo: \xd8\x85"),
        touches=lines_with(lambda line: _ENDS_OF_LINES.intersection(line.value)),
    ),
)
