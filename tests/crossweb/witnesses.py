"""For each clause that cross-web fails somewhere, requests that show it.

They are written by hand, so that the page that shows them says the same on any day; that they are
enough is shown by a test, which draws others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

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
from unireq_conformance.forms import Part, Sent, form_of, raw_part, text_part
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
_X: Final = Sent("x", b"x")
_TEXT: Final = form_of([text_part(_A, Sent("1", b"1"))])


def _fields(data: bytes, *pairs: tuple[str, str], more: bytes = b"") -> AbstractRequest:
    return post(data, URLENCODED + more, ("form", form(pairs)))


def _of_boundary(boundary: bytes, outcome: Mapping[str, Any]) -> AbstractRequest:
    data = _TEXT.octets.replace(b"edge", boundary)
    return post(data, b"multipart/form-data; boundary=" + boundary, ("form", outcome))


def _named(parameters: bytes, name: str) -> AbstractRequest:
    return multipart_of(
        raw_part(b"Content-Disposition: form-data; " + parameters, b"x", (name, "x"))
    )


def _refused(head: bytes) -> AbstractRequest:
    return multipart_of(raw_part(head), outcome=MALFORMED)


def _said_to_be(value: Sent, field: str, content: bytes) -> Part:
    return text_part(_A, value, more=((field, content),))


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
        multipart(_TEXT, ("form", form(_TEXT.meaning)), ("read", octets(_TEXT.octets))),
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
        post(_TEXT.octets, b"Multipart/Form-Data; Boundary=edge", ("form", form(_TEXT.meaning))),
    ),
    "FRM-004": (post(b"", b"multipart/form-data", ("form", EMPTY)),),
    "FRM-005": (_fields(b"a=%E9", ("a", "é"), more=b"; charset=iso-8859-1"),),
    "FRM-006": (
        post(
            *(b"a=1", URLENCODED, ("form", MALFORMED)),
            fields=(Field("Content-Type", b"text/plain"),),
        ),
    ),
    "FRM-008": (
        multipart(_TEXT, framing=Framing(chunks=(1000,))),
        *(
            multipart_of(text_part((name,), _X))
            for name in (Sent('"', b"%22"), Sent('"', b'\\"'), Sent("\\x", b"\\x"))
        ),
    ),
    "FRM-009": (
        _named(b'name=""', ""),
        _named(b'name="a%22b"', 'a"b'),
        _named(b'name="a%0D%0Ab"', "a\r\nb"),
    ),
    "FRM-010": (
        _named(b'name = "a"', "a"),
        _refused(b'Content-Disposition: form-data; name="a"; name="b"'),
    ),
    "FRM-015": (
        _of_boundary(b"=/edge", form(_TEXT.meaning)),
        post(_TEXT.octets, b"multipart/form-data; boundary=edg", ("form", MALFORMED)),
        _of_boundary(b"b" * 71, MALFORMED),
    ),
    "FRM-016": (multipart_of(text_part(_A, Sent("", b"x\r\n--edges")), outcome=MALFORMED),),
    "FRM-017": tuple(
        multipart(form_of([text_part(_A, _X)], before=before), ("form", MALFORMED))
        for before in (b"x", b"\r\n\r\n")
    ),
    "FRM-018": (
        _refused(b"Content-Type: text/plain"),
        _refused(b'Content-Disposition: attachment; name="a"'),
    ),
    "FRM-023": CLAUSES["FRM-023"].always[:1],
    "FRM-019": (
        multipart_of(
            _said_to_be(Sent("", b"eA=="), "Content-Transfer-Encoding", b"base64"),
            outcome=MALFORMED,
        ),
    ),
    "FRM-020": (
        multipart_of(
            _said_to_be(Sent("é", b"\xe9"), "Content-Type", b"text/plain; charset=iso-8859-1")
        ),
        multipart_of(text_part(_A, Sent("\ufffd", b"\xff"))),
        multipart_of(
            _said_to_be(Sent("", b"x"), "Content-Type", b"text/plain; charset=utf-7"),
            outcome=MALFORMED,
        ),
    ),
}
