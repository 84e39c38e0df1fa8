"""Deviations in header fields: what servers join, drop, make up and leave in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from unireq_conformance.deviations.deviation import Deviation, get, post, shows
from unireq_conformance.deviations.touching import either, in_messages
from unireq_conformance.model import AbstractRequest

__all__ = ["FIELD_DEVIATIONS"]

_ENDS_OF_LINES: Final = frozenset(b"\x0b\x0c\x1c\x1d\x1e\x85")


def _repeated(request: AbstractRequest) -> Collection[str]:
    return [f"headers.{name}" for name, lines in request.lines_named() if len(lines) > 1]


def _two_types(request: AbstractRequest) -> Collection[str]:
    repeated = "headers.content-type" in _repeated(request)
    return ["fields.content_type"] if repeated else ()


def _cookie(request: AbstractRequest) -> Collection[str]:
    return ["headers.cookie"] if len(request.cookies) > 1 else ()


def _empty_cookie_field(request: AbstractRequest) -> Collection[str]:
    fields = [value.strip(b" \t") for value in request.sent_cookies]
    return ["headers.cookie"] if len(fields) > 1 and not all(fields) else ()


def _after_no_field(request: AbstractRequest) -> Collection[str]:
    plain = (line.name.isascii() and " " not in line.name for line in request.fields)
    return () if all(plain) else ["headers"]


def _chunked(request: AbstractRequest) -> Collection[str]:
    chunked = any(line.name.lower() == "transfer-encoding" for line in request.fields)
    return ["headers.content-length", "headers.trailer", "headers.x-trailer"] if chunked else ()


def _with_bare_cr(request: AbstractRequest) -> Collection[str]:
    return [f"headers.{line.name.lower()}" for line in request.fields if b"\r" in line.value]


def _with_separators(request: AbstractRequest) -> Collection[str]:
    return [
        f"headers.{line.name.lower()}"
        for line in request.fields
        if _ENDS_OF_LINES.intersection(line.value)
    ]


def _with_unicode_space(request: AbstractRequest) -> Collection[str]:
    return [
        f"headers.{line.name.lower()}" for line in request.fields if line.text.strip() != line.text
    ]


FIELD_DEVIATIONS: Final = (
    Deviation(
        "HDR-008",
        because="waitress joins repeated fields with a comma and a space; the result of getlist()"
        " is the same",
        witness=get(b"/", b"X-Foo: a", b"X-Foo: b", b"Content-Type: a/a", b"Content-Type: b/b"),
        targets=("*:waitress",),
        **shows(
            {"headers.x-foo": ("a,b", "a, b"), "headers.content-type": ("a/a,b/b", "a/a, b/b")}
        ),
        touches=_repeated,
    ),
    Deviation(
        "HDR-007",
        because="Werkzeug's server joins repeated fields without stripping them",
        witness=get(b"/", b"X-Foo: a  ", b"X-Foo: b"),
        targets=("*:werkzeug",),
        **shows({"headers.x-foo": ("a,b", "a  ,b")}),
        touches=_repeated,
    ),
    Deviation(
        "HDR-008",
        because=(
            "Werkzeug's server keeps only the last of several Content-Type or Content-Length fields"
        ),
        witness=get(b"/", b"Content-Type: a/a", b"Content-Type: b/b"),
        targets=("*:werkzeug",),
        **shows({"headers.content-type": ("a/a,b/b", "b/b")}),
        touches=_repeated,
    ),
    Deviation(
        "HDR-008",
        because="wsgiref keeps only the first of several Content-Type or Content-Length fields",
        witness=get(b"/", b"Content-Type: a/a", b"Content-Type: b/b"),
        targets=("*:runserver",),
        **shows({"headers.content-type": ("a/a,b/b", "a/a")}),
        touches=_repeated,
    ),
    *(
        Deviation(
            "FLD-001",
            because=because,
            witness=get(b"/", b"Content-Type: a/a", b"Content-Type: b/b"),
            targets=targets,
            **shows(
                {
                    "fields.content_type": (
                        None,
                        {
                            "text": f"{kept}/{kept}",
                            "essence": f"{kept}/{kept}",
                            "type": kept,
                            "subtype": kept,
                            "parameters": {},
                            "charset": None,
                        },
                    )
                }
            ),
            touches=_two_types,
        )
        for because, targets, kept in (
            (
                "Werkzeug's server keeps only the last of two Content-Type fields",
                ("*:werkzeug",),
                "b",
            ),
            ("wsgiref keeps only the first of two Content-Type fields", ("*:runserver",), "a"),
        )
    ),
    Deviation(
        "HDR-009",
        because="the WSGI server joins repeated Cookie fields with a comma, like any other field",
        witness=get(b"/", b"Cookie: a=1", b"Cookie: b=2"),
        targets=("*:gunicorn", "*:werkzeug", "*:runserver"),
        **shows({"headers.cookie": ("a=1; b=2", "a=1,b=2")}),
        touches=_cookie,
    ),
    Deviation(
        "HDR-009",
        because=(
            "waitress joins repeated Cookie fields with a comma and a space, like any other field"
        ),
        witness=get(b"/", b"Cookie: a=1", b"Cookie: b=2"),
        targets=("*:waitress",),
        **shows({"headers.cookie": ("a=1; b=2", "a=1, b=2")}),
        touches=_cookie,
    ),
    Deviation(
        "HDR-009",
        because="h2 joins several Cookie fields; if one of them is empty, the result begins or"
        " ends with a space, and h2 closes the connection",
        witness=get(b"/", b"Cookie: a=1", b"Cookie:"),
        targets=("*:hypercorn-h2",),
        refused=True,
        touches=_empty_cookie_field,
    ),
    Deviation(
        "HDR-010",
        because="waitress decodes a chunked body and replaces Transfer-Encoding with"
        " Content-Length",
        witness=post(
            b"Transfer-Encoding: chunked", b"Trailer: X-Sum", body=b"5\r\nhello\r\n0\r\n\r\n"
        ),
        targets=("*:waitress",),
        **shows({"headers.content-length": (None, "5"), "headers.trailer": (None, "X-Sum")}),
        touches=either(
            _chunked, in_messages("length-and-chunks chunks-and-length", "headers.content-length")
        ),
    ),
    Deviation(
        "HDR-019",
        because="httptools reports trailers as header fields, and uvicorn appends them; a Host"
        " among the trailers makes `host` None",
        witness=post(b"Transfer-Encoding: chunked", body=b"0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n"),
        targets=("*:uvicorn-httptools",),
        **shows(
            {"headers.x-sum": (None, "1"), "headers.host": ("h", "h,evil"), "host": ("h", None)}
        ),
        touches=_chunked,
    ),
    Deviation(
        "HDR-006",
        because="h11 reduces a list of equal lengths in Content-Length to one",
        witness=post(b"Content-Length: 4, 4", body=b"body"),
        targets=("*:uvicorn-h11", "*:hypercorn"),
        **shows({"headers.content-length": ("4, 4", "4")}),
    ),
    Deviation(
        "HDR-008",
        because="the server keeps one of several equal Content-Length fields",
        witness=post(b"Content-Length: 4", b"Content-Length: 4", body=b"body"),
        targets=("*:uvicorn-h11", "*:hypercorn", "*:granian", "*:werkzeug", "*:runserver"),
        **shows({"headers.content-length": ("4,4", "4")}),
    ),
    Deviation(
        "HDR-013",
        because="the server unfolds a value by removing only the line end, so all the white space"
        " stays",
        witness=get(b"/", b"X-Foo: a", b"  b"),
        targets=("*:waitress", "*:werkzeug"),
        **shows({"headers.x-foo": ("a b", "a  b")}),
    ),
    Deviation(
        "HDR-012",
        because="Sanic's server ends lines at CRLF only, so a bare LF is part of the value",
        witness=get(b"/", b"X-Foo: a\nX-Bar: b"),
        targets=("sanic:sanic",),
        **shows({"headers.x-foo": ("a", "a X-Bar: b"), "headers.x-bar": ("b", None)}),
    ),
    Deviation(
        "HDR-012",
        because=(
            "http.server, on which Werkzeug's server and runserver are built, ends lines at a"
            " bare CR"
        ),
        witness=get(b"/", b"X-Foo: a\rb"),
        targets=("*:werkzeug", "*:runserver"),
        **shows({"headers.x-foo": ("a b", "a")}),
        touches=either(
            _with_bare_cr,
            in_messages(
                "carriage-return-in-a-value field-after-a-carriage-return",
                "headers.x-foo",
                "headers.x-bar",
            ),
        ),
    ),
    Deviation(
        "HDR-007",
        because=(
            "wsgiref strips values as Unicode text, which also removes no-break spaces, NEL"
            " and form feeds"
        ),
        witness=get(b"/", b"X-Foo: \xa0a\x85"),
        targets=("*:runserver",),
        **shows({"headers.x-foo": ("\u00a0a\u0085", "a")}),
        touches=either(
            _with_unicode_space, in_messages("form-feeds-around-a-value", "headers.x-foo")
        ),
    ),
    Deviation(
        "HDR-001",
        because="wsgiref drops a field if the environ already has its name, with HTTP_ or without,"
        " so a field Http-Host is lost, and so is any field with the name of an environment"
        " variable",
        witness=get(b"/", b"Http-Host: evil"),
        targets=("*:runserver",),
        **shows({"headers.http-host": ("evil", None)}),
    ),
    Deviation(
        "HDR-017",
        because="wsgiref makes up `text/plain`; with a Content-Length, which wsgiref fills in if"
        " there is none, it looks like one that was sent",
        witness=post(b"Content-Length: 2", body=b"hi"),
        targets=("*:runserver",),
        **shows({"headers.content-type": (None, "text/plain")}),
    ),
    Deviation(
        "HDR-017",
        because="without a Content-Length, a `text/plain` that was sent looks like the one that"
        " wsgiref makes up",
        witness=get(b"/", b"Content-Type: text/plain"),
        targets=("*:runserver",),
        **shows({"headers.content-type": ("text/plain", None)}),
    ),
    Deviation(
        "HDR-004",
        because="http.server parses the head as that of an e-mail: everything after a line that is"
        " not a field is lost",
        witness=get(b"/", b"X Foo: v", b"X-After: there"),
        targets=("*:werkzeug", "*:runserver"),
        **shows({"headers.x-after": ("there", None)}),
        touches=_after_no_field,
    ),
    Deviation(
        "HDR-006",
        because="daphne answers 400 to values with bytes that Python takes as line ends: VT, FF,"
        " FS, GS, RS, and 0x85, which RFC 9110 allows as obs-text",
        witness=get(b"/", b"X-Foo: \xd8\x85"),
        targets=("*:daphne",),
        refused=True,
        touches=_with_separators,
    ),
)
