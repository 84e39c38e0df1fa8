"""The mappings: headers, cookies and query parameters as dicts (HDR, CKE, QRY)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import unireq
from unireq_conformance.inside.findings import Checks, Finding, real_dict, same

__all__ = ["CHECKS"]

CHECKS = Checks()

_ABSENT = ("x-not-there", "content-length", "transfer-encoding", "trailer", "x_not", "x y", "")


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
    for name in (*headers, *_ABSENT):
        for spelt in (name, name.upper()):
            single = unireq.from_native(native)
            expected = headers.get(spelt, "no")
            yield from same(f"get_header({spelt!r})", expected, single.get_header(spelt, "no"))


@CHECKS.of("CKE-001")
def _cookies_are_a_dict(native: Any) -> Iterator[Finding]:
    yield from real_dict("cookies", unireq.from_native(native).cookies)


@CHECKS.of("QRY-001")
def _query_is_a_dict(native: Any) -> Iterator[Finding]:
    yield from real_dict("query_params", unireq.from_native(native).query_params)
