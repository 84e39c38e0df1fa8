"""Targets that are no plain path: the other forms, fragments, and paths under a mount."""

from __future__ import annotations

from sockets.case import ABSOLUTE_IN_PATH, Case, each, get, malformed, message

# Django has no mounts, and Sanic's blueprints are no applications of their own.
NOT_MOUNTED = {"django-*": {"root_path": ""}, "sanic:*": {"root_path": ""}}

CASES = [
    Case(
        "asterisk",
        "URL-005",
        message(b"OPTIONS * HTTP/1.1"),
        {"method": "OPTIONS", "path": "*", "raw_path": b"*", "url": "http://h"},
    ),
    Case(
        "connect",
        "URL-005",
        message(b"CONNECT h:443 HTTP/1.1", host=b"h:443"),
        {"method": "CONNECT", "path": "h:443", "raw_path": b"h:443", "url": "http://h:443"},
        refused_by=("*:hypercorn-h2", "*:uvicorn-httptools", "*:granian", "sanic:sanic"),
        fails_on=("sanic:uvicorn-h11",),
        deviates=each(
            ("*:gunicorn", "*:waitress", "*:werkzeug"), {"path": "443", "raw_path": None}
        ),
    ),
    Case(
        "absolute-form",
        "URL-012 URL-005 PTH-005",
        get(b"http://example.org:81/a%20b?c=d", host=b"other"),
        {
            "path": "/a b",
            "raw_path": b"/a%20b",
            "host": "example.org:81",
            "url": "http://example.org:81/a%20b?c=d",
            "query_string": "c=d",
            "headers": {"host": "other"},
        },
        deviates={
            **each(ABSOLUTE_IN_PATH, {"path": "http://example.org:81/a b", "raw_path": None}),
            **each(("*:granian", "*:uvicorn-httptools"), {"host": "other"}),
            "*:werkzeug": {"headers.host": "example.org:81"},
        },
    ),
    Case(
        "absolute-form-without-a-path",
        "URL-012",
        get(b"http://example.org", host=b"other"),
        {
            "path": "/",
            "raw_path": None,
            "host": "example.org",
            "url": "http://example.org/",
            "headers": {"host": "other"},
        },
        refused_by=("*:uvicorn-httptools",),
        fails_on=("sanic:*",),
        deviates={
            **each(ABSOLUTE_IN_PATH, {"path": "http://example.org"}),
            "*:granian": {"host": "other", "raw_path": b"/"},
            "*:werkzeug": {"headers.host": "example.org"},
        },
    ),
    Case(
        "no-leading-slash",
        "URL-005",
        malformed("relative-target"),
        {"path": "a/b", "raw_path": b"a/b", "url": ""},
        refused_by=("*:granian", "*:gunicorn*", "*:uvicorn-httptools", "sanic:sanic"),
        fails_on=("sanic:uvicorn-h11",),
    ),
    Case(
        "fragment",
        "URL-004",
        get(b"/a#b"),
        {"path": "/a#b", "raw_path": b"/a#b", "url": "http://h/a%23b"},
        deviates={
            **each(("*:granian", "*:uvicorn-httptools"), {"path": "/a", "raw_path": b"/a"}),
            **each(
                ("*:gunicorn", "*:waitress", "*:werkzeug", "sanic:*"),
                {"path": "/a", "raw_path": None},
            ),
        },
    ),
    Case(
        "mounted",
        "PTH-001 PTH-007 PTH-008",
        get(b"/mounted/a%20b"),
        {
            "path": "/mounted/a b",
            "raw_path": b"/mounted/a%20b",
            "root_path": "/mounted",
            "url": "http://h/mounted/a%20b",
        },
        decided={**NOT_MOUNTED, "sanic:*": {"root_path": "", "path_params": {"rest": "a b"}}},
    ),
    Case(
        "mounted-root",
        "PTH-007",
        get(b"/mounted/"),
        {"path": "/mounted/", "raw_path": b"/mounted/", "root_path": "/mounted"},
        decided={**NOT_MOUNTED, "sanic:*": {"root_path": "", "path_params": {"rest": ""}}},
    ),
    Case(
        "mounted-itself",
        "PTH-007",
        get(b"/mounted"),
        {"path": "/mounted", "raw_path": b"/mounted", "root_path": "/mounted"},
        decided={**NOT_MOUNTED, "starlette:*": {"root_path": ""}},
    ),
    Case(
        "mounted-prefix-of-a-name",
        "PTH-007",
        get(b"/mountedness"),
        {"path": "/mountedness", "raw_path": b"/mountedness", "root_path": ""},
    ),
    Case(
        "mounted-slashes-inside",
        "PTH-001 PTH-004",
        get(b"/mounted//a//b"),
        {"path": "/mounted//a//b", "raw_path": b"/mounted//a//b", "root_path": "/mounted"},
        decided={**NOT_MOUNTED, "sanic:*": {"root_path": "", "path_params": {"rest": "/a//b"}}},
        deviates={"flask:*": {"path": "/mounted/a//b", "raw_path": None}},
    ),
    Case(
        "mounted-after-leading-slashes",
        "PTH-003",
        get(b"//mounted/a"),
        {"path": "/mounted/a", "raw_path": None, "root_path": ""},
        decided=each(("flask:waitress", "wsgi:waitress", "*:werkzeug"), {"root_path": "/mounted"}),
        deviates={"*:werkzeug": {"raw_path": b"/mounted/a"}},
    ),
    Case(
        "mounted-by-escape",
        "PTH-001",
        get(b"/%6Dounted/a"),
        {"path": "/mounted/a", "raw_path": b"/%6Dounted/a", "root_path": "/mounted"},
        decided=NOT_MOUNTED,
    ),
    Case(
        "mounted-escaped-slash",
        "PTH-001",
        get(b"/mounted%2Fa"),
        {"path": "/mounted/a", "raw_path": b"/mounted%2Fa", "root_path": "/mounted"},
        decided=NOT_MOUNTED,
    ),
    Case(
        "mounted-invalid-utf-8",
        "PTH-006 PTH-001",
        get(b"/mounted/%ff/%C3%A9"),
        {
            "path": "/mounted/\ufffd/\u00e9",
            "raw_path": b"/mounted/%ff/%C3%A9",
            "root_path": "/mounted",
        },
        decided={
            **NOT_MOUNTED,
            "sanic:*": {"root_path": "", "path_params": {"rest": "\ufffd/\u00e9"}},
        },
        deviates={"*:runserver": {"path": "/mounted/%FF/\u00e9"}},
    ),
    Case(
        "mounted-dot-segments",
        "PTH-004",
        get(b"/mounted/../a"),
        {"path": "/mounted/../a", "raw_path": b"/mounted/../a", "root_path": "/mounted"},
        decided={**NOT_MOUNTED, "sanic:*": {"root_path": "", "path_params": {"rest": "../a"}}},
    ),
]
