"""What is called wrongly says what it expected, and what it got; what logs show."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

import unireq
from unireq import ResponseHead, _detect, middleware
from unireq._layers.head import _SentFields

REQUEST: Any = unireq.Request("GET", "/", headers={"host": "h"})
SENT = ResponseHead(200, _SentFields([("a", "b")]))
ANY: Any = unireq


def named(request: unireq.Request) -> str:
    return request.method


MISUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: ANY.MediaType(b"a/b"), TypeError, "MediaType: expected a str, got bytes"),
    (lambda: ANY.MediaType("text"), ValueError, "got another text, of 4 characters"),
    (lambda: ANY.Authorization(b"a"), TypeError, "Authorization: expected a str, got bytes"),
    (lambda: REQUEST.preferred_type(b"a/b"), TypeError, "preferred_type: .* are str, got bytes"),
    (lambda: REQUEST.preferred_type("text/*"), ValueError, "without wildcards, got"),
    (lambda: REQUEST.preferred_language(1), TypeError, "preferred_language: .* are str, got int"),
    (lambda: REQUEST.preferred_language("*"), ValueError, "expected language tags such as 'de'"),
    (lambda: REQUEST.url.join(b"/a"), TypeError, "join: expected a str, got bytes"),
    (lambda: REQUEST.read(limits=5), TypeError, "limits: expected unireq.Limits or None, got int"),
    (lambda: SENT.replace("a"), TypeError, "replace: expected a unireq.Response, got str"),  # type: ignore[arg-type]
    (lambda: SENT.set_header("a", "c"), RuntimeError, "header field"),
    (lambda: SENT.replace(unireq.Response("a")), RuntimeError, "replace"),
    (
        lambda: _detect._protocol_adapter("no-such-protocol"),
        unireq.UnknownNative,
        "expected unireq's own adapter 'no-such-protocol', got none installed",
    ),
]


@pytest.mark.parametrize(("call", "kind", "said"), MISUSED)
def test_misuse_is_told(call: Callable[[], Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        call()


def test_what_logs_show() -> None:
    head = ResponseHead(204, [("a", "b"), ("a", "c"), ("d", "e")])
    assert repr(head) == "<ResponseHead 204 (a, d)>"
    assert repr(unireq.MediaType("text/html")) == "MediaType('text/html')"
    assert repr(unireq.MediaType("text/html; a=b").parameters) == "Parameters({'a': 'b'})"
    layer: Any = middleware(named)
    assert layer(REQUEST) == "GET"
    assert repr(layer) == f"<unireq.middleware {__name__}.named>"
    assert middleware(functools.partial(named)).name == f"{__name__}.named"
    assert middleware(dict).name == "builtins.dict"  # it has no signature
