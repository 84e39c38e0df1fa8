"""Mutants of JSON (JSN)."""

from __future__ import annotations

import json
import re
from typing import Any

import unireq
from mutants.lenient import SoundASGI
from mutants.mutant import breaks, changed
from unireq._body import json as json_body
from unireq._body.reading import BodyReader

_parse = json_body.parse_json
_MARK = b"\xef\xbb\xbf"


@breaks("JSN-001", "JSN-006", "RSP-033", of=_parse)
def whole_floats(data: bytes, depth: int | None) -> Any:
    """A number without digits behind its point is an int."""

    def whole(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: whole(each) for name, each in value.items()}
        if isinstance(value, list):
            return [whole(each) for each in value]
        return int(value) if isinstance(value, float) and value.is_integer() else value

    return whole(_parse(data, depth))


@breaks("JSN-002", "JSN-003", of=_parse)
def any_unicode(data: bytes, depth: int | None) -> Any:
    """JSON is in any encoding of Unicode."""
    codec = json.detect_encoding(data)
    return _parse(data if codec.startswith("utf-8") else data.decode(codec).encode(), depth)


@breaks("JSN-002", of=_parse)
def mark_is_no_json(data: bytes, depth: int | None) -> Any:
    """A byte order mark is no JSON."""
    if data.startswith(_MARK):
        raise unireq.MalformedBody("a mark")
    return _parse(data, depth)


@breaks("JSN-002", of=_parse)
def mended_octets(data: bytes, depth: int | None) -> Any:
    """What is not UTF-8 is U+FFFD."""
    return _parse(data.decode("utf-8", "replace").encode(), depth)


@breaks("JSN-001", "JSN-003", of=_parse)
def trailing_commas(data: bytes, depth: int | None) -> Any:
    """A comma may end an array or an object."""
    return _parse(re.sub(rb",(\s*[\]}])", rb"\1", data), depth)


@breaks("JSN-003", of=_parse)
def first_of_several(data: bytes, depth: int | None) -> Any:
    """What stands behind the value does not matter."""
    try:
        return _parse(data, depth)
    except unireq.MalformedBody:
        try:
            value, end = json.JSONDecoder().raw_decode(data.decode())
        except (ValueError, RecursionError):
            value, end = None, 0
        if not 0 < end < len(data):
            raise
        return value


@breaks("BDY-003", "JSN-004", "RSP-034", of=_parse)
def empty_is_none(data: bytes, depth: int | None) -> Any:
    """An empty body is None, as in Sanic."""
    return _parse(data, depth) if data.strip() else None


@breaks("JSN-005", of=_parse)
def no_numbers(data: bytes, depth: int | None) -> Any:
    """NaN and Infinity are null."""
    return _parse(re.sub(rb"(?<![\w\"])(NaN|-?Infinity)", b"null", data), depth)


@breaks("JSN-006", of=_parse)
def largest_for_larger(data: bytes, depth: int | None) -> Any:
    """A number beyond a float is the largest float."""
    return _parse(re.sub(rb"(?<![\"\w.])-?1?[eE]?1[eE]\+?[4-9]\d\d", b"1.7e308", data), depth)


@breaks("JSN-001", "JSN-006", of=_parse)
def rounded_integers(data: bytes, depth: int | None) -> Any:
    """Integers are as exact as floats are."""

    def rounded(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: rounded(each) for name, each in value.items()}
        if isinstance(value, list):
            return [rounded(each) for each in value]
        return int(float(value)) if type(value) is int and abs(value) < 10**300 else value

    return rounded(_parse(data, depth))


class _First(dict[str, Any]):
    """An object of which the first value of each name counts."""


@breaks("JSN-007", of=_parse)
def first_name_wins(data: bytes, depth: int | None) -> Any:
    """Of a repeated name the first value counts."""
    _parse(data, depth)

    def firsts(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return dict(reversed(pairs))

    text = json.dumps(_parse(data, depth)).encode()
    try:
        value = json.loads(data.removeprefix(_MARK), object_pairs_hook=firsts)
    except ValueError:
        return _parse(text, depth)
    return value if "\\ud" not in data.decode().lower() else _parse(text, depth)


@breaks("JSN-008", of=_parse)
def any_depth(data: bytes, depth: int | None) -> Any:
    """The limit of depth is that of the interpreter."""
    return _parse(data, None)


@breaks("JSN-008", of=_parse)
def one_level_less(data: bytes, depth: int | None) -> Any:
    """The limit of depth is one less than it says."""
    return _parse(data, None if depth is None else depth - 1)


@breaks("JSN-008", of=_parse)
def brackets_in_strings(data: bytes, depth: int | None) -> Any:
    """All brackets count as depth."""
    if depth is not None and data.count(b"[") > depth:
        raise unireq.MalformedBody("too deep")
    return _parse(data, depth)


@breaks("JSN-009", of=_parse)
def lone_surrogates(data: bytes, depth: int | None) -> Any:
    """A lone surrogate stays one."""
    value = _parse(data, depth)
    lone = b"\\ud800" in data and b"\\\\ud800" not in data
    return json.loads(data) if lone else value


@breaks("BDY-012", "BDY-014", "BDY-017", "JSN-010")
class OnlyOfType(SoundASGI):
    """JSON is only what says that it is."""

    __slots__ = ()

    async def ajson(self, *, limits: unireq.Limits | None = None) -> Any:
        if "json" not in (self.get_header("content-type") or ""):
            raise unireq.MalformedBody("another type")
        return await super().ajson(limits=limits)


@breaks(
    "BDY-019",
    "BDY-003",
    "BDY-007",
    "BDY-008",
    "BDY-014",
    "BDY-018",
    "JSN-002",
    "JSN-003",
    "JSN-004",
    "JSN-005",
    "JSN-006",
    "JSN-008",
    "RSP-034",
    "RSP-035",
    of=(BodyReader, "_parsed"),
)
def never_malformed(self: Any, body: Any, limits: Any) -> Any:
    """What is no JSON is None."""
    try:
        return _parsed(self, body, limits)
    except unireq.MalformedBody:
        return None


_parsed = BodyReader._parsed

changed(
    "json_of_any_size",
    "JSON has no limit of its own.",
    (json_body, "check_json_size"),
    lambda size, limits: None,
    "BDY-018",
    "JSN-011",
)
changed(
    "malformed_is_too_large",
    "What is malformed has the status of what is too large.",
    (unireq.MalformedBody, "status"),
    413,
    "BDY-003",
    "BDY-007",
    "BDY-008",
    "BDY-014",
    "BDY-016",
    "BDY-018",
    "FRM-005",
    "FRM-006",
    "FRM-010",
    "FRM-014",
    "FRM-015",
    "FRM-016",
    "FRM-017",
    "FRM-018",
    "FRM-019",
    "FRM-020",
    "FRM-022",
    "FRM-023",
    "JSN-002",
    "JSN-003",
    "JSN-004",
    "JSN-005",
    "JSN-006",
    "JSN-008",
    "RSP-034",
    "RSP-035",
    "BDY-019",
)
