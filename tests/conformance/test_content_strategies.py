"""Every kind of content is drawn soon too: within a hundred draws, the same ones every time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import strategies as st

from support.drawing import Kinds, undrawn
from unireq_conformance.content import Framing
from unireq_conformance.forms import Form, Part
from unireq_conformance.model import Parameter, Piece
from unireq_conformance.strategies import (
    bodies,
    chunkings,
    json_texts,
    multipart_forms,
    urlencoded_forms,
)

Json = tuple[bytes, Any]

BODIES: Kinds[bytes] = {
    "none": lambda data: not data,
    "text": lambda data: data.isalpha(),
    "NUL": lambda data: b"\0" in data,
    "octets above 0x7F": lambda data: any(octet > 0x7F for octet in data),
    "what looks like a chunk": lambda data: b"5\r\nhello\r\n" in data,
    "what looks like the last chunk": lambda data: b"0\r\n\r\n" in data,
    "what looks like another request": lambda data: b" HTTP/1.1\r\n\r\n" in data,
    "thousands of octets": lambda data: len(data) > 1000,
}
CHUNKINGS: Kinds[Framing] = {
    "one chunk": lambda drawn: drawn.chunks == (65536,),
    "a chunk of one octet": lambda drawn: 1 in (drawn.chunks or ()),
    "chunks of several sizes": lambda drawn: len(set(drawn.chunks or ())) > 2,
    "a chunk of hundreds": lambda drawn: any(99 < size < 1000 for size in drawn.chunks or ()),
    "no extension": lambda drawn: not drawn.extension,
    "an extension": lambda drawn: drawn.extension == b";a=b",
    "an extension without a value": lambda drawn: drawn.extension == b";a",
    "an extension in quotes": lambda drawn: b'"' in drawn.extension,
    "one write": lambda drawn: not drawn.writes,
    "a write of one octet": lambda drawn: 1 in drawn.writes,
}


def values(drawn: Json) -> Iterable[Any]:
    def walk(value: Any) -> Iterable[Any]:
        yield value
        if isinstance(value, dict):
            value = [*value, *value.values()]
        if isinstance(value, list):
            for member in value:
                yield from walk(member)

    return walk(drawn[1])


def valued(predicate: Callable[[Any], bool]) -> Callable[[Json], bool]:
    return lambda drawn: any(map(predicate, values(drawn)))


def written(pattern: bytes) -> Callable[[Json], bool]:
    return lambda drawn: re.search(pattern, drawn[0]) is not None


JSON: Kinds[Json] = {
    "null": valued(lambda value: value is None),
    "true": valued(lambda value: value is True),
    "false": valued(lambda value: value is False),
    "an integer": valued(lambda value: type(value) is int),
    "-0": written(rb"-0(?![.0-9])"),
    "an integer that no double holds": valued(lambda value: value == 9007199254740993),
    "an integer of 41 digits": valued(lambda value: value == 10**40),
    "a number with a fraction": valued(lambda value: type(value) is float),
    "an exponent": written(rb"[0-9][eE]"),
    "the largest double": written(rb"e308"),
    "the smallest double": written(rb"e-324"),
    "an empty string": written(rb'""'),
    "an escape": written(rb'\\[n"\\/]'),
    "an escaped NUL": valued(lambda value: isinstance(value, str) and "\0" in value),
    "an escape in upper case": written(rb"\\u00E9"),
    "an escape in lower case": written(rb"\\u00e9"),
    "a pair of surrogates": written(rb"\\ud83d\\ude00"),
    "UTF-8": written(rb"[\xc3\xf0]"),
    "a separator in a string": valued(lambda value: isinstance(value, str) and "," in value),
    "an empty array": valued(lambda value: value == []),
    "an array of several": valued(lambda value: isinstance(value, list) and len(value) > 1),
    "an empty object": valued(lambda value: value == {}),
    "an object of several": valued(lambda value: isinstance(value, dict) and len(value) > 1),
    "a repeated name": written(rb'\{[^{}]*("[ab]")[^{}]*\1[ \r\n\t]*:'),
    "one within another": valued(
        lambda value: isinstance(value, list) and any(isinstance(m, (list, dict)) for m in value)
    ),
    "white space before": written(rb"\A[ \r\n\t]"),
    "white space after": written(rb"[ \r\n\t]\Z"),
}

Parameters = tuple[Parameter, ...]


def pieces(drawn: Parameters) -> list[Piece]:
    return [piece for each in drawn for piece in (*each.name, *(each.value or ()))]


def sent(*octets: bytes) -> Callable[[Parameters], bool]:
    return lambda drawn: any(piece.octets in octets for piece in pieces(drawn))


def of_kind(kind: str, *octets: bytes) -> Callable[[Parameters], bool]:
    return lambda drawn: any(
        piece.kind == kind and any(each in piece.octets for each in octets)
        for piece in pieces(drawn)
    )


URLENCODED: Kinds[Parameters] = {
    "no pairs": lambda drawn: not drawn,
    "a repeated name": lambda drawn: (
        len({each.name for each in drawn if each.name}) < len([e for e in drawn if e.name])
    ),
    "a name without a value": lambda drawn: any(e.name and e.value is None for e in drawn),
    "a value without a name": lambda drawn: any(e.value and not e.name for e in drawn),
    "an empty value": lambda drawn: any(e.name and e.value == () for e in drawn),
    "nothing between two &": lambda drawn: any(not e.name and e.value is None for e in drawn),
    "+": sent(b"+"),
    "%20": sent(b"%20"),
    "an escaped separator": sent(b"%26", b"%3d", b"%2B", b"%25"),
    "escaped UTF-8": of_kind("escape", b"%C3"),
    "UTF-8 as it is": of_kind("raw", b"\xc3"),
    "four bytes of UTF-8": of_kind("raw", b"\xf0"),
    "a byte order mark": sent(b"%EF%BB%BF"),
    "an byte that is no UTF-8": of_kind("invalid", b"\xff"),
    "an escape of no UTF-8": of_kind("invalid", b"%FF"),
    "UTF-8 that ends too early": of_kind("invalid", b"\xe2"),
    "an escape that is none": of_kind("broken", b"%"),
    "CR or LF": sent(b"\r", b"\n"),
    "NUL": sent(b"\0"),
    ";": sent(b";"),
}


def part(predicate: Callable[[Part], bool]) -> Callable[[Form], bool]:
    return lambda drawn: any(map(predicate, drawn.parts))


def is_file(one: Part) -> bool:
    return b"; filename=" in one.header


def is_text(one: Part) -> bool:
    return not is_file(one)


def header(pattern: bytes) -> Callable[[Form], bool]:
    return part(lambda one: re.search(pattern, one.header) is not None)


def content(octets: bytes) -> Callable[[Form], bool]:
    return part(lambda one: is_file(one) and octets in one.data)


MULTIPART: Kinds[Form] = {
    "no parts": lambda drawn: not drawn.parts,
    "several parts": lambda drawn: len(drawn.parts) > 2,
    "a text": part(is_text),
    "a file": part(is_file),
    "a text behind a file": lambda drawn: any(
        is_file(one) and is_text(other)
        for one, other in zip(drawn.parts, drawn.parts[1:], strict=False)
    ),
    "a repeated name": lambda drawn: (
        len({name for name, _ in drawn.meaning}) < len([name for name, _ in drawn.meaning])
    ),
    "an empty name": header(rb'name=""'),
    "an empty text": part(lambda one: is_text(one) and not one.data),
    "a text that is no UTF-8": part(lambda one: is_text(one) and b"\xff" in one.data),
    "a text in UTF-8": part(lambda one: is_text(one) and b"\xc3" in one.data),
    "a text of several lines": part(lambda one: is_text(one) and b"\r\n" in one.data),
    "an empty file": part(lambda one: is_file(one) and not one.data),
    "a file that ends with CRLF": part(lambda one: is_file(one) and one.data.endswith(b"\r\n")),
    "a file of bytes that are no text": part(
        lambda one: is_file(one) and "\ufffd" in one.data.decode(errors="replace")
    ),
    "the beginning of a boundary": content(b"\r\n--"),
    "a header in a file": content(b"Content-Disposition"),
    "%22": header(rb"[^e]name=\"[^\r]*%22"),
    "an escaped quote": header(rb'\\"'),
    "an escaped backslash": header(rb"\\\\"),
    "a backslash that escapes nothing": header(rb"\\x"),
    "an escaped line break": header(rb"%0D%0A"),
    "an escape of a letter": header(rb"%41"),
    "a name in UTF-8": header(rb"; name=\"[^\"]*[\xc3\xe6]"),
    "a name that is no UTF-8": header(rb"; name=\"[^\"]*\xff"),
    "a separator in a name": header(rb"; name=\"[^\"]*[;=]"),
    "a file name in UTF-8": header(rb"filename=\"\xc3"),
    "a file name that is no UTF-8": header(rb"filename=\"\xff"),
    "a path as a file name": header(rb"filename=\"\.\./"),
    "a Windows path": header(rb"filename=\"C:"),
    "a device": header(rb"filename=\"NUL"),
    "a file name that nothing is left of": header(rb"filename=\"\.\.\""),
    "a media type": header(rb"Content-Type: image/png"),
    "a media type of a text": part(lambda one: is_text(one) and b"Content-Type" in one.header),
    "an unknown field": header(rb"X-Any"),
    "a CRLF before the first boundary": lambda drawn: bool(drawn.before),
    "nothing after the last boundary": lambda drawn: not drawn.after,
    "white space after the last boundary": lambda drawn: b" " in drawn.after,
    "the longest boundary": lambda drawn: len(drawn.boundary) == 70,
    "a boundary of odd characters": lambda drawn: b"?" in drawn.boundary,
}

EVERY: dict[str, tuple[st.SearchStrategy[Any], Kinds[Any]]] = {
    "bodies": (bodies(), BODIES),
    "chunkings": (chunkings(), CHUNKINGS),
    "JSON texts": (json_texts(), JSON),
    "urlencoded forms": (urlencoded_forms(), URLENCODED),
    "multipart forms": (multipart_forms(), MULTIPART),
}


@pytest.mark.parametrize("what", EVERY)
def test_within_a_hundred_there_is_each_kind(what: str) -> None:
    assert undrawn(*EVERY[what]) == []
