"""Bodies, drawn: what clients send, what broken clients send, and what nobody sends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

__all__ = ["DrawnBody", "bodies"]

BOUNDARY: Final = b"b0"


@dataclass(frozen=True)
class DrawnBody:
    """One body.

    Attributes:
        kind: What it was drawn as.
        bytes: The body.
        content_type: The value of the field; None without one.
        chunk: The size of its chunks; None with Content-Length.
    """

    kind: str
    octets: bytes
    content_type: str | None
    chunk: int | None


_name = st.sampled_from(["a", "b", "", "é", 'q"q', "a[]", "x;y", "_charset_", "filename"])
_text = st.one_of(
    st.text(max_size=12), st.sampled_from(["", " ", "+", "%", "%zz", "%C3%A9", "--b0", "\r\n"])
)
_octets = st.one_of(st.binary(max_size=24), _text.map(str.encode))
_special = st.sampled_from(
    [
        *(b"&", b"=", b";", b"%", b"%4", b"+", b"\0", b"\xff", b"\xc3", b"\r", b"\n", b"\r\n"),
        *(b"--b0", b"--b0--", b"\r\n--b0\r\n", b'"', b"\\", b":", b"{", b"[", b"]", b"}", b","),
        *(b"NaN", b"Infinity", b"1e999", b"\xef\xbb\xbf", b"\\ud800", b"null", b" ", b"9" * 400),
    ]
)


@st.composite
def _damaged(draw: st.DrawFn, octets: bytes) -> bytes:
    """`octets`, with up to three places changed."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(octets)))
        end = min(len(octets), start + draw(st.sampled_from([0, 0, 1, 2, 10])))
        octets = octets[:start] + draw(st.one_of(_special, st.just(b""), _octets)) + octets[end:]
    return octets


_URLENCODED: Final = (
    "application/x-www-form-urlencoded",
    "Application/X-WWW-Form-URLEncoded; charset=UTF-8",
    "application/x-www-form-urlencoded;charset=iso-8859-1",
    "application/x-www-form-urlencoded; charset=utf-16",
)


@st.composite
def _urlencoded(draw: st.DrawFn) -> tuple[bytes, str]:
    def escaped(text: str) -> bytes:
        octets = text.encode()
        safe = draw(st.sampled_from([b"", b" ", b"abcdefghij+"]))
        return b"".join(bytes([o]) if o in safe or o > 0xF0 else b"%%%02X" % o for o in octets)

    pairs = draw(st.lists(st.tuples(_name, _text), max_size=6))
    body = b"&".join(escaped(name) + b"=" + escaped(value) for name, value in pairs)
    return body, draw(st.sampled_from(_URLENCODED))


_DISPOSITIONS: Final = (
    b'form-data; name="%s"',
    b"form-data; name=%s",
    b'form-data; name="%s"; filename="f.txt"',
    b'form-data; name="%s"; filename=""',
    b'form-data; name="%s"; filename="C:\\dir\\f.txt"',
    b"form-data; name=\"%s\"; filename*=UTF-8''%%e2%%82%%ac.txt",
    b'form-data; name="%s"; filename="a"; filename*=UTF-8\'\'b',
    b'form-data; name="%s"; name="b"',
    b'attachment; name="%s"',
    b"form-data",
)
_MORE_FIELDS: Final = (
    *(b"", b"", b"", b"Content-Type: text/plain", b"Content-Type: text/plain; charset=utf-8"),
    *(b"Content-Type: text/plain; charset=iso-8859-1", b"Content-Type: text/plain; charset=x"),
    *(b"Content-Type: image/png", b"Content-Transfer-Encoding: base64", b"X: 1", b"X : 1", b"x"),
    *(b"Content-Transfer-Encoding: binary", b'Content-Disposition: form-data; name="z"'),
)
_MULTIPART: Final = (
    *("multipart/form-data; boundary=b0",) * 4,
    'Multipart/Form-Data; charset=utf-8; boundary="b0"',
    "multipart/form-data; boundary=b0; charset=iso-8859-1",
    "multipart/form-data; boundary=other",
    "multipart/form-data",
    'multipart/form-data; boundary="b0',
    "multipart/mixed; boundary=b0",
)


@st.composite
def _multipart(draw: st.DrawFn) -> tuple[bytes, str]:
    body = b""
    for _ in range(draw(st.integers(0, 4))):
        disposition = draw(st.sampled_from(_DISPOSITIONS))
        if b"%s" in disposition:
            disposition %= draw(_name).encode().replace(b'"', b"%22")
        fields = [b"Content-Disposition: " + disposition, draw(st.sampled_from(_MORE_FIELDS))]
        head = b"".join(field + b"\r\n" for field in fields if field)
        body += b"--%s\r\n%s\r\n%s\r\n" % (BOUNDARY, head, draw(_octets))
    return body + b"--%s--\r\n" % BOUNDARY, draw(st.sampled_from(_MULTIPART))


_JSON: Final = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@st.composite
def _json(draw: st.DrawFn) -> tuple[bytes, str]:
    value: Any = draw(_JSON)
    text = json.dumps(value, ensure_ascii=draw(st.booleans()))
    depth = draw(st.sampled_from([0, 0, 0, 0, 50, 99, 100, 101, 20_000]))
    octets = b"[" * depth + text.encode("utf-8", "surrogatepass") + b"]" * depth
    types = ["application/json", "application/json; charset=utf-8", "text/plain"]
    return octets, draw(st.sampled_from(types))


@st.composite
def _anything(draw: st.DrawFn) -> tuple[bytes, str | None]:
    types = [None, "text/plain", "text/plain; charset=iso-8859-1", "text/x; charset=utf-7", "/"]
    everything = [*types, *_URLENCODED, *_MULTIPART, "application/json", "a/b, c/d", ";"]
    pieces = draw(st.lists(st.one_of(_special, _octets), max_size=8))
    return b"".join(pieces), draw(st.sampled_from(everything))


@st.composite
def bodies(draw: st.DrawFn) -> DrawnBody:
    """A body of any kind; of those that are forms and JSON about half are damaged."""
    kinds = {"urlencoded": _urlencoded, "multipart": _multipart, "json": _json}
    kind = draw(st.sampled_from([*kinds, "multipart", "json", "json", "anything"]))
    octets, content_type = draw(kinds[kind]() if kind in kinds else _anything())
    if kind in kinds and draw(st.booleans()):
        octets = draw(_damaged(octets))
        kind += ", damaged"
    chunk = draw(st.sampled_from([None, None, 1, 7, 4096]))
    if chunk == 1 and len(octets) > 500:
        chunk = 100
    return DrawnBody(kind, octets, content_type, chunk)
