"""Field names: case, tokens, underscores, and fields that pose as others."""

from __future__ import annotations

from sockets.case import STRICT, STRICT_HTTP1, Case, get, malformed

H = {"host": "h"}

CASES = [
    Case(
        "lower-case",
        "HDR-002 HDR-003",
        get(b"/", b"X-FOO: a", b"x-bAr: b", b"aCCept: c"),
        {"headers": {**H, "x-foo": "a", "x-bar": "b", "accept": "c"}},
    ),
    Case(
        "host-in-any-case",
        "HDR-002 URL-010",
        get(b"/", b"hOST: example.org", host=None),
        {"headers": {"host": "example.org"}, "host": "example.org"},
    ),
    Case(
        "every-token-character",
        "HDR-004",
        get(b"/", b"A!#$%&'*+-.^`|~9: a"),
        {"headers": {**H, "a!#$%&'*+-.^`|~9": "a"}},
    ),
    Case(
        "digits-only",
        "HDR-004",
        get(b"/", b"007: a"),
        {"headers": {**H, "007": "a"}},
    ),
    Case(
        "underscore",
        "HDR-005",
        get(b"/", b"X_Foo: evil"),
        {"headers": H},
    ),
    Case(
        "underscore-before-hyphen",
        "HDR-005",
        get(b"/", b"X_Foo: evil", b"X-Foo: a"),
        {"headers": {**H, "x-foo": "a"}},
    ),
    Case(
        "underscore-after-hyphen",
        "HDR-005",
        get(b"/", b"X-Foo: a", b"X_Foo: evil"),
        {"headers": {**H, "x-foo": "a"}},
    ),
    Case(
        "underscore-of-a-longer-name",
        "HDR-005",
        get(b"/", b"X-Forwarded_For: 6.6.6.6", b"Remote_User: root"),
        {"headers": H},
    ),
    Case(
        "content-type-by-underscore",
        "HDR-018",
        get(b"/", b"Content_Type: text/evil", b"HTTP_CONTENT_TYPE: text/evil"),
        {"headers": H},
    ),
    Case(
        "content-type-and-a-poser",
        "HDR-018",
        get(b"/", b"Content_Type: text/evil", b"Content-Type: text/plain"),
        {"headers": {**H, "content-type": "text/plain"}},
        deviates={"*:runserver": {"headers.content-type": None}},
    ),
    Case(
        "content-length-by-underscore",
        "HDR-018",
        get(b"/", b"Content_Length: 7"),
        {"headers": H},
    ),
    Case(
        "http-prefix",
        "HDR-018",
        get(b"/", b"HTTP-Content-Type: text/evil", b"Http-Host: evil"),
        {"headers": {**H, "http-content-type": "text/evil", "http-host": "evil"}},
        deviates={"*:runserver": {"headers.http-host": None}},
    ),
    Case(
        "script-name",
        "CLI-008 PTH-007",
        get(b"/a/b", b"SCRIPT_NAME: /a"),
        {"headers": H, "path": "/a/b", "raw_path": b"/a/b", "root_path": ""},
        deviates={"*:gunicorn": {"root_path": "/a", "headers.script-name": "/a"}},
    ),
    Case(
        "script-name-elsewhere",
        "CLI-008 PTH-007",
        get(b"/a/b", b"SCRIPT_NAME: /evil"),
        {"headers": H, "path": "/a/b", "raw_path": b"/a/b", "root_path": ""},
        fails_on=("*:gunicorn",),
    ),
    Case(
        "path-info",
        "CLI-008 PTH-001",
        get(b"/a/b", b"PATH_INFO: /evil"),
        {"headers": H, "path": "/a/b", "raw_path": b"/a/b"},
        deviates={"*:gunicorn": {"headers.path-info": "/evil"}},
    ),
    Case(
        "daphne-root-path",
        "CLI-008 PTH-007",
        get(b"/a/b", b"Daphne-Root-Path: /a"),
        {
            "headers": {**H, "daphne-root-path": "/a"},
            "path": "/a/b",
            "raw_path": b"/a/b",
            "root_path": "",
        },
        deviates={"*:daphne": {"root_path": "/a", "headers.daphne-root-path": None}},
    ),
    Case(
        "kelvin-sign",
        "HDR-002 HDR-004",
        get(b"/", b"Coo\xe2\x84\xaaie: a=1", b"X-\xc4\xb0: a"),
        {"headers": H, "cookies": {}},
        refused_by=STRICT,
    ),
    Case(
        "obs-text-in-a-name",
        "HDR-004",
        malformed("obs-text-in-the-name"),
        {"headers": H},
        refused_by=STRICT,
    ),
    Case(
        "space-before-the-colon",
        "HDR-004",
        malformed("space-before-the-colon"),
        {"headers": H},
        refused_by=STRICT,
    ),
    Case(
        "no-colon",
        "HDR-004",
        malformed("no-colon"),
        {"headers": H},
        refused_by=(*STRICT, "sanic:sanic"),
    ),
    Case("empty-name", "HDR-004", malformed("no-name"), {"headers": H}, refused_by=STRICT),
    Case(
        "separators-in-a-name",
        "HDR-004",
        malformed("separators-in-the-name"),
        {"headers": H},
        refused_by=STRICT_HTTP1,
    ),
    Case(
        "long-name",
        "HDR-002",
        get(b"/", b"X-" + b"Aa" * 500 + b": a"),
        {"headers": {**H, "x-" + "aa" * 500: "a"}},
    ),
]
