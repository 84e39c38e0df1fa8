"""Mutants of JSON (JSN)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import unireq
from mutants.lenient import SoundASGI
from mutants.mutant import breaks, mutant
from unireq._body import json as json_body
from unireq._body.json import parse_json
from unireq._body.reading import BodyReader

_MARK = b"\xef\xbb\xbf"
_NO_JSON = "JSN-002 JSN-003 JSN-004 JSN-005 JSN-006 JSN-008"


def _given(change: Callable[[bytes], bytes]) -> Callable[..., Any]:
    """Other bytes are parsed."""
    return lambda parse, data, depth: parse(change(data), depth)


def _each(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Each value that is no container is changed."""

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: changed(each) for name, each in value.items()}
        return [changed(each) for each in value] if isinstance(value, list) else change(value)

    return lambda parse, data, depth: changed(parse(data, depth))


mutant(
    "whole_floats", "A number without digits behind its point is an int.", "JSN-001 JSN-006 RSP-033"
).wraps(
    parse_json,
    _each(lambda value: int(value) if isinstance(value, float) and value.is_integer() else value),
)
mutant("rounded_integers", "Integers are as exact as floats are.", "JSN-001 JSN-006").wraps(
    parse_json,
    _each(
        lambda value: int(float(value)) if type(value) is int and abs(value) < 10**300 else value
    ),
)


def _in_utf8(data: bytes) -> bytes:
    codec = json.detect_encoding(data)
    return data if codec.startswith("utf-8") else data.decode(codec).encode()


mutant("any_unicode", "JSON is in any encoding of Unicode.", "JSN-002 JSN-003").wraps(
    parse_json, _given(_in_utf8)
)
mutant("mark_is_no_json", "A byte order mark is no JSON.", "JSN-002").wraps(
    parse_json, _given(lambda data: b"no JSON" if data.startswith(_MARK) else data)
)
mutant("mended_octets", "What is not UTF-8 is U+FFFD.", "JSN-002").wraps(
    parse_json, _given(lambda data: data.decode("utf-8", "replace").encode())
)
mutant("trailing_commas", "A comma may end an array or an object.", "JSN-001 JSN-003").wraps(
    parse_json, _given(lambda data: re.sub(rb",(\s*[\]}])", rb"\1", data))
)


@breaks("JSN-003", of=parse_json)
def first_of_several(data: bytes, depth: int | None) -> Any:
    """What stands behind the value does not matter."""
    try:
        return parse_json(data, depth)
    except unireq.MalformedBody:
        try:
            value, end = json.JSONDecoder().raw_decode(data.decode())
        except (ValueError, RecursionError):
            value, end = None, 0
        if not 0 < end < len(data):
            raise
        return value


mutant("empty_is_none", "An empty body is None, as in Sanic.", "BDY-003 JSN-004 RSP-034").wraps(
    parse_json, lambda parse, data, depth: parse(data, depth) if data.strip() else None
)
mutant("no_numbers", "NaN and Infinity are null.", "JSN-005").wraps(
    parse_json, _given(lambda data: re.sub(rb"(?<![\w\"])(NaN|-?Infinity)", b"null", data))
)
mutant("largest_for_larger", "A number beyond a float is the largest float.", "JSN-006").wraps(
    parse_json,
    _given(lambda data: re.sub(rb"(?<![\"\w.])-?1?[eE]?1[eE]\+?[4-9]\d\d", b"1.7e308", data)),
)


@breaks("JSN-007", of=parse_json)
def first_name_wins(data: bytes, depth: int | None) -> Any:
    """Of a repeated name the first value counts."""
    text = json.dumps(parse_json(data, depth)).encode()
    try:
        value = json.loads(
            data.removeprefix(_MARK), object_pairs_hook=lambda pairs: dict(reversed(pairs))
        )
    except ValueError:
        return parse_json(text, depth)
    return value if "\\ud" not in data.decode().lower() else parse_json(text, depth)


mutant("any_depth", "The limit of depth is that of the interpreter.", "JSN-008").wraps(
    parse_json, lambda parse, data, depth: parse(data, None)
)
mutant("one_level_less", "The limit of depth is one less than it says.", "JSN-008").wraps(
    parse_json, lambda parse, data, depth: parse(data, depth and depth - 1)
)
mutant("brackets_in_strings", "All brackets count as depth.", "JSN-008").wraps(
    parse_json,
    lambda parse, data, depth: parse(
        b"too deep" if depth is not None and data.count(b"[") > depth else data, depth
    ),
)
mutant("lone_surrogates", "A lone surrogate stays one.", "JSN-009").wraps(
    parse_json,
    lambda parse, data, depth: (
        json.loads(data) if b"\\ud800" in data and b"\\\\ud800" not in data else parse(data, depth)
    ),
)


@breaks("BDY-012 BDY-014 BDY-017 JSN-010")
class OnlyOfType(SoundASGI):
    """JSON is only what says that it is."""

    __slots__ = ()

    async def ajson(self, *, limits: unireq.Limits | None = None) -> Any:
        if "json" not in (self.get_header("content-type") or ""):
            raise unireq.MalformedBody("another type")
        return await super().ajson(limits=limits)


@breaks(
    "BDY-003 BDY-007 BDY-008 BDY-014 BDY-018 BDY-019 RSP-034 RSP-035",
    _NO_JSON,
    of=(BodyReader, "_parsed"),
)
def never_malformed(self: Any, body: Any, limits: Any) -> Any:
    """What is no JSON is None."""
    try:
        return _parsed(self, body, limits)
    except unireq.MalformedBody:
        return None


_parsed = BodyReader._parsed

mutant("json_of_any_size", "JSON has no limit of its own.", "BDY-018 JSN-011").puts(
    (json_body, "check_json_size"), lambda size, limits: None
)
mutant(
    "malformed_is_too_large",
    "What is malformed has the status of what is too large.",
    "BDY-003 BDY-007 BDY-008 BDY-014 BDY-016 BDY-018 BDY-019 FRM-005 FRM-006 FRM-010 FRM-014"
    " FRM-015 FRM-016 FRM-017 FRM-018 FRM-019 FRM-020 FRM-022 FRM-023 RSP-034 RSP-035"
    f" {_NO_JSON}",
).puts((unireq.MalformedBody, "status"), 413)
