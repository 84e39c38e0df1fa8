"""Field values: bytes, white space, control characters, folded lines."""

from __future__ import annotations

from sockets.case import STRICT, STRICT_HTTP1, Case, each, get, malformed

H = {"host": "h"}
# 85 apart: it has a case of its own.
ALL_OBS_TEXT = bytes(octet for octet in range(0x80, 0x100) if octet != 0x85)

CASES = [
    Case(
        "obs-text",
        "HDR-006",
        get(b"/", b"X-Latin: caf\xe9", b"X-Utf: caf\xc3\xa9", b"X-All: [" + ALL_OBS_TEXT + b"]"),
        {
            "headers": {
                **H,
                "x-latin": "caf\u00e9",
                "x-utf": "caf\u00c3\u00a9",
                "x-all": "[" + ALL_OBS_TEXT.decode("latin-1") + "]",
            }
        },
    ),
    Case(
        "obs-text-85",
        "HDR-006",
        get(b"/", b"X-Foo: \xd8\x85\xd8", b"X-Bar: a\x85b"),
        {"headers": {**H, "x-foo": "\u00d8\u0085\u00d8", "x-bar": "a\u0085b"}},
        refused_by=("*:daphne",),
    ),
    Case(
        "lone-surrogate-octets",
        "HDR-006",
        get(b"/", b"X-Foo: \xed\xa0\x80\xff\xc3"),
        {"headers": {**H, "x-foo": "\u00ed\u00a0\u0080\u00ff\u00c3"}},
    ),
    Case(
        "visible-ascii",
        "HDR-006",
        get(b"/", b"X-Foo: " + bytes(range(0x21, 0x7F))),
        {"headers": {**H, "x-foo": "".join(chr(i) for i in range(0x21, 0x7F))}},
    ),
    Case(
        "nothing-is-decoded",
        "HDR-006",
        get(
            b"/", b"X-Foo: caf%C3%A9 =?utf-8?q?caf=C3=A9?= \\u00e9 a+b", b"X-Bar: UTF-8''caf%c3%a9"
        ),
        {
            "headers": {
                **H,
                "x-foo": "caf%C3%A9 =?utf-8?q?caf=C3=A9?= \\u00e9 a+b",
                "x-bar": "UTF-8''caf%c3%a9",
            }
        },
    ),
    Case(
        "space-around",
        "HDR-007",
        get(b"/", b"X-Foo:   a  b  ", b"X-Bar:a", b"X-Baz: \t a\tb \t"),
        {"headers": {**H, "x-foo": "a  b", "x-bar": "a", "x-baz": "a\tb"}},
    ),
    Case(
        "no-break-space-stays",
        "HDR-007",
        get(b"/", b"X-Foo: \xa0a\xa0", b"X-Bar: \x85b\x85 "),
        {"headers": {**H, "x-foo": "\u00a0a\u00a0", "x-bar": "\u0085b\u0085"}},
        refused_by=("*:daphne",),
        deviates={"*:runserver": {"headers.x-foo": "a", "headers.x-bar": "b"}},
    ),
    Case(
        "form-feed-stays",
        "HDR-007",
        malformed("form-feeds-around-a-value"),
        {"headers": {**H, "x-foo": "\x0ca\x0b\x1c"}},
        refused_by=STRICT_HTTP1,
        deviates={"*:runserver": {"headers.x-foo": "a"}},
    ),
    Case(
        "empty-value",
        "HDR-011",
        get(b"/", b"X-Foo:", b"X-Bar:   ", b"Accept: "),
        {"headers": {**H, "x-foo": "", "x-bar": "", "accept": ""}},
    ),
    Case(
        "empty-content-type",
        "HDR-011",
        get(b"/", b"Content-Type:"),
        {"headers": H},
    ),
    Case(
        "empty-content-length",
        "HDR-011",
        malformed("length-empty"),
        {"headers": H},
        refused_by=(*STRICT, "sanic:sanic"),
    ),
    Case(
        "empty-host",
        "HDR-011 URL-006",
        get(b"/a", host=b""),
        {"headers": {}, "host": None, "url": "/a"},
    ),
    Case(
        "long-value",
        "HDR-006",
        get(b"/", b"X-Foo: " + b"a" * 7000),
        {"headers": {**H, "x-foo": "a" * 7000}},
    ),
    Case(
        "value-with-colons",
        "HDR-006",
        get(b"/", b"X-Foo: a: b:c", b"X-Bar::", b"Referer: https://h/?a=b;c"),
        {"headers": {**H, "x-foo": "a: b:c", "x-bar": ":", "referer": "https://h/?a=b;c"}},
    ),
    Case(
        "nul-in-a-value",
        "HDR-012",
        malformed("nul-in-a-value"),
        {"headers": {**H, "x-foo": "a b"}},
        refused_by=STRICT,
    ),
    Case(
        "bare-carriage-return-in-a-value",
        "HDR-012",
        malformed("carriage-return-in-a-value"),
        {"headers": {**H, "x-foo": "a b"}},
        refused_by=STRICT,
        deviates=each(("*:werkzeug", "*:runserver"), {"headers.x-foo": "a"}),
    ),
    Case(
        "bare-line-feed-and-a-line",
        "HDR-012",
        malformed("field-after-a-line-feed"),
        {"headers": {**H, "x-foo": "a", "x-bar": "b"}},
        refused_by=("*:daphne", "*:gunicorn*", "*:uvicorn-httptools", "*:waitress"),
        deviates={"sanic:sanic": {"headers.x-foo": "a X-Bar: b", "headers.x-bar": None}},
    ),
    Case(
        "control-characters",
        "HDR-012",
        malformed("controls-in-a-value"),
        {"headers": {**H, "x-foo": "a\x01\x1f\x7fb"}},
        refused_by=("*:granian", "*:gunicorn*", "*:uvicorn-httptools", "*:waitress"),
    ),
    Case(
        "folded",
        "HDR-013",
        malformed("folded"),
        {"headers": {**H, "x-foo": "a b", "x-bar": "c"}},
        refused_by=("*:granian", "*:gunicorn*", "*:uvicorn-httptools", "sanic:sanic"),
        deviates=each(("*:waitress", "*:werkzeug"), {"headers.x-foo": "a  b"}),
    ),
    Case(
        "folded-by-one-space",
        "HDR-013",
        get(b"/", b"X-Foo: a", b" b", b"X-Bar: c"),
        {"headers": {**H, "x-foo": "a b", "x-bar": "c"}},
        refused_by=("*:granian", "*:gunicorn*", "*:uvicorn-httptools", "sanic:sanic"),
    ),
]
