"""Deviations in the target: paths, queries, and the forms of a target that are not a path.

What a framework routes on is its path (PTH-001); where a server hands over another path than was
sent, the framework routes on that.
"""

from __future__ import annotations

from typing import Final

from unireq_conformance.deviations.deviation import get, lost
from unireq_conformance.deviations.touching import in_messages, when

__all__ = ["TARGET_DEVIATIONS"]

_ABSOLUTE: Final = b"GET http://example.org:81/a HTTP/1.1\r\nHost: other\r\n\r\n"

TARGET_DEVIATIONS: Final = (
    lost(
        "PTH-005 *:runserver",
        "wsgiref does not pass on the raw target",
        get(b"/%61"),
        {"raw_path": (b"/%61", None)},
        when(lambda _: True, "raw_path"),
        always=True,
    ),
    lost(
        "PTH-006 *:runserver",
        "Django on WSGI shows a byte that is not UTF-8 as an escape; without a raw target,"
        " it looks like an escape that was itself escaped",
        get(b"/%ff"),
        {"path": ("/\ufffd", "/%FF")},
        when(lambda r: "\ufffd" in r.expected_path, "path", "raw_path"),
    ),
    lost(
        "PTH-011 django-wsgi:*",
        "Django on WSGI shows a byte that is not UTF-8 as an escape, and routes on that path",
        get(b"/params/str/%ff"),
        {"path_params": ({"value": "\ufffd"}, {"value": "%FF"})},
    ),
    lost(
        "PTH-005 *:werkzeug",
        "Werkzeug's server collapses leading slashes in the raw target too",
        get(b"//a"),
        {"raw_path": (None, b"/a")},
        when(lambda request: request.sent_path.startswith(b"//"), "raw_path"),
    ),
    lost(
        "PTH-002 *:werkzeug",
        "Werkzeug's server reads raw bytes as ISO-8859-1 and encodes them as UTF-8",
        get(b"/\xc3\xa9"),
        {"path": ("/\u00e9", "/\u00c3\u00a9"), "raw_path": (b"/\xc3\xa9", b"/\xc3\x83\xc2\xa9")},
        in_messages("utf-8-in-the-target", "path", "raw_path"),
    ),
    lost(
        "QRY-002 *:werkzeug",
        "Werkzeug's server reads raw bytes as ISO-8859-1 and encodes them as UTF-8",
        get(b"/?\xc3\xa9"),
        {"query_string": ("\u00c3\u00a9", "\u00c3\u0083\u00c2\u00a9")},
    ),
    lost(
        "PTH-008 flask:*",
        "under a mount, Flask collapses the leading slashes after the prefix before it"
        " routes; a middleware around the mount cannot know that",
        get(b"/mounted//a//b"),
        {"path": ("/mounted//a//b", "/mounted/a//b"), "raw_path": (b"/mounted//a//b", None)},
    ),
    lost(
        "PTH-001 sanic:*",
        "Sanic routes on the path as sent: `%2F` does not separate segments, so a guard"
        " that reads the path sees `/public/x` where `/<name>` is called; compare `raw_path`, or"
        " refuse paths with `%2F`",
        get(b"/params/str/a%2Fb"),
        {"path_params": ({}, {"value": "a/b"})},
    ),
    # Fragments, which no client sends (RFC 9112 3.2).
    lost(
        "PTH-001 *:granian *:granian-h2 *:uvicorn-httptools",
        "the server cuts off the target at `#`",
        get(b"/a#b"),
        {"path": ("/a#b", "/a"), "raw_path": (b"/a#b", b"/a")},
    ),
    lost(
        "PTH-001 *:gunicorn *:waitress *:werkzeug sanic:*",
        "the server, or Sanic, cuts off the path at `#`, but not the raw target",
        get(b"/a#b"),
        {"path": ("/a#b", "/a"), "raw_path": (b"/a#b", None)},
    ),
    lost(
        "QRY-002 *:granian *:granian-h2 *:uvicorn-httptools *:gunicorn *:waitress *:werkzeug",
        "the server cuts off the query at `#`",
        get(b"/?a#b"),
        {"query_string": ("a#b", "a")},
    ),
    # Absolute form, authority form.
    lost(
        "PTH-001 starlette:uvicorn-h11 django-asgi:uvicorn-h11 asgi:uvicorn-h11 *:hypercorn"
        " *:gunicorn-asgi *:daphne *:runserver",
        "the server leaves a target in absolute form in the path, and the framework routes on it",
        _ABSOLUTE,
        {"path": ("/a", "http://example.org:81/a"), "raw_path": (b"/a", None)},
    ),
    lost(
        "URL-012 *:granian *:uvicorn-httptools",
        "the server drops the authority of a target in absolute form",
        _ABSOLUTE,
        {"host": ("example.org:81", "other")},
        when(lambda request: request.slashes == 0, "host"),
    ),
    lost(
        "HDR-006 *:werkzeug",
        "Werkzeug's server replaces Host with the authority of a target in absolute form",
        _ABSOLUTE,
        {"headers.host": ("other", "example.org:81")},
    ),
    lost(
        "PTH-005 *:granian",
        "granian changes the empty path of a target in absolute form to `/`",
        b"GET http://example.org HTTP/1.1\r\nHost: other\r\n\r\n",
        {"raw_path": (None, b"/"), "host": ("example.org", "other")},
    ),
    lost(
        "PTH-001 *:gunicorn *:waitress *:werkzeug",
        "the server reads the host of an authority (CONNECT) as the scheme, and its port"
        " as the path",
        b"CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n",
        {"path": ("h:443", "443"), "raw_path": (b"h:443", None)},
    ),
)
