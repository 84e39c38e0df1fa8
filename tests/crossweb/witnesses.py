"""For each clause that cross-web fails somewhere, requests that show it.

They are written by hand, so that the page that shows them says the same on any day; that they are
enough is shown by a test, which draws others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from unireq_conformance.clauses.drawing import literal, one_cookie_field, one_parameter, plain
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
}
