"""Malformed request lines."""

from __future__ import annotations

from typing import Final

from unireq_conformance.malformed.message import Message, get, message

__all__ = ["REQUEST_LINES"]

_ROOT: Final = {"method": "GET", "path": "/"}

REQUEST_LINES: Final = (
    Message("no-method", b" / HTTP/1.1\r\nHost: h\r\n\r\n", (), "refuses", "3", must=True),
    Message("method-not-a-token", message(b"G(T / HTTP/1.1"), (), "refuses", "3.1", must=True),
    Message("method-lower-case", message(b"get / HTTP/1.1"), (_ROOT,), "reads so", "3.1"),
    Message("no-target", message(b"GET HTTP/1.1"), (), "refuses", "3", must=True),
    Message("space-in-the-target", message(b"GET /a b HTTP/1.1"), (), "refuses", "3", must=True),
    Message("two-spaces", message(b"GET  / HTTP/1.1"), (_ROOT,), "refuses", "3"),
    Message("tabs-between", message(b"GET\t/\tHTTP/1.1"), (_ROOT,), "refuses", "3"),
    Message("space-at-the-end", message(b"GET / HTTP/1.1 "), (_ROOT,), "refuses", "3"),
    Message("empty-line-before", b"\r\n" + get(), (_ROOT,), "refuses", "2.2"),
    Message("protocol-unknown", message(b"GET / HTCPCP/1.1"), (), "refuses", "2.3", must=True),
    Message("protocol-lower-case", message(b"GET / http/1.1"), (_ROOT,), "refuses", "2.3"),
    Message("version-missing", message(b"GET / HTTP"), (), "refuses", "2.3", must=True),
    Message("version-of-letters", message(b"GET / HTTP/x.y"), (), "refuses", "2.3", must=True),
    Message(
        "version-to-come",
        message(b"GET / HTTP/1.2"),
        ({**_ROOT, "http_version": "1.1"},),
        "reads so",
        "2.3",
    ),
    Message(
        "version-2-in-the-line",
        message(b"GET / HTTP/2.0"),
        ({**_ROOT, "http_version": "2"}, {**_ROOT, "http_version": "1.1"}),
        "reads so",
        "2.3",
    ),
    Message(
        "version-0.9",
        b"GET /\r\n\r\n",
        ({**_ROOT, "http_version": "0.9", "host": None, "headers": {}},),
        "refuses",
        "RFC 1945 section 3.1",
    ),
    Message("relative-target", get(b"a/b"), ({"path": "a/b", "url": ""},), "reads so", "3.2"),
    Message("nul-in-the-target", get(b"/a\0b"), ({"path": "/a\0b"},), "refuses", "3.2"),
    Message("control-in-the-target", get(b"/a\x01b"), ({"path": "/a\x01b"},), "refuses", "3.2"),
    Message("delete-in-the-target", get(b"/a\x7fb"), ({"path": "/a\x7fb"},), "refuses", "3.2"),
    Message(
        "utf-8-in-the-target",
        get(b"/caf\xc3\xa9"),
        ({"path": "/caf\u00e9", "url": "http://h/caf%C3%A9"},),
        "refuses",
        "3.2",
    ),
    Message(
        "line-feeds-only",
        # The CRLFs end it for servers that accept only CRLF as a line end.
        b"GET / HTTP/1.1\nHost: h\nX-Foo: a\n\n\r\n\r\n",
        ({**_ROOT, "headers": {"host": "h", "x-foo": "a"}},),
        "reads so",
        "2.2",
    ),
)
