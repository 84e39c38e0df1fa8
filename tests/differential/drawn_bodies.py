"""Bodies, drawn: what clients send, what broken clients send, and what nobody sends."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from hypothesis import strategies as st

from unireq_conformance.content_strategies import json_texts, multipart_forms, urlencoded_forms
from unireq_conformance.forms import raw_part

__all__ = ["DrawnBody", "bodies"]


class DrawnBody(NamedTuple):
    """One body."""

    kind: str
    octets: bytes
    content_type: str | None
    chunk: int | None  # the size of its chunks; None with Content-Length


_text = st.one_of(
    st.text(max_size=12), st.sampled_from(["", " ", "+", "%", "%zz", "%C3%A9", "--edge", "\r\n"])
)
_octets = st.one_of(st.binary(max_size=24), _text.map(str.encode))
_special = st.sampled_from(
    [
        *(b"&", b"=", b";", b"%", b"%4", b"+", b"\0", b"\xff", b"\xc3", b"\r", b"\n", b"\r\n"),
        *(b"--edge", b"--edge--", b"\r\n--edge\r\n", b'"', b"\\", b":", b"{", b"[", b"]", b"}"),
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
_JSON: Final = ("application/json", "application/json; charset=utf-8", "text/plain")
_OTHERS: Final = (
    *(None, "text/plain; charset=iso-8859-1", "text/x; charset=utf-7", "/", "a/b, c/d", ";"),
    *(
        "multipart/form-data",
        "multipart/form-data; boundary=other",
        "multipart/form-data; boundary",
    ),
)
_DISPOSITION: Final = b"Content-Disposition: form-data"
_HEADERS: Final = (
    *(_DISPOSITION + each for each in (b"", b"; name=a", b'; name="a"; name="b"', b'; name="q%22')),
    *(_DISPOSITION + b'; name="a"; ' + each for each in (b'filename=""', b'filename="C:\\d\\f"')),
    *(_DISPOSITION + b"; name=a; " + each for each in (b"filename*=x''b", b"filename*=UTF-8''%e2")),
    *(_DISPOSITION + b"; name=a\r\n" + each for each in (b"X : 1", b"x", _DISPOSITION)),
    *(
        _DISPOSITION + b"; name=a\r\nContent-Type: text/x; charset=" + each
        for each in (b"x", b"latin1")
    ),
    *(
        _DISPOSITION + b"; name=a\r\nContent-Transfer-Encoding: " + each
        for each in (b"base64", b"8bit")
    ),
    b'Content-Disposition: attachment; name="a"',
)


@st.composite
def _multipart(draw: st.DrawFn) -> tuple[bytes, str | None]:
    form = draw(multipart_forms())
    odd = draw(st.lists(st.builds(raw_part, st.sampled_from(_HEADERS), _octets), max_size=1))
    at = draw(st.integers(0, len(form.parts)))
    octets = replace(form, parts=(*form.parts[:at], *odd, *form.parts[at:])).octets
    plain = form.media_type.decode("latin-1")
    others = [f"{plain}; charset=iso-8859-1", plain.title(), plain[:-1], *_OTHERS]
    return octets, draw(st.one_of(st.just(plain), st.just(plain), st.sampled_from(others)))


@st.composite
def bodies(draw: st.DrawFn) -> DrawnBody:
    """A body of any kind; of those that are forms and JSON about half are damaged."""
    kind = draw(st.sampled_from(["urlencoded", *["multipart"] * 2, *["json"] * 3, "anything"]))
    types: tuple[str | None, ...] = (*_URLENCODED, *_JSON, *_OTHERS)
    if kind == "urlencoded":
        octets = b"&".join(each.octets for each in draw(urlencoded_forms()))
        types = _URLENCODED
    elif kind == "multipart":
        octets, only = draw(_multipart())
        types = (only,)
    elif kind == "json":
        depth = draw(st.sampled_from([0, 0, 0, 0, 50, 99, 100, 101, 20_000]))
        octets = b"[" * depth + draw(json_texts())[0] + b"]" * depth
        types = _JSON
    else:
        octets = b"".join(draw(st.lists(st.one_of(_special, _octets), max_size=8)))
    if kind != "anything" and draw(st.booleans()):
        octets = draw(_damaged(octets))
        kind += ", damaged"
    chunk = draw(st.sampled_from([None, None, 1, 7, 4096]))
    if chunk == 1 and len(octets) > 500:
        chunk = 100
    return DrawnBody(kind, octets, draw(st.sampled_from(types)), chunk)
