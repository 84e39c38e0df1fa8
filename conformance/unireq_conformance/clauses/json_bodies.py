"""JSN: the clauses about JSON."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from unireq_conformance.clause import Rows
from unireq_conformance.clauses.contents import (
    CHUNKED,
    MALFORMED,
    TOO_LARGE,
    framings,
    of_content,
    post,
)
from unireq_conformance.content import Framing, json_value, octets
from unireq_conformance.content_strategies import json_texts
from unireq_conformance.model import AbstractRequest

_JSON = b"application/json"
_BOM = b"\xef\xbb\xbf"


def _value(data: bytes, value: object) -> AbstractRequest:
    return post(data, _JSON, ("json", json_value(value)))


def _refused(data: bytes, step: str = "json") -> AbstractRequest:
    return post(data, _JSON, (step, MALFORMED))


def _texts() -> st.SearchStrategy[AbstractRequest]:
    return st.builds(_framed, json_texts(), framings())


def _framed(drawn: tuple[bytes, Any], framing: Framing) -> AbstractRequest:
    data, value = drawn
    return post(data, _JSON, ("json", json_value(value)), framing=framing)


def _nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def _list(depth: int) -> object:
    value: object = []
    for _ in range(depth - 1):
        value = [value]
    return value


@of_content(
    "JSN-001 Values",
    "`json()` returns the value of the JSON text as Python has it: `dict`, `list`, `str`, `bool`,"
    " `None`, `int` for numbers without fraction and exponent, and `float` for other numbers. Any"
    " value may stand alone.",
    source="RFC 8259",
    strategy=_texts,
)
def _values() -> Rows:
    yield _value(b'{"a": [1, 1.0, true, null, "\\u00e9"]}', {"a": [1, 1.0, True, None, "é"]})
    yield _value(b" 1 ", 1)
    yield _value(b"9007199254740993", 9007199254740993)
    yield _value(b'["a,]", ",}"]', ["a,]", ",}"])
    yield _value(b'"\\ud83d\\ude00"', "😀")
    yield _value(b"[" + b"1," * 20_000 + b"1.5]", [*[1] * 20_000, 1.5])


@of_content(
    "JSN-002 Encoding",
    "The text is UTF-8, with or without a byte order mark. Any other encoding raises"
    " `MalformedBody`.",
    why="Sanic refuses the mark. Others guess UTF-16 and UTF-32, which no system exchanges.",
    source="RFC 8259 8.1",
)
def _encoding() -> Rows:
    yield _value(_BOM + '{"é": "😀"}'.encode(), {"é": "😀"})
    yield _value('"é"'.encode(), "é")
    for codec in ("utf-16", "utf-16-le", "utf-32"):
        yield _refused('{"a": "b"}'.encode(codec))
    yield _refused(_BOM + _BOM + b"1")
    yield _refused(b'"\xe9"')
    yield _refused(b'"\xed\xa0\x80"')
    yield _refused(b"1\xff")


@of_content(
    "JSN-003 Invalid JSON",
    "Anything but a JSON text raises `MalformedBody` (400). Nothing is repaired, and nothing after"
    " the value is ignored.",
    source="RFC 8259 2",
)
def _invalid_json() -> Rows:
    for data in (
        *(b"{", b"[", b'"', b"[1,]", b'{"a":1,}', b"{'a':1}", b"{a:1}", b"01", b"+1", b".5"),
        *(b"1.", b"1e", b"0x1", b"1_0", b"- 1", b"tru", b"True", b"undefined", b"1 2", b"{}{}"),
        *(b'"a\nb"', b'"\t"', b'"\\x41"', b'"\\u12"', b"//\n1", b"1 // a", b"[1 2]", b"\x0b1"),
        *(b"\xc2\xa01", b"a=1", b"1\x00", b'{"a"}', b"{1:2}", b"]", "\uff11".encode()),
    ):
        yield _refused(data)


@of_content(
    "JSN-004 No text",
    "An empty body is not a JSON text: it raises `MalformedBody`, and does not give `None`. The"
    " same holds for only white space, or only a byte order mark.",
    why="Sanic gives `None`.",
)
def _no_text() -> Rows:
    return (_refused(data) for data in (b"", b" ", b"\r\n", _BOM))


@of_content(
    "JSN-005 Not numbers",
    "`NaN`, `Infinity` and `-Infinity` raise `MalformedBody`.",
    why="Python's parser accepts them, and what it writes for them is not JSON.",
    source="RFC 8259 6",
)
def _not_numbers() -> Rows:
    for data in (b"NaN", b"Infinity", b"-Infinity", b'{"a": [NaN]}', b"[1, -Infinity]"):
        yield _refused(data)


@of_content(
    "JSN-006 Large numbers",
    "Integers are exact, up to 4,300 digits. A longer integer, or any other number too large for a"
    " float, raises `MalformedBody`. A number too small for a float is 0.",
    why="Python reads 1e400 as infinity, and takes quadratic time for long integers.",
    source="RFC 8259 6",
)
def _large_numbers() -> Rows:
    yield _value(b"9" * 40, 10**40 - 1)
    yield _value(b"[-" + b"9" * 400 + b"]", [1 - 10**400])
    yield _value(b"1" + b"0" * 4299, 10**4299)
    yield _value(b"-1" + b"0" * 4299, -(10**4299))
    yield _refused(b"1" * 4301)
    yield _refused(b'{"a": -' + b"1" * 4301 + b"}")
    yield _value(b"1.7e308", 1.7e308)
    yield _value(b"1e-400", 0.0)
    yield _value(b'"1e400 ' + b"1" * 4301 + b'"', "1e400 " + "1" * 4301)
    yield from map(_refused, (b"1e400", b"-1E+400", b"[1e999]", b"1" * 310 + b".0"))


@of_content(
    "JSN-007 Repeated names",
    "For a repeated name in an object, the last value counts.",
    source="RFC 8259 4",
)
def _repeated_names() -> Rows:
    yield _value(b'{"a": 1, "b": 2, "a": 3}', {"a": 3, "b": 2})
    yield _value(b'{"a": {"b": 1}, "a": {}}', {"a": {}})
    yield _value(b'{"\\u0061": 1, "a": 2}', {"a": 2})


@of_content(
    "JSN-008 Depth",
    "Arrays and objects nested more than `Limits.json_depth` deep (100 by default) raise"
    " `MalformedBody`, however deep. Brackets in strings do not count, and neither do siblings.",
    why="A recursive parser ends in a RecursionError, or crashes the process.",
)
def _depth() -> Rows:
    yield _value(_nested(100), _list(100))
    yield _refused(_nested(101))
    yield _refused(b'{"a":' * 101 + b"1" + b"}" * 101)
    yield _refused(_nested(100_000))
    yield _refused(b"[" * 100_000)
    yield _value(b"[" + b",".join([b"[]"] * 200) + b"]", [_list(1)] * 200)
    yield _value(b'"' + b"[" * 200 + b'\\""', "[" * 200 + '"')
    yield post(b"[[1]]", _JSON, ("json(json_depth=1)", MALFORMED), ("json", json_value([[1]])))
    yield post(b"[[1]]", _JSON, ("json(json_depth=2)", json_value([[1]])))


_LIMIT = 4 * 1024 * 1024


@of_content(
    "JSN-011 Size",
    "A JSON text of more than `Limits.json_size` bytes (4 MiB by default) raises `BodyTooLarge`"
    " (413), and can still be read as a body.",
    why="A parser holds the interpreter while it works, and makes objects many times the size of"
    " the text.",
    source="RFC 9110 15.5.14",
)
def _size() -> Rows:
    yield post(b"[1,2]", _JSON, ("json(json_size=5)", json_value([1, 2])))
    yield post(b"[1,2]", _JSON, ("json(json_size=4)", TOO_LARGE), ("json", json_value([1, 2])))
    steps = (("json(json_size=4)", TOO_LARGE), ("read", octets(b"[1,2]")))
    yield post(b"[1,2]", _JSON, *steps, framing=CHUNKED)
    yield _value(b"1" + b" " * (_LIMIT - 1), 1)
    yield post(b"1" + b" " * _LIMIT, _JSON, ("json", TOO_LARGE))


@of_content(
    "JSN-009 Lone surrogates",
    "An escaped surrogate without its other half becomes U+FFFD.",
    why="No encoding has lone surrogates, so text that contains one cannot be written.",
    source="RFC 8259 8.2",
)
def _lone_surrogates() -> Rows:
    for data, value in (
        (b'"\\ud800"', "\ufffd"),
        (b'"\\uDC00x"', "\ufffdx"),
        (b'"\\ud83d\\ud83d\\ude00"', "\ufffd😀"),
        (b'{"\\ude00": "\\\\ud800"}', {"\ufffd": "\\ud800"}),
    ):
        yield _value(data, value)


@of_content(
    "JSN-010 Any media type",
    "Content-Type does not matter: `json()` reads a body of any type.",
    why="Many clients send JSON as text, or without a type.",
)
def _any_media_type() -> Rows:
    for media_type in (
        None,
        b"text/plain",
        b"application/x-www-form-urlencoded",
        b"application/problem+json; charset=iso-8859-1",
        b"multipart/form-data",
        b"nonsense",
    ):
        yield post(b'{"a":"\xc3\xa9"}', media_type, ("json", json_value({"a": "é"})))
