"""Mutants of JSON (JSN)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from mutants.mutant import mutants
from unireq import MalformedBody


def each(value: Any, change: Callable[[Any], Any]) -> Any:
    """`value` with another one in place of each that is no container."""
    if isinstance(value, dict):
        return {name: each(member, change) for name, member in value.items()}
    return [each(item, change) for item in value] if isinstance(value, list) else change(value)


def first_of(parse: Callable[..., Any], data: bytes, depth: int | None) -> Any:
    try:
        return parse(data, depth)
    except MalformedBody:
        try:
            value, end = json.JSONDecoder().raw_decode(data.decode())
        except (ValueError, RecursionError):
            value, end = None, 0
        if not 0 < end < len(data):
            raise
        return value


mutants(
    r"""
whole_floats: A number without digits behind its point is an int. [JSN-001,006 RSP-033]
  parse_json = lambda *given: each(was(*given), lambda value:
    int(value) if isinstance(value, float) and value.is_integer() else value)
rounded_integers: Integers are as exact as floats are. [JSN-001,006]
  parse_json = lambda *given: each(was(*given), lambda value:
    int(float(value)) if type(value) is int and abs(value) < 10**300 else value)
any_unicode: JSON is in any encoding of Unicode. [JSN-002,003]
  parse_json: data.decode("utf-8") => data.decode(json.detect_encoding(data))
mark_is_no_json: A byte order mark is no JSON. [JSN-002]
  parse_json: .removeprefix("\ufeff") =>
mended_octets: What is not UTF-8 is U+FFFD. [JSN-002]
  parse_json: data.decode("utf-8") => data.decode("utf-8", "replace")
trailing_commas: A comma may end an array or an object. [JSN-001,003]
  parse_json = lambda data, depth: was(re.sub(rb",(\s*[\]}])", rb"\1", data), depth)
first_of_several: What stands behind the value does not matter. [JSN-003]
  parse_json = lambda *given: first_of(was, *given)
empty_is_none: An empty body is None, as in Sanic. [BDY-003 JSN-004 RSP-034]
  parse_json = lambda data, depth: was(data, depth) if data.strip() else None
no_numbers: NaN and Infinity are null. [JSN-005]
  parse_json = lambda data, depth: was(
    re.sub(rb'(?<![\w"])(NaN|-?Infinity)', b"null", data), depth)
largest_for_larger: A number beyond a float is the largest float. [JSN-006]
  parse_json = lambda data, depth: was(re.sub(
    rb'(?<![\"\w.])-?1?[eE]?1[eE]\+?[4-9]\d\d', b"1.7e308", data), depth)
first_name_wins: Of a repeated name the first value counts. [JSN-007]
  parse_json: _DECODERS[careful, _may_be_large(data)]
    => json.JSONDecoder(object_pairs_hook=lambda pairs: dict(pairs[::-1]),
    parse_constant=_refuse_constant, parse_float=_finite_float).decode
any_depth: The limit of depth is that of the interpreter. [JSN-008]
  parse_json = lambda data, depth: was(data, None)
one_level_less: The limit of depth is one less than it says. [JSN-008]
  parse_json = lambda data, depth: was(data, depth and depth - 1)
brackets_in_strings: All brackets count as depth. [JSN-008]
  parse_json = lambda data, depth: was(
    b"too deep" if depth is not None and data.count(b"[") > depth else data, depth)
lone_surrogates: A lone surrogate stays one. [JSN-009]
  _without_halves = lambda text: None
OnlyOfType: JSON is only what says that it is. [BDY-012,014,017 JSN-010]
  adapter.ajson = lambda self, **given: was(self, **given) if (
    "json" in self.get_header("content-type", "")) else raises(MalformedBody("another type"))
never_malformed: What is no JSON is None. [NO_JSON BDY-003,007,008,014,018,019 RSP-034,035]
  BodyReader._parsed = lambda self, *given: caught(lambda: was(self, *given), MalformedBody)
json_of_any_size: JSON has no limit of its own. [BDY-018 JSN-011]
  check_json_size = lambda size, limits: None
malformed_is_too_large: What is malformed has the status of what is too large.
  [NO_JSON BDY-003,007,008,014,016,018,019 FRM-005,006,010,014..020,022,023 RSP-034,035]
  MalformedBody.status = 413
""",
    *(each, first_of),
    NO_JSON="JSN-002..006 JSN-008",
)
