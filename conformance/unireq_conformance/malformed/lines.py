"""Malformed field lines: names, colons, and a Host that is repeated or missing."""

from __future__ import annotations

from typing import Any, Final

from unireq_conformance.malformed.message import Message, get

__all__ = ["LINES"]

_ALONE: Final[dict[str, Any]] = {"headers": {"host": "h"}}
_NO_HOST: Final[dict[str, Any]] = {"host": None, "url": "/"}

LINES: Final = (
    Message("no-host", get(host=None), ({**_NO_HOST, "headers": {}},), "refuses", "3.2"),
    Message("two-hosts", get(b"/", b"Host: b", host=b"a"), (_NO_HOST,), "refuses", "3.2"),
    Message("the-same-host-twice", get(b"/", b"Host: h"), (_NO_HOST,), "refuses", "3.2"),
    Message("host-with-a-space", get(host=b"h evil"), (_NO_HOST,), "reads so", "3.2"),
    Message("host-with-a-user", get(host=b"user@h"), (_NO_HOST,), "reads so", "3.2"),
    Message("host-with-a-path", get(host=b"h/evil"), (_NO_HOST,), "reads so", "3.2"),
    Message("no-colon", get(b"/", b"X-Foo"), (_ALONE,), "refuses", "5"),
    Message("no-name", get(b"/", b": a"), (_ALONE,), "refuses", "5"),
    Message("space-in-the-name", get(b"/", b"X Foo: a"), (_ALONE,), "refuses", "5"),
    Message(
        "space-before-the-colon", get(b"/", b"X-Foo : a"), (_ALONE,), "refuses", "5.1", must=True
    ),
    Message(
        "tab-before-the-colon", get(b"/", b"X-Foo\t: a"), (_ALONE,), "refuses", "5.1", must=True
    ),
    Message(
        "separators-in-the-name",
        get(b"/", b"X(Foo): a", b'X"Foo": b', b"X/Foo: c"),
        (_ALONE,),
        "refuses",
        "5",
    ),
    Message("control-in-the-name", get(b"/", b"X-\x01Foo: a"), (_ALONE,), "refuses", "5"),
    Message("nul-in-the-name", get(b"/", b"X-\0Foo: a"), (_ALONE,), "refuses", "5"),
    Message("obs-text-in-the-name", get(b"/", b"X-Caf\xe9: a"), (_ALONE,), "refuses", "5"),
    Message(
        "kelvin-sign-in-the-name",
        get(b"/", b"Coo\xe2\x84\xaaie: a=1"),
        ({**_ALONE, "cookies": {}},),
        "refuses",
        "5",
    ),
    Message(
        "underscores-in-the-name",
        get(b"/", b"X_Foo: a", b"Content_Length: 7"),
        (_ALONE,),
        "reads so",
        "RFC 3875 section 4.1.18",
    ),
    Message(
        "white-space-before-the-first-line",
        b"GET / HTTP/1.1\r\n X-Foo: a\r\nHost: h\r\n\r\n",
        (_ALONE,),
        "refuses",
        "2.2",
    ),
)
