"""What is drawn shrinks to the smallest that shows a thing: what a person would have written."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter, itemgetter
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from unireq_conformance.content import Framing
from unireq_conformance.model import AbstractRequest, Parameter
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

T = TypeVar("T")


def smallest(strategy: st.SearchStrategy[T], which: Callable[[T], object]) -> T:
    quietly = settings(
        max_examples=2000,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    return find(
        strategy,
        lambda drawn: bool(which(drawn)),
        settings=quietly,
        random=Random(1),  # noqa: S311
    )


def sent(parameters: tuple[Parameter, ...] | None) -> bytes | None:
    return AbstractRequest(query=parameters).sent_query


def path(drawn: Any) -> bytes:
    return AbstractRequest(path=drawn[0], slashes=drawn[1]).sent_path


text, octets, line = itemgetter(0), attrgetter("octets"), attrgetter("line")
fields, whole = attrgetter("fields"), attrgetter("status", "fields", "content")


def as_it_is(drawn: Any) -> Any:
    return drawn


def has_plus(query: Any) -> bool:
    return any(p.octets == b"+" for each in query or () for p in each.value or ())


FILE = (
    b'--edge\r\nContent-Disposition: form-data; name="a"; filename="cat.png"\r\n\r\n'
    b"\r\n--edge--\r\n"
)
BIG = b"[1" + b"0" * 40 + b"]"
EXTENDED = Framing(chunks=(65536,), extension=b';a="b c"')
PARTS: list[tuple[Any, ...]] = [
    (header_names(), len, as_it_is, "Accept"),
    (header_names(), lambda name: "~" in name, as_it_is, "X-~"),
    (header_names(), lambda name: len(name) > 21, as_it_is, "X-" + "n" * 20),
    (header_values(), lambda _: True, bytes, b""),
    (header_values(), lambda value: b'"' in value, bytes, b'"'),
    (header_values(), lambda value: max(value, default=0) > 0x7F, bytes, b"\x80"),
    (header_values(), lambda value: len(value) > 100, bytes, b"v" * 200),
    (targets(), lambda drawn: any(p.kind == "invalid" for p in drawn[0]), path, b"/%FF"),
    (targets(), lambda drawn: any(p.octets == b".." for p in drawn[0]), path, b"/.."),
    (targets(), lambda drawn: drawn[1] > 2, as_it_is, ((), 3)),
    (queries(), lambda _: True, sent, None),
    (
        queries(),
        has_plus,
        sent,
        b"a=+",
    ),
    (
        cookie_headers(),
        lambda drawn: len([c for c in drawn if c.name == "a"]) > 1,
        lambda drawn: [cookie.octets for cookie in drawn],
        [b" a=", b" a="],
    ),
    (
        header_fields(),
        lambda drawn: len({line.name.lower() for line in drawn}) < len(drawn),
        lambda drawn: [(line.name, line.value) for line in drawn],
        [("Accept", b""), ("Accept", b"")],
    ),
    (bodies(), lambda data: b"\xff" in data, bytes, b"\xff"),
    (bodies(), lambda data: len(data) > 99, len, 1000),
    (chunkings(), lambda drawn: b'"' in drawn.extension, as_it_is, EXTENDED),
    (
        json_texts(),
        lambda d: isinstance(d[1], dict) and d[1],
        itemgetter(0),
        b'{"a":0}',
    ),
    (
        json_texts(),
        lambda d: isinstance(d[1], list) and 10**40 in d[1],
        itemgetter(0),
        BIG,
    ),
    (
        urlencoded_forms(),
        lambda f: any(p.octets == b"%26" for e in f for p in e.name),
        sent,
        b"%26=",
    ),
    (
        multipart_forms(),
        lambda f: any(b"filename=" in p.header for p in f.parts),
        attrgetter("octets"),
        FILE,
    ),
    (set_cookies(), lambda c: "Secure" in c.line, line, "a=; Secure; SameSite=None"),
    (set_cookies(), lambda c: "\\073" in c.line, line, 'a="\\073"'),
    (
        responses(),
        lambda r: r.status >= 400,
        attrgetter("status", "fields", "content"),
        (400, (), b""),
    ),
    (
        responses(),
        lambda r: len(r.values.get("vary", ())) > 1,
        attrgetter("fields"),
        (("vary", ""),) * 2,
    ),
]


@pytest.mark.parametrize(("strategy", "which", "shown", "expected"), PARTS)
def test_the_smallest(
    strategy: st.SearchStrategy[Any],
    which: Callable[[Any], object],
    shown: Callable[[Any], object],
    expected: object,
) -> None:
    assert shown(smallest(strategy, which)) == expected


PLAIN = b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"


def test_the_smallest_request() -> None:
    assert smallest(requests(), lambda _: True).render() == PLAIN


@pytest.mark.parametrize(
    ("feature", "lines"),
    [
        ("obs-text", PLAIN + b"Accept: \r\nAccept: \x80"),
        ("repeats", PLAIN + b"Accept: \r\nAccept: "),
        ("invalid-escape", PLAIN.replace(b" / ", b" /%FF ")),
    ],
)
def test_a_request_shrinks_to_what_matters(feature: str, lines: bytes) -> None:
    found = smallest(requests(), lambda request: feature in request.features)
    # Of as many fields Hypothesis may leave some: when it stops depends on what it began with.
    assert {*found.render().lower().split(b"\r\n")} <= {*lines.lower().split(b"\r\n")}
    assert len(found.fields) < 10
