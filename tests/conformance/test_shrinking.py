"""What is drawn shrinks to the smallest that shows a thing: what a person would have written."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from unireq_conformance.content import Framing
from unireq_conformance.forms import Form
from unireq_conformance.model import AbstractRequest, Parameter, Piece
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


PARTS: list[Any] = [
    pytest.param(header_names(), len, lambda name: name, "Accept", id="a name"),
    pytest.param(
        header_names(), lambda name: "~" in name, lambda name: name, "X-~", id="an odd token"
    ),
    pytest.param(
        header_names(), lambda name: len(name) > 21, lambda name: name, "X-" + "n" * 20, id="long"
    ),
    pytest.param(header_values(), lambda _: True, bytes, b"", id="a value"),
    pytest.param(header_values(), lambda value: b'"' in value, bytes, b'"', id="a quote"),
    pytest.param(header_values(), lambda value: max(value, default=0) > 0x7F, bytes, b"\x80",
                 id="obs-text"),
    pytest.param(header_values(), lambda value: len(value) > 100, bytes, b"v" * 200,
                 id="a long value"),
    pytest.param(
        targets(),
        lambda drawn: any(piece.kind == "invalid" for piece in drawn[0]),
        lambda drawn: AbstractRequest(path=drawn[0], slashes=drawn[1]).sent_path,
        b"/%FF",
        id="an byte of a path that is no UTF-8",
    ),
    pytest.param(
        targets(),
        lambda drawn: any(piece.octets == b".." for piece in drawn[0]),
        lambda drawn: AbstractRequest(path=drawn[0], slashes=drawn[1]).sent_path,
        b"/..",
        id="a dot segment",
    ),
    pytest.param(queries(), lambda _: True, sent, None, id="a query"),
    pytest.param(
        queries(),
        lambda drawn: any(p.octets == b"+" for each in drawn or () for p in each.value or ()),
        sent,
        b"a=+",
        id="a plus",
    ),
    pytest.param(
        cookie_headers(),
        lambda drawn: len([c for c in drawn if c.name == "a"]) > 1,
        lambda drawn: [cookie.octets for cookie in drawn],
        [b" a=", b" a="],
        id="a repeated cookie",
    ),
    pytest.param(
        header_fields(),
        lambda drawn: len({line.name.lower() for line in drawn}) < len(drawn),
        lambda drawn: [(line.name, line.value) for line in drawn],
        [("Accept", b""), ("Accept", b"")],
        id="a repeated field",
    ),
    pytest.param(bodies(), lambda data: b"\xff" in data, bytes, b"\xff", id="an octet"),
    pytest.param(bodies(), lambda data: len(data) > 99, len, 1000, id="a large body"),
    pytest.param(
        chunkings(), lambda drawn: b'"' in drawn.extension, lambda drawn: drawn,
        Framing(chunks=(65536,), extension=b';a="b c"'), id="an extension",
    ),
    pytest.param(
        json_texts(), lambda drawn: isinstance(drawn[1], dict) and drawn[1],
        lambda drawn: drawn[0], b'{"a":0}', id="an object",
    ),
    pytest.param(
        json_texts(), lambda drawn: 10**40 in drawn[1] if isinstance(drawn[1], list) else False,
        lambda drawn: drawn[0], b"[1" + b"0" * 40 + b"]", id="a large integer",
    ),
    pytest.param(
        urlencoded_forms(),
        lambda drawn: any(p.octets == b"%26" for each in drawn for p in each.name),
        sent, b"%26=", id="an escaped separator",
    ),
    pytest.param(
        multipart_forms(),
        lambda drawn: any(b"filename=" in part.header for part in drawn.parts),
        lambda drawn: drawn.octets,
        b'--edge\r\nContent-Disposition: form-data; name="a"; filename="cat.png"\r\n\r\n\r\n'
        b"--edge--\r\n",
        id="a file",
    ),
    pytest.param(
        set_cookies(), lambda drawn: "Secure" in drawn.line, lambda drawn: drawn.line,
        "a=; Secure; SameSite=None", id="a secure cookie",
    ),
    pytest.param(
        set_cookies(), lambda drawn: "\\073" in drawn.line, lambda drawn: drawn.line,
        'a="\\073"', id="a semicolon in a cookie",
    ),
    pytest.param(
        responses(), lambda drawn: drawn.status >= 400,
        lambda drawn: (drawn.status, drawn.fields, drawn.content),
        (400, (), b""), id="a status",
    ),
    pytest.param(
        responses(), lambda drawn: len(drawn.values.get("vary", ())) > 1,
        lambda drawn: drawn.fields, (("vary", ""), ("vary", "")), id="a repeated field",
    ),
]  # fmt: skip


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


def test_what_is_found_is_what_was_looked_for() -> None:
    assert isinstance(smallest(multipart_forms(), lambda form: len(form.parts) > 2), Form)
    assert smallest(targets(), lambda drawn: drawn[1] > 2) == ((), 3)
    assert Piece("é", b"%C3%A9", "escape") in smallest(
        targets(), lambda drawn: any(p.octets == b"%C3%A9" for p in drawn[0])
    )[0]  # fmt: skip
