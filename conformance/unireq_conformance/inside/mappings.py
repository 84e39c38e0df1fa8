"""The mappings: headers, cookies and query parameters as dicts (HDR, CKE, QRY)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import unireq
from unireq_conformance.inside.findings import CHECKS, Finding, raises, real_dict, same, told

_ABSENT = ("x-not-there", "content-length", "transfer-encoding", "trailer")

_MISSPELT: Final[dict[Any, str]] = {
    "X_FORWARDED_FOR": "x-forwarded-for",
    "HTTP_HOST": "host",
    "CONTENT_TYPE": "content-type",
    "X Foo": "x-foo",
    "x-foo:": "x-foo",
    "x\N{EN DASH}foo": "x-foo",
    "": "user-agent",
    b"Host": "host",
}
"""Names that no field has, and the one that the error speaks of."""


@CHECKS.of("HDR-001")
def _headers_are_a_dict(native: Any) -> Iterator[Finding]:
    yield from real_dict("headers", unireq.from_native(native).headers)


@CHECKS.of("HDR-003")
def _look_up_in_any_case(native: Any) -> Iterator[Finding]:
    headers = unireq.from_native(native).headers
    for name in list(headers):
        for spelt in (name.upper(), name.title()):
            yield from same(f"headers[{spelt!r}]", headers[name], headers[spelt])
            yield from same(f"headers.get({spelt!r})", headers[name], headers.get(spelt))
            yield from same(f"{spelt!r} in headers", True, spelt in headers)
    yield from same("headers.get(absent)", "no", headers.get("X-Not-There", "no"))
    yield from same("absent in headers", False, "X-Not-There" in headers)


@CHECKS.of("HDR-016")
def _one_field_at_a_time(native: Any) -> Iterator[Finding]:
    headers = unireq.from_native(native).headers
    read = unireq.from_native(native)
    _ = read.headers
    for name in (*headers, *_ABSENT):
        for spelt in (name, name.upper()):
            single = unireq.from_native(native)
            expected = headers.get(spelt, "no")
            yield from same(f"get_header({spelt!r})", expected, single.get_header(spelt, "no"))
    for spelt, right in _MISSPELT.items():
        yield from same(f"headers.get({spelt!r})", None, headers.get(spelt))
        kind = ValueError if isinstance(spelt, str) else TypeError
        # Before and after the headers are there.
        for request in (unireq.from_native(native), read):
            act = partial(request.get_header, spelt)
            yield from raises(f"get_header({spelt!r})", kind, act, repr(right))


@CHECKS.of("HDR-018")
def _no_field_poses(native: Any) -> Iterator[Finding]:
    names = ("content-type", "content-length")
    before = [unireq.from_native(native).headers.get(name) for name in names]
    # As from a server that does not refuse Content_Type.
    with told(native, {}, {"HTTP_CONTENT_TYPE": "text/evil", "HTTP_CONTENT_LENGTH": "5"}):
        headers = unireq.from_native(native).headers
    for name, value in zip(names, before, strict=True):
        yield from same(f"headers[{name!r}] beside an HTTP_* key", value, headers.get(name))


@CHECKS.of("CKE-001")
def _cookies_are_a_dict(native: Any) -> Iterator[Finding]:
    yield from real_dict("cookies", unireq.from_native(native).cookies)


@CHECKS.of("QRY-001")
def _query_is_a_dict(native: Any) -> Iterator[Finding]:
    yield from real_dict("query_params", unireq.from_native(native).query_params)
