"""For each clause that cross-web fails somewhere, requests that show it.

They are written by hand, so that the page that shows them says the same on any day; that they are
enough is shown by a test, which draws others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from unireq_conformance.clauses import CLAUSES
from unireq_conformance.clauses.contents import (
    EMPTY,
    MALFORMED,
    URLENCODED,
    multipart,
    multipart_of,
    post,
    reading,
)
from unireq_conformance.clauses.drawing import literal, one_cookie_field, one_parameter, plain
from unireq_conformance.content import Framing, error, form, octets
from unireq_conformance.forms import Sent, form_of, raw_part, text_part
from unireq_conformance.model import AbstractRequest, Cookie, Field, Parameter, Piece

__all__ = ["WITNESSES"]

_BAD_HOST: Final = AbstractRequest(host="a b", path=literal("a"), query=one_parameter("b", "1"))
_TWO_COOKIE_FIELDS: Final = AbstractRequest(
    cookies=((Cookie("a", "1", b"a=1"),), (Cookie("b", "2", b"b=2"),))
)
_CHUNKED: Final = AbstractRequest(
    method="POST",
    fields=(Field("Transfer-Encoding", b"chunked"),),
    body=b"3\r\nabc\r\n0\r\n\r\n",
)

_A: Final = (Sent("a", b"a"),)
_PLAIN: Final = b"Content-Disposition: form-data; "
_TEXT: Final = form_of([text_part(_A, Sent("1", b"1"))])


def _fields(data: bytes, *pairs: tuple[str, str]) -> AbstractRequest:
    return post(data, URLENCODED, ("form", form(pairs)))


WITNESSES: Final[Mapping[str, tuple[AbstractRequest, ...]]] = {
    "HDR-002": (plain(("X-Request-Id", b"1")),),
    "HDR-004": (plain(("X Foo", b"v"), ("X-After", b"there")),),
    "HDR-005": (plain(("X-Foo", b"dash"), ("X_Foo", b"under")),),
    "HDR-006": (plain(("X-Value", b"caf\xc3\xa9")),),
    "HDR-007": (AbstractRequest(fields=(Field("X-Value", b"v", after=b" "),)),),
    "HDR-008": (plain(("X-Again", b"a"), ("X-Again", b"b")),),
    "HDR-009": (_TWO_COOKIE_FIELDS,),
    "HDR-010": (_CHUNKED,),
    "HDR-011": (plain(("X-Empty", b""), ("Content-Type", b"")),),
    "HDR-012": (plain(("X-Value", b"a\0b")),),
    "CKE-002": (
        _TWO_COOKIE_FIELDS,
        one_cookie_field(("a", "v\u00a0", b"a=v\xc2\xa0"), ("b", "1", b" b=1")),
    ),
    "CKE-003": (
        one_cookie_field((None, None, b"flag"), ("a", "1", b" a=1")),
        one_cookie_field((None, None, b"=v"), ("a", "1", b" a=1")),
    ),
    "CKE-004": (one_cookie_field(("a", "1", b"a=1"), ("a", "2", b" a=2")),),
    "CKE-006": (
        one_cookie_field(("a", "é", b'a="\\303\\251"')),
        one_cookie_field(("a", '"', b'a="')),
    ),
    "CKE-007": (one_cookie_field(("a", '"\\015\\012"', b'a="\\015\\012"')),),
    "CKE-008": (
        one_cookie_field(("a", "é", b"a=\xc3\xa9")),
        one_cookie_field(("a", "\ufffd", b"a=\xff")),
    ),
    "CKE-009": (
        one_cookie_field(("__Host-a", "1", b"__Host-a=1"), ("a", "3", b" a=3")),
        one_cookie_field(("b c", "d", b"b c=d"), ("a", "1 2", b" a=1 2")),
        one_cookie_field(("d@e:[f]", "1", b"d@e:[f]=1")),
    ),
    "CKE-010": (one_cookie_field(("a", '"x', b'a="x'), (None, None, b'y"')),),
    "QRY-005": (
        AbstractRequest(query=(Parameter(literal("a"), (Piece("\ufffd", b"%FF", "invalid"),)),)),
    ),
    "QRY-006": (AbstractRequest(query=(*one_parameter("a", "1"), *one_parameter("a", "2"))),),
    "PTH-011": (AbstractRequest(path=(*literal("params/str/"), Piece("a b", b"a%20b"))),),
    "URL-002": (AbstractRequest(path=(Piece("é/", b"%c3%a9/"),), query=one_parameter("a", "1")),),
    "URL-003": (AbstractRequest(path=(Piece("café", b"caf%c3%a9"),), slashes=2),),
    "URL-004": (
        AbstractRequest(path=literal("a|b{c}"), query=one_parameter("q", "[x]|^")),
        AbstractRequest(path=(Piece("é", b"%c3%a9"),), query=one_parameter("a", "%zz")),
    ),
    "URL-005": (AbstractRequest(method="OPTIONS", slashes=0, path=literal("*")),),
    "URL-006": (_BAD_HOST,),
    "CLI-006": (AbstractRequest(method="get"),),
    "API-009": (_BAD_HOST,),
    "BDY-001": (reading(b"\xff"),),
    "BDY-002": tuple(reading(data, Framing(chunks=(5,))) for data in (b"hello", b"\xff")),
    "BDY-004": (post(b"\xff", None, ("read", octets(b"\xff")), version="1.0"),),
    "BDY-005": (reading(b"0123456789" * 300_000),),
    "BDY-006": (
        reading(b"hello", Framing(chunks=(5,), extra=b"GET /next HTTP/1.1\r\nHost: h\r\n\r\n")),
    ),
    "BDY-007": (
        post(b"a=1", URLENCODED, ("form", form([("a", "1")])), ("read", octets(b"a=1"))),
        post(
            _TEXT.octets,
            _TEXT.media_type,
            ("form", form(_TEXT.meaning)),
            ("read", octets(_TEXT.octets)),
        ),
    ),
    "BDY-015": (
        post(b"hello", None, ("read", error("IncompleteBody", 400)), framing=Framing(missing=2)),
    ),
    "FRM-001": (
        _fields("a=é".encode(), ("a", "é")),
        _fields(b"a=1&b=\xff", ("a", "1"), ("b", "\ufffd")),
    ),
    "FRM-002": (post(b"a=1", URLENCODED, ("form", form([("a", "1")])), method="PUT"),),
    "FRM-003": (
        post(
            _TEXT.octets,
            b"Multipart/Form-Data; Boundary=edge",
            ("form", form(_TEXT.meaning)),
        ),
    ),
    "FRM-004": (post(b"", b"multipart/form-data", ("form", EMPTY)),),
    "FRM-005": (
        post(b"a=%E9", URLENCODED + b"; charset=iso-8859-1", ("form", form([("a", "é")]))),
    ),
    "FRM-006": (
        post(
            b"a=1",
            URLENCODED,
            ("form", MALFORMED),
            fields=(Field("Content-Type", b"text/plain"),),
        ),
    ),
    "FRM-008": (
        multipart(_TEXT, framing=Framing(chunks=(1000,))),
        *(
            multipart_of(text_part((name,), Sent("x", b"x")))
            for name in (Sent('"', b"%22"), Sent('"', b'\\"'), Sent("\\x", b"\\x"))
        ),
    ),
    "FRM-009": (
        multipart_of(raw_part(_PLAIN + b'name=""', b"x", ("", "x"))),
        multipart_of(raw_part(_PLAIN + b'name="a%22b"', b"x", ('a"b', "x"))),
        multipart_of(raw_part(_PLAIN + b'name="a%0D%0Ab"', b"x", ("a\r\nb", "x"))),
    ),
    "FRM-010": (
        multipart_of(raw_part(_PLAIN + b'name = "a"', b"x", ("a", "x"))),
        multipart_of(raw_part(_PLAIN + b'name="a"; name="b"'), outcome=MALFORMED),
    ),
    "FRM-015": (
        post(
            _TEXT.octets.replace(b"edge", b"=/edge"),
            b"multipart/form-data; boundary==/edge",
            ("form", form(_TEXT.meaning)),
        ),
        post(_TEXT.octets, b"multipart/form-data; boundary=edg", ("form", MALFORMED)),
        post(
            _TEXT.octets.replace(b"edge", b"b" * 71),
            b"multipart/form-data; boundary=" + b"b" * 71,
            ("form", MALFORMED),
        ),
    ),
    "FRM-016": (multipart_of(text_part(_A, Sent("", b"x\r\n--edges")), outcome=MALFORMED),),
    "FRM-017": (
        multipart(form_of([text_part(_A, Sent("x", b"x"))], before=b"x"), ("form", MALFORMED)),
        multipart(
            form_of([text_part(_A, Sent("x", b"x"))], before=b"\r\n\r\n"), ("form", MALFORMED)
        ),
    ),
    "FRM-018": (
        multipart_of(raw_part(b"Content-Type: text/plain"), outcome=MALFORMED),
        multipart_of(raw_part(b'Content-Disposition: attachment; name="a"'), outcome=MALFORMED),
    ),
    "FRM-023": CLAUSES["FRM-023"].always[:1],
    "FRM-019": (
        multipart_of(
            text_part(_A, Sent("", b"eA=="), more=(("Content-Transfer-Encoding", b"base64"),)),
            outcome=MALFORMED,
        ),
    ),
    "FRM-020": (
        multipart_of(
            text_part(
                _A, Sent("é", b"\xe9"), more=(("Content-Type", b"text/plain; charset=iso-8859-1"),)
            )
        ),
        multipart_of(text_part(_A, Sent("\ufffd", b"\xff"))),
        multipart_of(
            text_part(_A, Sent("", b"x"), more=(("Content-Type", b"text/plain; charset=utf-7"),)),
            outcome=MALFORMED,
        ),
    ),
}
