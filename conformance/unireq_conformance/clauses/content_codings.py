"""BDY: the clauses about bodies with a content coding."""

from __future__ import annotations

import gzip
import zlib
from functools import partial
from typing import Any, Final

from unireq_conformance.clause import Rows
from unireq_conformance.clauses.contents import (
    MALFORMED,
    TOO_LARGE,
    URLENCODED,
    Done,
    of_content,
    post,
    text_of,
)
from unireq_conformance.content import error, form, json_value, octets, text
from unireq_conformance.forms import form_of
from unireq_conformance.model import AbstractRequest, Field

_gzip = partial(gzip.compress, mtime=0)
_UNSUPPORTED: Final = error("UnsupportedCoding", 415)
_JSON: Final = b"application/json"
_GZIP: Final = _gzip(b'{"a": 1}')
_VALUE: Final = json_value({"a": 1})
_BOMB: Final = _gzip(b" " * 1_000_000 + b"1")


def _coded(
    data: bytes, coding: bytes, *done: Done, media_type: bytes = _JSON, **more: Any
) -> AbstractRequest:
    fields = (Field("Content-Encoding", coding),)
    return post(data, media_type, *done, fields=fields, **more)


_FORM = form_of([text_of("1")])


@of_content(
    "BDY-018 Content codings",
    "The bytes of a body with a content coding are read as sent. If `Limits.decoded_size` is set,"
    " `json()`, `form()` and `text()` decode gzip, x-gzip and deflate. More decoded bytes than"
    " that raise `BodyTooLarge` (413). Truncated content, or anything after its end, raises"
    " `MalformedBody`. Without that limit, or for any other coding, they raise `UnsupportedCoding`"
    " (415). `identity` is no coding, and an empty body has none.",
    why="Frameworks read compressed bytes as one garbage field, and a decompression bomb costs"
    " memory.",
    source="RFC 9110 8.4, 15.5.16",
)
def _content_codings() -> Rows:
    yield _coded(_GZIP, b"gzip", ("json", _UNSUPPORTED), ("read", octets(_GZIP)))
    yield _coded(_GZIP, b"gzip", ("json(decoded_size=8)", _VALUE), ("read", octets(_GZIP)))
    yield _coded(_GZIP, b"X-GZip", ("json(decoded_size=8)", _VALUE))
    yield _coded(_GZIP, b"identity, gzip", ("json(decoded_size=8)", _VALUE))
    yield _coded(_GZIP, b"gzip", ("json(decoded_size=7)", TOO_LARGE))
    yield _coded(_GZIP, b"gzip", ("json(decoded_size=8;json_size=7)", TOO_LARGE))
    yield _coded(zlib.compress(b"1"), b"deflate", ("json(decoded_size=8)", json_value(1)))
    twice = _gzip(zlib.compress(b"1"))
    yield _coded(twice, b"deflate, gzip", ("json(decoded_size=99)", json_value(1)))
    yield _coded(_GZIP + _GZIP, b"gzip", ("text(decoded_size=99)", text('{"a": 1}' * 2)))
    yield _coded(_GZIP, b"gzip", ("text", _UNSUPPORTED), ("text(decoded_size=8)", text('{"a": 1}')))
    for data in (_GZIP[:-1], _GZIP + b"x", _GZIP[2:], b"{}", zlib.compress(b"1")):
        yield _coded(data, b"gzip", ("json(decoded_size=99)", MALFORMED))
    yield _coded(zlib.compress(b"1") * 2, b"deflate", ("json(decoded_size=99)", MALFORMED))
    yield _coded(_BOMB, b"gzip", ("json(decoded_size=1000000)", TOO_LARGE))
    yield _coded(_gzip(_BOMB), b"gzip, gzip", ("json(decoded_size=1000000)", TOO_LARGE))
    for coding in (b"br", b"zstd", b"gzip, br", b"x", b"gzip gzip"):
        yield _coded(b"1", coding, ("json(decoded_size=99)", _UNSUPPORTED), ("json", _UNSUPPORTED))
    yield _coded(b"1", b"identity", ("json", json_value(1)))
    yield _coded(b"", b"gzip", ("form", form(())), media_type=URLENCODED)
    data, one = _gzip(b"a=1"), form([("a", "1")])
    yield _coded(data, b"gzip", ("form", _UNSUPPORTED), media_type=URLENCODED)
    yield _coded(data, b"gzip", ("form(decoded_size=3)", one), media_type=URLENCODED)
    several = ("form(decoded_size=999)", form(_FORM.meaning))
    yield _coded(_gzip(_FORM.octets), b"gzip", several, media_type=_FORM.media_type)
