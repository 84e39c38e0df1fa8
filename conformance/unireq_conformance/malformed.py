"""Malformed messages: which a server must refuse, and how it may read the others.

Rule: every verdict is decided by hand; nothing is computed. Either the server must refuse the
message, because no reading of it is safe. Or it may refuse the message, and if it accepts the
message it must read it in one of the listed ways. A server refuses by a client error, or by closing
the connection before the app has seen anything. What h11 does is a second opinion, which the tests
check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["FRAMING", "LINES", "MESSAGES", "REQUEST_LINES", "VALUES", "Message", "Reading"]

Reading = Mapping[str, Any]
"""Values of the normal form by field; `headers.x-foo` is one header field, None if absent."""


@dataclass(frozen=True)
class Message:
    """A malformed message.

    Attributes:
        id: Unique.
        source: Why: the section of RFC 9112, or of another standard.
        octets: All its bytes.
        readings: How a server that accepts it may read it, even if it must refuse it. Empty: every
            reading is wrong.
        must: Whether the server must refuse it.
        tolerated: What else is not a failure of the server: `500`, if the app is already running
            when the message turns out to be malformed.
    """

    id: str
    source: str
    octets: bytes
    readings: tuple[Reading, ...]
    must: bool
    tolerated: tuple[str, ...] = ()


def get(target: bytes = b"/", *lines: bytes, host: bytes | None = b"h") -> bytes:
    """The bytes of a GET request for `target` with the lines `lines` after Host."""
    return message(b"GET " + target + b" HTTP/1.1", *lines, host=host)


def message(start: bytes, *lines: bytes, host: bytes | None = b"h", body: bytes = b"") -> bytes:
    """The bytes of a request with any first line."""
    first = [start] if host is None else [start, b"Host: " + host]
    return b"\r\n".join([*first, *lines, b"", body])


def _must(name: str, source: str, octets: bytes, *readings: Reading) -> Message:
    return Message(name, source, octets, readings, must=True)


def _may(name: str, source: str, octets: bytes, *readings: Reading) -> Message:
    return Message(name, source, octets, readings, must=False)


_ROOT: Final[Reading] = {"method": "GET", "path": "/"}
_ROOT_1_1: Final[Reading] = {**_ROOT, "http_version": "1.1"}
_ROOT_2: Final[Reading] = {**_ROOT, "http_version": "2"}
_ROOT_0_9: Final[Reading] = {**_ROOT, "http_version": "0.9", "host": None, "headers": {}}
_CAFE: Final[Reading] = {"path": "/caf\u00e9", "url": "http://h/caf%C3%A9"}
_FOO: Final[Reading] = {**_ROOT, "headers": {"host": "h", "x-foo": "a"}}
# The CRLFs end it for servers that accept only CRLF as a line end.
_LINE_FEEDS: Final = b"GET / HTTP/1.1\nHost: h\nX-Foo: a\n\n\r\n\r\n"

REQUEST_LINES: Final = (
    _must("no-method", "3", b" / HTTP/1.1\r\nHost: h\r\n\r\n"),
    _must("method-not-a-token", "3.1", message(b"G(T / HTTP/1.1")),
    _may("method-lower-case", "3.1", message(b"get / HTTP/1.1"), _ROOT),
    _must("no-target", "3", message(b"GET HTTP/1.1")),
    _must("space-in-the-target", "3", message(b"GET /a b HTTP/1.1")),
    _may("two-spaces", "3", message(b"GET  / HTTP/1.1"), _ROOT),
    _may("tabs-between", "3", message(b"GET\t/\tHTTP/1.1"), _ROOT),
    _may("space-at-the-end", "3", message(b"GET / HTTP/1.1 "), _ROOT),
    _may("empty-line-before", "2.2", b"\r\n" + get(), _ROOT),
    _must("protocol-unknown", "2.3", message(b"GET / HTCPCP/1.1")),
    _may("protocol-lower-case", "2.3", message(b"GET / http/1.1"), _ROOT),
    _must("version-missing", "2.3", message(b"GET / HTTP")),
    _must("version-of-letters", "2.3", message(b"GET / HTTP/x.y")),
    _may("version-to-come", "2.3", message(b"GET / HTTP/1.2"), _ROOT_1_1),
    _may("version-2-in-the-line", "2.3", message(b"GET / HTTP/2.0"), _ROOT_2, _ROOT_1_1),
    _may("version-0.9", "RFC 1945 section 3.1", b"GET /\r\n\r\n", _ROOT_0_9),
    _may("relative-target", "3.2", get(b"a/b"), {"path": "a/b", "url": ""}),
    _may("nul-in-the-target", "3.2", get(b"/a\0b"), {"path": "/a\0b"}),
    _may("control-in-the-target", "3.2", get(b"/a\x01b"), {"path": "/a\x01b"}),
    _may("delete-in-the-target", "3.2", get(b"/a\x7fb"), {"path": "/a\x7fb"}),
    _may("utf-8-in-the-target", "3.2", get(b"/caf\xc3\xa9"), _CAFE),
    _may("line-feeds-only", "2.2", _LINE_FEEDS, _FOO),
)

_ALONE: Final[Reading] = {"headers": {"host": "h"}}
_NO_HOST: Final[Reading] = {"host": None, "url": "/"}
_NO_COOKIE: Final[Reading] = {**_ALONE, "cookies": {}}
_UNDERSCORES: Final = get(b"/", b"X_Foo: a", b"Content_Length: 7")
_SPACE_FIRST: Final = b"GET / HTTP/1.1\r\n X-Foo: a\r\nHost: h\r\n\r\n"

# Names, colons, and a Host that is repeated or missing.
LINES: Final = (
    _may("no-host", "3.2", get(host=None), {**_NO_HOST, "headers": {}}),
    _may("two-hosts", "3.2", get(b"/", b"Host: b", host=b"a"), _NO_HOST),
    _may("the-same-host-twice", "3.2", get(b"/", b"Host: h"), _NO_HOST),
    _may("host-with-a-space", "3.2", get(host=b"h evil"), _NO_HOST),
    _may("host-with-a-user", "3.2", get(host=b"user@h"), _NO_HOST),
    _may("host-with-a-path", "3.2", get(host=b"h/evil"), _NO_HOST),
    _may("no-colon", "5", get(b"/", b"X-Foo"), _ALONE),
    _may("no-name", "5", get(b"/", b": a"), _ALONE),
    _may("space-in-the-name", "5", get(b"/", b"X Foo: a"), _ALONE),
    _must("space-before-the-colon", "5.1", get(b"/", b"X-Foo : a"), _ALONE),
    _must("tab-before-the-colon", "5.1", get(b"/", b"X-Foo\t: a"), _ALONE),
    _may("separators-in-the-name", "5", get(b"/", b"X(Foo): a", b'X"Foo": b', b"X/Foo: c"), _ALONE),
    _may("control-in-the-name", "5", get(b"/", b"X-\x01Foo: a"), _ALONE),
    _may("nul-in-the-name", "5", get(b"/", b"X-\0Foo: a"), _ALONE),
    _may("obs-text-in-the-name", "5", get(b"/", b"X-Caf\xe9: a"), _ALONE),
    _may("kelvin-sign-in-the-name", "5", get(b"/", b"Coo\xe2\x84\xaaie: a=1"), _NO_COOKIE),
    _may("underscores-in-the-name", "RFC 3875 section 4.1.18", _UNDERSCORES, _ALONE),
    _may("white-space-before-the-first-line", "2.2", _SPACE_FIRST, _ALONE),
)


def _value(name: str, lines: bytes, *said: tuple[str | None, ...], source: str = "") -> Message:
    """In each reading it says what X-Foo is, and X-Bar."""
    fields = ("headers.x-foo", "headers.x-bar")
    readings: list[Reading] = [dict(zip(fields, each, strict=False)) for each in said]
    return _may(name, source or "RFC 9110 section 5.5", get(b"/", lines), *readings)


_ONE_FIELD: Final = ("a X-Bar: b", None)

VALUES: Final = (
    _value("nul-in-a-value", b"X-Foo: a\0b", ("a b",)),
    _value("carriage-return-in-a-value", b"X-Foo: a\rb", ("a b",)),
    _value("field-after-a-carriage-return", b"X-Foo: a\rX-Bar: b", _ONE_FIELD),
    _value("field-after-a-line-feed", b"X-Foo: a\nX-Bar: b", ("a", "b"), _ONE_FIELD, source="2.2"),
    _value("controls-in-a-value", b"X-Foo: a\x01\x1f\x7fb", ("a\x01\x1f\x7fb",)),
    _value("form-feeds-around-a-value", b"X-Foo: \x0ca\x0b\x1c", ("\x0ca\x0b\x1c",)),
    _value("folded", b"X-Foo: a\r\n  b\r\nX-Bar: c", ("a b", "c"), ("a  b", "c"), source="5.2"),
    _value("folded-like-a-field", b"X-Foo: a\r\n X-Bar: b", _ONE_FIELD, source="5.2"),
)

_POST: Final = b"POST / HTTP/1.1"
_LENGTH: Final = b"Content-Length: "
_CHUNKED: Final = b"Transfer-Encoding: chunked"
_CHUNK: Final = b"4\r\nbody\r\n0\r\n\r\n"
_LAST: Final = b"0\r\n\r\n"
_WITHOUT_FRAMING: Final[Reading] = {
    "method": "POST",
    "headers.host": "h",
    "headers.transfer-encoding": None,
    "headers.content-length": None,
}
_GET_WITHOUT: Final = {"method": "GET", "headers.content-length": None}


def _lengths(*values: bytes) -> bytes:
    return message(_POST, *(_LENGTH + value for value in values), body=b"body")


def _coded(*lines: bytes, body: bytes = _LAST) -> bytes:
    return message(_POST, *lines, body=body)


def _framed(name: str, octets: bytes, source: str = "6.1") -> Message:
    return _may(name, source, octets, _WITHOUT_FRAMING)


def _same_lengths(name: str, joined: str, *values: bytes) -> Message:
    readings = {"method": "POST", "headers.content-length": joined}, {"headers.content-length": "4"}
    return _may(name, "6.3", _lengths(*values), *readings)


def _chunks(name: str, body: bytes) -> Message:
    # Only the head is judged: an app may have answered before a malformed chunk arrives.
    octets = message(_POST, _CHUNKED, body=body + _LAST)
    return Message(name, "7.1", octets, (_WITHOUT_FRAMING,), must=False, tolerated=("500",))


_IDENTITY: Final = message(_POST, b"Transfer-Encoding: identity")
_CHUNKED_1_0: Final = message(b"POST / HTTP/1.0", _CHUNKED, body=_CHUNK)

# Lengths, transfer codings and chunks.
FRAMING: Final = (
    _must("length-of-letters", "6.3", _lengths(b"four")),
    _must("length-below-zero", "6.3", _lengths(b"-4")),
    _must("length-with-a-plus", "6.3", _lengths(b"+4")),
    _must("length-with-a-point", "6.3", _lengths(b"4.0")),
    _must("length-with-an-underscore", "6.3", _lengths(b"4_0")),
    _must("length-hexadecimal", "6.3", _lengths(b"0x4")),
    _must("lengths-in-a-list-at-odds", "6.3", _lengths(b"4, 5")),
    _must("lengths-at-odds", "6.3", _lengths(b"2", b"4")),
    _same_lengths("lengths-the-same", "4,4", b"4", b"4"),
    _same_lengths("lengths-the-same-in-a-list", "4, 4", b"4, 4"),
    _may("length-empty", "6.3", get(b"/", b"Content-Length:"), _GET_WITHOUT),
    _framed("length-and-chunks", _coded(_LENGTH + b"4", _CHUNKED, body=_CHUNK)),
    _framed("chunks-and-length", _coded(_CHUNKED, _LENGTH + b"4", body=_CHUNK)),
    _must("coding-not-chunked", "6.3", _coded(b"Transfer-Encoding: xchunked")),
    _must("coding-after-chunked", "6.3", _coded(b"Transfer-Encoding: chunked, gzip")),
    _framed("coding-before-chunked", _coded(b"Transfer-Encoding: gzip, chunked")),
    _must("chunked-twice", "6.1", _coded(_CHUNKED, _CHUNKED)),
    _framed("coding-identity", _IDENTITY, "RFC 9112 appendix C.2.3"),
    _framed("chunks-before-version-1.1", _CHUNKED_1_0),
    _chunks("chunk-size-of-letters", b"xyz\r\nbody\r\n"),
    _chunks("chunk-size-below-zero", b"-4\r\nbody\r\n"),
    _chunks("chunk-size-with-a-prefix", b"0x4\r\nbody\r\n"),
    _chunks("chunk-size-with-a-plus", b"+4\r\nbody\r\n"),
    _chunks("chunk-size-missing", b"\r\nbody\r\n"),
    _chunks("chunk-longer-than-its-size", b"2\r\nbody\r\n"),
    _chunks("chunk-extension-with-a-line-feed", b"4;a\nb\r\nbody\r\n"),
)

MESSAGES: Final = {each.id: each for each in (*REQUEST_LINES, *LINES, *VALUES, *FRAMING)}
"""All messages by id."""
