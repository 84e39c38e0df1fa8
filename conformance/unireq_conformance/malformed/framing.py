"""Malformed framing: lengths, transfer codings and chunks.

Only the head is judged: an app may have answered before a malformed chunk arrives.
"""

from __future__ import annotations

from typing import Final

from unireq_conformance.malformed.message import Message, message

__all__ = ["FRAMING"]

_POST: Final = b"POST / HTTP/1.1"
_LENGTH: Final = b"Content-Length: "
_CHUNKED: Final = b"Transfer-Encoding: chunked"
_WITHOUT_FRAMING: Final = {
    "method": "POST",
    "headers.host": "h",
    "headers.transfer-encoding": None,
    "headers.content-length": None,
}


def _length(id: str, sent: bytes) -> Message:  # noqa: A002  # it is what it is called
    octets = message(_POST, _LENGTH + sent, body=b"body")
    return Message(id, octets, (), "refuses", "6.3", must=True)


def _chunk(id: str, body: bytes) -> Message:  # noqa: A002  # as above
    octets = message(_POST, _CHUNKED, body=body)
    return Message(id, octets, (_WITHOUT_FRAMING,), "reads so", "7.1", tolerated=("500",))


FRAMING: Final = (
    _length("length-of-letters", b"four"),
    _length("length-below-zero", b"-4"),
    _length("length-with-a-plus", b"+4"),
    _length("length-with-a-point", b"4.0"),
    _length("length-with-an-underscore", b"4_0"),
    _length("length-hexadecimal", b"0x4"),
    _length("lengths-in-a-list-at-odds", b"4, 5"),
    Message(
        "lengths-at-odds",
        message(_POST, _LENGTH + b"2", _LENGTH + b"4", body=b"body"),
        (),
        "refuses",
        "6.3",
        must=True,
    ),
    Message(
        "lengths-the-same",
        message(_POST, _LENGTH + b"4", _LENGTH + b"4", body=b"body"),
        ({"method": "POST", "headers.content-length": "4,4"}, {"headers.content-length": "4"}),
        "reads so",
        "6.3",
    ),
    Message(
        "lengths-the-same-in-a-list",
        message(_POST, _LENGTH + b"4, 4", body=b"body"),
        ({"method": "POST", "headers.content-length": "4, 4"}, {"headers.content-length": "4"}),
        "reads so",
        "6.3",
    ),
    Message(
        "length-empty",
        message(b"GET / HTTP/1.1", b"Content-Length:"),
        ({"method": "GET", "headers.content-length": None},),
        "refuses",
        "6.3",
    ),
    Message(
        "length-and-chunks",
        message(_POST, _LENGTH + b"4", _CHUNKED, body=b"4\r\nbody\r\n0\r\n\r\n"),
        (_WITHOUT_FRAMING,),
        "reads so",
        "6.1",
    ),
    Message(
        "chunks-and-length",
        message(_POST, _CHUNKED, _LENGTH + b"4", body=b"4\r\nbody\r\n0\r\n\r\n"),
        (_WITHOUT_FRAMING,),
        "reads so",
        "6.1",
    ),
    Message(
        "coding-not-chunked",
        message(_POST, b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
        (),
        "refuses",
        "6.3",
        must=True,
    ),
    Message(
        "coding-after-chunked",
        message(_POST, b"Transfer-Encoding: chunked, gzip", body=b"0\r\n\r\n"),
        (),
        "refuses",
        "6.3",
        must=True,
    ),
    Message(
        "coding-before-chunked",
        message(_POST, b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
        (_WITHOUT_FRAMING,),
        "refuses",
        "6.1",
    ),
    Message(
        "chunked-twice",
        message(_POST, _CHUNKED, _CHUNKED, body=b"0\r\n\r\n"),
        (),
        "refuses",
        "6.1",
        must=True,
    ),
    Message(
        "coding-identity",
        message(_POST, b"Transfer-Encoding: identity"),
        (_WITHOUT_FRAMING,),
        "refuses",
        "RFC 9112 appendix C.2.3",
    ),
    Message(
        "chunks-before-version-1.1",
        message(b"POST / HTTP/1.0", _CHUNKED, body=b"4\r\nbody\r\n0\r\n\r\n"),
        (_WITHOUT_FRAMING,),
        "reads so",
        "6.1",
    ),
    _chunk("chunk-size-of-letters", b"xyz\r\nbody\r\n0\r\n\r\n"),
    _chunk("chunk-size-below-zero", b"-4\r\nbody\r\n0\r\n\r\n"),
    _chunk("chunk-size-with-a-prefix", b"0x4\r\nbody\r\n0\r\n\r\n"),
    _chunk("chunk-size-with-a-plus", b"+4\r\nbody\r\n0\r\n\r\n"),
    _chunk("chunk-size-missing", b"\r\nbody\r\n0\r\n\r\n"),
    _chunk("chunk-longer-than-its-size", b"2\r\nbody\r\n0\r\n\r\n"),
    _chunk("chunk-extension-with-a-line-feed", b"4;a\nb\r\nbody\r\n0\r\n\r\n"),
)
