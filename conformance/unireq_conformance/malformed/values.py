"""Malformed values of fields."""

from __future__ import annotations

from typing import Final

from unireq_conformance.malformed.message import Message, get

__all__ = ["VALUES"]

VALUES: Final = (
    Message(
        "nul-in-a-value",
        get(b"/", b"X-Foo: a\0b"),
        ({"headers.x-foo": "a b"},),
        "refuses",
        "RFC 9110 section 5.5",
    ),
    Message(
        "carriage-return-in-a-value",
        get(b"/", b"X-Foo: a\rb"),
        ({"headers.x-foo": "a b"},),
        "refuses",
        "RFC 9110 section 5.5",
    ),
    Message(
        "field-after-a-carriage-return",
        get(b"/", b"X-Foo: a\rX-Bar: b"),
        ({"headers.x-foo": "a X-Bar: b", "headers.x-bar": None},),
        "refuses",
        "RFC 9110 section 5.5",
    ),
    Message(
        "field-after-a-line-feed",
        get(b"/", b"X-Foo: a\nX-Bar: b"),
        (
            {"headers.x-foo": "a", "headers.x-bar": "b"},
            {"headers.x-foo": "a X-Bar: b", "headers.x-bar": None},
        ),
        "reads so",
        "2.2",
    ),
    Message(
        "controls-in-a-value",
        get(b"/", b"X-Foo: a\x01\x1f\x7fb"),
        ({"headers.x-foo": "a\x01\x1f\x7fb"},),
        "reads so",
        "RFC 9110 section 5.5",
    ),
    Message(
        "form-feeds-around-a-value",
        get(b"/", b"X-Foo: \x0ca\x0b\x1c"),
        ({"headers.x-foo": "\x0ca\x0b\x1c"},),
        "refuses",
        "RFC 9110 section 5.5",
    ),
    Message(
        "folded",
        get(b"/", b"X-Foo: a", b"  b", b"X-Bar: c"),
        (
            {"headers.x-foo": "a b", "headers.x-bar": "c"},
            {"headers.x-foo": "a  b", "headers.x-bar": "c"},
        ),
        "reads so",
        "5.2",
    ),
    Message(
        "folded-like-a-field",
        get(b"/", b"X-Foo: a", b" X-Bar: b"),
        ({"headers.x-foo": "a X-Bar: b", "headers.x-bar": None},),
        "reads so",
        "5.2",
    ),
)
