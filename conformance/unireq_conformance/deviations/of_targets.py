"""Deviations in the target: paths, queries, and the forms of a target that are not a path.

What a framework routes on is its path (PTH-001); where a server hands over another path than was
sent, the framework routes on that.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from unireq_conformance.deviations.deviation import Deviation, get, shows
from unireq_conformance.deviations.touching import in_messages
from unireq_conformance.model import AbstractRequest

__all__ = ["TARGET_DEVIATIONS"]

_ABSOLUTE: Final = b"GET http://example.org:81/a HTTP/1.1\r\nHost: other\r\n\r\n"


def _raw_path(_: AbstractRequest) -> Collection[str]:
    return ["raw_path"]


def _path(request: AbstractRequest) -> Collection[str]:
    return ["path", "raw_path"] if "\ufffd" in request.expected_path else ()


TARGET_DEVIATIONS: Final = (
    Deviation(
        "PTH-005",
        because="wsgiref does not pass on the raw target",
        witness=get(b"/%61"),
        targets=("*:runserver",),
        **shows({"raw_path": (b"/%61", None)}),
        always=True,
        touches=_raw_path,
    ),
    Deviation(
        "PTH-006",
        because="Django on WSGI shows a byte that is not UTF-8 as an escape; without a raw target,"
        " it looks like an escape that was itself escaped",
        witness=get(b"/%ff"),
        targets=("*:runserver",),
        **shows({"path": ("/\ufffd", "/%FF")}),
        touches=_path,
    ),
    Deviation(
        "PTH-011",
        because=(
            "Django on WSGI shows a byte that is not UTF-8 as an escape, and routes on that path"
        ),
        witness=get(b"/params/str/%ff"),
        targets=("django-wsgi:*",),
        **shows({"path_params": ({"value": "\ufffd"}, {"value": "%FF"})}),
    ),
    Deviation(
        "PTH-005",
        because="Werkzeug's server collapses leading slashes in the raw target too",
        witness=get(b"//a"),
        targets=("*:werkzeug",),
        **shows({"raw_path": (None, b"/a")}),
        touches=lambda request: ["raw_path"] if request.sent_path.startswith(b"//") else (),
    ),
    Deviation(
        "PTH-002",
        because="Werkzeug's server reads raw bytes as ISO-8859-1 and encodes them as UTF-8",
        witness=get(b"/\xc3\xa9"),
        targets=("*:werkzeug",),
        **shows(
            {"path": ("/\u00e9", "/\u00c3\u00a9"), "raw_path": (b"/\xc3\xa9", b"/\xc3\x83\xc2\xa9")}
        ),
        touches=in_messages("utf-8-in-the-target", "path", "raw_path"),
    ),
    Deviation(
        "QRY-002",
        because="Werkzeug's server reads raw bytes as ISO-8859-1 and encodes them as UTF-8",
        witness=get(b"/?\xc3\xa9"),
        targets=("*:werkzeug",),
        **shows({"query_string": ("\u00c3\u00a9", "\u00c3\u0083\u00c2\u00a9")}),
    ),
    Deviation(
        "PTH-008",
        because="under a mount, Flask collapses the leading slashes after the prefix before it"
        " routes; a middleware around the mount cannot know that",
        witness=get(b"/mounted//a//b"),
        targets=("flask:*",),
        **shows(
            {"path": ("/mounted//a//b", "/mounted/a//b"), "raw_path": (b"/mounted//a//b", None)}
        ),
    ),
    Deviation(
        "PTH-001",
        because="Sanic routes on the path as sent: `%2F` does not separate segments, so a guard"
        " that reads the path sees `/public/x` where `/<name>` is called; compare `raw_path`, or"
        " refuse paths with `%2F`",
        witness=get(b"/params/str/a%2Fb"),
        targets=("sanic:*",),
        **shows({"path_params": ({}, {"value": "a/b"})}),
    ),
    # Fragments, which no client sends (RFC 9112 3.2).
    Deviation(
        "PTH-001",
        because="the server cuts off the target at `#`",
        witness=get(b"/a#b"),
        targets=("*:granian", "*:granian-h2", "*:uvicorn-httptools"),
        **shows({"path": ("/a#b", "/a"), "raw_path": (b"/a#b", b"/a")}),
    ),
    Deviation(
        "PTH-001",
        because="the server, or Sanic, cuts off the path at `#`, but not the raw target",
        witness=get(b"/a#b"),
        targets=("*:gunicorn", "*:waitress", "*:werkzeug", "sanic:*"),
        **shows({"path": ("/a#b", "/a"), "raw_path": (b"/a#b", None)}),
    ),
    Deviation(
        "QRY-002",
        because="the server cuts off the query at `#`",
        witness=get(b"/?a#b"),
        targets=(
            "*:granian",
            "*:granian-h2",
            "*:uvicorn-httptools",
            "*:gunicorn",
            "*:waitress",
            "*:werkzeug",
        ),
        **shows({"query_string": ("a#b", "a")}),
    ),
    # Absolute form, authority form.
    Deviation(
        "PTH-001",
        because="the server leaves a target in absolute form in the path, and the framework"
        " routes on it",
        witness=_ABSOLUTE,
        targets=(
            "starlette:uvicorn-h11",
            "django-asgi:uvicorn-h11",
            "asgi:uvicorn-h11",
            "*:hypercorn",
            "*:gunicorn-asgi",
            "*:daphne",
            "*:runserver",
        ),
        **shows({"path": ("/a", "http://example.org:81/a"), "raw_path": (b"/a", None)}),
    ),
    Deviation(
        "URL-012",
        because="the server drops the authority of a target in absolute form",
        witness=_ABSOLUTE,
        targets=("*:granian", "*:uvicorn-httptools"),
        **shows({"host": ("example.org:81", "other")}),
        touches=lambda request: ["host"] if request.slashes == 0 else (),
    ),
    Deviation(
        "HDR-006",
        because="Werkzeug's server replaces Host with the authority of a target in absolute form",
        witness=_ABSOLUTE,
        targets=("*:werkzeug",),
        **shows({"headers.host": ("other", "example.org:81")}),
    ),
    Deviation(
        "PTH-005",
        because="granian changes the empty path of a target in absolute form to `/`",
        witness=b"GET http://example.org HTTP/1.1\r\nHost: other\r\n\r\n",
        targets=("*:granian",),
        **shows({"raw_path": (None, b"/"), "host": ("example.org", "other")}),
    ),
    Deviation(
        "PTH-001",
        because="the server reads the host of an authority (CONNECT) as the scheme, and its port"
        " as the path",
        witness=b"CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n",
        targets=("*:gunicorn", "*:waitress", "*:werkzeug"),
        **shows({"path": ("h:443", "443"), "raw_path": (b"h:443", None)}),
    ),
)
