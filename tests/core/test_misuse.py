"""What is called wrongly says what it expected, and what it got."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

import unireq
from unireq import ResponseHead, _detect, middleware
from unireq._layers.head import _SentFields

REQUEST = unireq.Request("GET", "/", headers={"host": "h"})
SENT = ResponseHead(200, _SentFields([("a", "b")]))


def named(request: unireq.Request) -> str:
    return request.method


MISUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "a media type of bytes": (
        lambda: unireq.MediaType(b"a/b"),  # type: ignore[arg-type]
        TypeError,
        "MediaType: expected a str, got bytes",
    ),
    "a media type that is none": (
        lambda: unireq.MediaType("text"),
        ValueError,
        "got another text, of 4 characters",
    ),
    "credentials of bytes": (
        lambda: unireq.Authorization(b"Basic a"),  # type: ignore[arg-type]
        TypeError,
        "Authorization: expected a str, got bytes",
    ),
    "an offer of no type": (
        lambda: REQUEST.preferred_type(b"a/b"),  # type: ignore[arg-type]
        TypeError,
        "preferred_type: expected offers that are str, got bytes",
    ),
    "an offer with a wildcard": (
        lambda: REQUEST.preferred_type("text/*"),
        ValueError,
        "without wildcards, got",
    ),
    "a language of no type": (
        lambda: REQUEST.preferred_language(1),  # type: ignore[arg-type]
        TypeError,
        "preferred_language: expected offers that are str, got int",
    ),
    "a language that is none": (
        lambda: REQUEST.preferred_language("*"),
        ValueError,
        "expected language tags such as 'de'",
    ),
    "a reference of bytes": (
        lambda: REQUEST.url.join(b"/a"),  # type: ignore[arg-type]
        TypeError,
        "join: expected a str, got bytes",
    ),
    "limits that are none": (
        lambda: REQUEST.read(limits=5),  # type: ignore[arg-type]
        TypeError,
        "limits: expected unireq.Limits or None, got int",
    ),
    "a replacement that is no response": (
        lambda: ResponseHead(200, []).replace("a"),  # type: ignore[arg-type]
        TypeError,
        "replace: expected a unireq.Response, got str",
    ),
    "a field behind the head": (
        lambda: SENT.set_header("a", "c"),
        RuntimeError,
        "header field",
    ),
    "a replacement behind the head": (
        lambda: SENT.replace(unireq.Response("a")),
        RuntimeError,
        "replace",
    ),
    "a protocol that nobody has": (
        lambda: _detect._protocol_adapter("no-such-protocol"),
        unireq.UnknownNative,
        "expected unireq's own adapter 'no-such-protocol', got none installed",
    ),
}


@pytest.mark.parametrize("case", MISUSED)
def test_misuse_is_told(case: str) -> None:
    call, kind, said = MISUSED[case]
    with pytest.raises(kind) as error:
        call()
    assert said in str(error.value)


def test_what_logs_show() -> None:
    assert repr(ResponseHead(204, [("a", "b"), ("a", "c"), ("d", "e")])) == (
        "<ResponseHead 204 (a, d)>"
    )
    assert repr(unireq.MediaType("text/html")) == "MediaType('text/html')"
    assert repr(unireq.MediaType("text/html; a=b").parameters) == "Parameters({'a': 'b'})"
    assert unireq.Authorization("Bearer abc").credentials == "abc"
    layer: Any = middleware(named)
    assert layer(REQUEST) == "GET"
    assert repr(layer) == f"<unireq.middleware {__name__}.named>"
    assert middleware(functools.partial(named)).name == f"{__name__}.named"


def test_a_layer_without_a_signature_is_taken_at_its_word() -> None:
    assert middleware(dict).name == "builtins.dict"
