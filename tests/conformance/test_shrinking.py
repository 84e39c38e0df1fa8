"""What is drawn shrinks to the smallest that shows a thing: what a person would have written."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter, itemgetter
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from unireq_conformance.model import AbstractRequest, Parameter, octets_of
from unireq_conformance.strategies import (
    bodies,
    chunkings,
    cookie_headers,
    header_fields,
    header_names,
    header_values,
    json_texts,
    multipart_forms,
    queries,
    requests,
    responses,
    set_cookies,
    targets,
    urlencoded_forms,
)

QUIETLY = settings(
    max_examples=2000,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def sent(parameters: tuple[Parameter, ...] | None) -> bytes | None:
    return AbstractRequest(query=parameters).sent_query


def path(drawn: Any) -> bytes:
    return AbstractRequest(path=drawn[0], slashes=drawn[1]).sent_path


def octets(drawn: Any) -> list[bytes]:
    return [cookie.octets for cookie in drawn]


def names(drawn: Any) -> list[str]:
    return [line.name.lower() for line in drawn]


def lines(drawn: Any) -> list[tuple[str, bytes]]:
    return [(line.name, line.value) for line in drawn]


FILE = (
    b'--edge\r\nContent-Disposition: form-data; name="a"; filename="cat.png"\r\n\r\n'
    b"\r\n--edge--\r\n"
)
ERROR = (400, (), b"")
PLAIN = b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"
PARTS: list[tuple[Any, ...]] = [
    (header_names(), lambda name: "~" in name, str, "X-~"),
    (header_values(), lambda value: max(value, default=0) > 0x7F, bytes, b"\x80"),
    (targets(), lambda drawn: any(p.kind == "invalid" for p in drawn[0]), path, b"/%FF"),
    (queries(), lambda q: b"=+" in (sent(q) or b""), sent, b"=+"),
    (cookie_headers(), lambda drawn: len(drawn) > 1, octets, [b" a=", b" a="]),
    (header_fields(), lambda f: len({*names(f)}) < len(f), lines, [("Accept", b"")] * 2),
    (bodies(), lambda data: len(data) > 99, len, 1000),
    (chunkings(), lambda drawn: b'"' in drawn.extension, attrgetter("chunks"), (65536,)),
    (json_texts(), lambda d: isinstance(d[1], dict) and d[1], itemgetter(0), b'{"a":0}'),
    (urlencoded_forms(), lambda f: b"%26" in b"".join(octets_of(p.name) for p in f), sent, b"%26="),
    (multipart_forms(), lambda f: b"filename=" in f.octets, attrgetter("octets"), FILE),
    (set_cookies(), lambda c: "Secure" in c.line, attrgetter("line"), "a=; Secure; SameSite=None"),
    (responses(), lambda r: r.status >= 400, attrgetter("status", "fields", "content"), ERROR),
    (requests(), lambda _: True, AbstractRequest.render, PLAIN),
    (
        requests(),
        lambda r: "invalid-escape" in r.features,
        AbstractRequest.render,
        PLAIN.replace(b" / ", b" /%FF "),
    ),
]


@pytest.mark.parametrize(("strategy", "which", "shown", "expected"), PARTS)
def test_the_smallest(
    strategy: st.SearchStrategy[Any],
    which: Callable[[Any], object],
    shown: Callable[[Any], object],
    expected: object,
) -> None:
    found = find(
        strategy,
        lambda drawn: bool(which(drawn)),
        settings=QUIETLY,
        random=Random(1),  # noqa: S311
    )
    assert shown(found) == expected
