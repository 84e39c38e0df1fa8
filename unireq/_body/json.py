"""JSON: parses a JSON text or refuses it with a clear error; and encodes a value.

The text is UTF-8, with or without a byte order mark; a repeated name has its last value. Refused
are NaN and Infinity, which Python's parser accepts but RFC 8259 does not allow, and three things
that RFC 8259 allows: a number beyond the range of a float, an integer of more than 4,300 digits,
and arrays and objects nested deeper than the limit. An escaped lone surrogate becomes U+FFFD, as
invalid text does everywhere: no valid text contains it (8.2).

Python's parser, written in C, holds the GIL while it runs, so our own checks must be cheap: they
search for suspicious bytes in one pass in C. Only if that finds something, each number is checked,
and lone surrogates are replaced in the text before it is parsed. The depth of nesting is checked in
the value.

Source: RFC 8259.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Iterable
from itertools import chain
from math import isinf
from operator import methodcaller
from typing import Any, NoReturn

from unireq._body.limits import Limits, limited_by
from unireq._errors import BodyTooLarge, MalformedBody

__all__ = ["check_json_size", "json_text", "parse_json"]

MOST_DIGITS = 4300
"""The longest integer that Python converts by default: conversion takes quadratic time."""

# Of a longer run of digits, every tenth byte gives a run of this length.
_STRIDE = 10
_RUN = b"0" * (MOST_DIGITS // _STRIDE)
_ALIKE = bytes(ord("0") if octet in b"0123456789" else octet for octet in range(256))

# Maps digits to 0 and the exponent's letter to e; keeps its sign; the rest becomes a space.
_CLASSES = bytes(
    ord("e") if octet in b"eE" else octet if octet in b"+0" else 32 for octet in _ALIKE
)
# A number without one of these is below 10 to the power of 99 plus its number of digits.
_LARGE = (b"0e000", b"0e+000")

# The beginnings of an escaped surrogate.
_SURROGATES = ("\\ud", "\\uD")
_ESCAPED = re.compile(r"\\u[dD]([89a-fA-F])[0-9a-fA-F]{2}")
_RARE = 500
"""If there is at most one in so many characters, checking each is faster."""

# Placeholders: for a backslash, for an escaped or escaping backslash, for a quotation mark, and for
# the question mark, which Python's codec writes for what it can't encode. If the text contains a
# placeholder already, it is not JSON: it is mapped to a quotation mark, which fails to parse.
_HIDDEN = {"\1": "\\", "\2": "\\", "\3": '"', "\4": "?"}
_HIDING = bytes.maketrans(b'\\"?\1\2\3\4', b'\1\3\4""""')
_ONE_STRING = json.JSONDecoder(strict=False)

# Any, so that type checkers don't narrow to a dict or list of unknown types.
_OBJECT: Any = dict
_ARRAY: Any = list
_VALUES = methodcaller("values")

_SHORT = 4096
"""Up to so many bytes, counting brackets is faster than walking the value."""

_SPARSE = 32
"""With fewer than one comma or bracket in so many bytes, checking each number is faster."""

# It matches an unclosed string too: retrying at each quote would take quadratic time.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)

_DEEP_STACK = 5000
"""A recursion limit above this may let the parser crash the process."""


def check_json_size(size: int | None, limits: Limits) -> None:
    """Raise if a JSON text of `size` bytes is over the limit; None is an unknown size.

    Raises:
        BodyTooLarge: It is over the limit.
    """
    if size is not None and limits.json_size is not None and size > limits.json_size:
        raise BodyTooLarge(
            f"JSON body: expected at most {limits.json_size} bytes, got more",
            limited_by("json_size"),
        )


def parse_json(data: bytes, depth: int | None) -> Any:
    """The value of the JSON text `data`.

    Args:
        data: The bytes of the text.
        depth: How deep arrays and objects may be nested; None for no limit.

    Raises:
        MalformedBody: It is not a JSON text; the message says where and why.
    """
    if not data:
        raise MalformedBody("JSON body: expected a value, got an empty body")
    try:
        # Decoded with the byte order mark, so that offsets are those of the body.
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise MalformedBody(
            f"JSON body: expected UTF-8 (RFC 8259 8.1), got the byte 0x{data[error.start]:02X}"
            f" at offset {error.start}; encode the text as UTF-8"
        ) from None
    if depth is not None and depth < sys.getrecursionlimit() > _DEEP_STACK:
        _check_depth(text, depth)
    careful = not _interpreter_counts() and _RUN in data[::_STRIDE].translate(_ALIKE)
    decode = _DECODERS[careful, _may_be_large(data)]
    if (mended := _without_halves(text)) is not None:
        try:
            value = _decoded(mended, decode, depth)
        except MalformedBody:
            value = _decoded(text, decode, depth)  # its error has positions in the original text
    else:
        value = _decoded(text, decode, depth)
    if depth is not None and (len(data) > _SHORT or data.count(b"[") + data.count(b"{") > depth):
        _check_nesting(value, depth)
    return value


def _may_be_large(data: bytes) -> bool:
    """Whether to check each number: one may be infinite, or finding out would take longer."""
    if len(data) < 200 and b"e" not in data and b"E" not in data:
        return False
    sample = data[::16]
    if (sample.count(b",") + sample.count(b"[")) * _SPARSE <= len(sample):
        return True
    classes = data.translate(_CLASSES)
    return any(large in classes for large in _LARGE) or b"0" * 10 in classes[::20]


def _decoded(text: str, decode: Callable[[str], Any], depth: int | None) -> Any:
    try:
        return decode(text)
    except json.JSONDecodeError as error:
        raise MalformedBody(
            f"JSON body: {error.msg} at line {error.lineno}, column {error.colno}"
            f" (character {error.pos}); expected a JSON text (RFC 8259)"
        ) from None
    except RecursionError:
        if depth is not None:
            _check_depth(text, depth)
        raise _too_deep_for_us() from None
    except MalformedBody:
        raise
    except ValueError as error:
        if decode is not (carefully := _DECODERS[True, True]):
            _decoded(text, carefully, depth)
        # The interpreter can be configured to accept only shorter integers.
        raise MalformedBody(
            "JSON body: expected integers with fewer digits, got one with more; send it as a"
            " string",
            f"the interpreter said: {error}",
        ) from None


def _too_deep_for_us() -> MalformedBody:
    return MalformedBody(
        "JSON body: expected fewer nested arrays and objects, got more",
        "the interpreter's stack can't hold them; lower Limits.json_depth",
    )


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedBody(f"JSON body: expected a JSON number (RFC 8259 6), got {name}")


def _bounded_int(digits: str) -> int:
    if (count := len(digits.lstrip("-"))) > MOST_DIGITS:
        raise MalformedBody(
            f"JSON body: expected integers of at most {MOST_DIGITS} digits,"
            f" got one of {count}; send it as a string"
        )
    return int(digits)


def _finite_float(digits: str) -> float:
    if isinf(value := float(digits)):
        raise MalformedBody(
            "JSON body: expected numbers within the range of a double, got one beyond it;"
            " send it as a string"
        )
    return value


# The keys: whether to check the length of integers, and the range of floats.
_DECODERS: dict[tuple[bool, bool], Callable[[str], Any]] = {
    (careful, finite): json.JSONDecoder(
        parse_constant=_refuse_constant,
        parse_int=_bounded_int if careful else None,
        parse_float=_finite_float if finite else None,
    ).decode
    for careful in (False, True)
    for finite in (False, True)
}


def _interpreter_counts() -> bool:
    """Whether the interpreter itself refuses longer integers."""
    most = getattr(sys, "get_int_max_str_digits", int)()
    return 0 < most <= MOST_DIGITS


def _without_halves(text: str) -> str | None:
    """The JSON text `text` with U+FFFD for each escaped lone surrogate.

    None if it has none, or if it is not a JSON text: then the parser reports the error in `text`.

    The parser itself tells lone surrogates from pairs: the part that contains them is parsed as one
    JSON string, in which only the escapes of surrogates are escapes. Other special characters are
    replaced meanwhile by placeholders: control characters that no JSON text contains.
    """
    if (begin := text.find("\\")) < 0:
        return None
    end = text.rfind("\\") + 6
    part = text[begin:end]
    hits = sum(map(part.count, _SURROGATES))
    if not hits:
        return None
    if hits * _RARE < len(part):
        pieces = _between_halves(part)
        return text[:begin] + "\ufffd".join(pieces) + text[end:] if len(pieces) > 1 else None
    octets = part.encode().translate(_HIDING).replace(b"\1\1", b"\2\2")
    octets = octets.replace(b"\1ud", b"\\ud").replace(b"\1uD", b"\\uD")
    try:
        read: str = _ONE_STRING.decode(f'"{octets.decode()}"')
    except json.JSONDecodeError:
        return None
    mended = read.encode("utf-8", "replace").decode().replace("?", "\ufffd")
    for hidden, shown in _HIDDEN.items():
        mended = mended.replace(hidden, shown)
    return text[:begin] + mended + text[end:]


def _between_halves(text: str) -> list[str]:
    """The pieces of `text` between escaped lone surrogates, which are searched one by one."""
    halves: list[int] = []
    begun = ended = 0  # start and end of the last escape of a high surrogate, if there is one
    looked = 0
    for match in _ESCAPED.finditer(text):
        start, end = match.span()
        before = text[looked:start]
        looked = end
        if (len(before) - len(before.rstrip("\\"))) % 2:
            continue  # the backslash is escaped itself
        if match[1] in "cdefCDEF" and ended == start > 0:
            ended = 0
            continue
        if ended:
            halves.append(begun)
        begun, ended = start, end
        if match[1] in "cdefCDEF":
            halves.append(start)
            ended = 0
    if ended:
        halves.append(begun)
    edges = [0, *(edge for start in halves for edge in (start, start + 6)), len(text)]
    return [text[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def _too_deep(depth: int | None) -> MalformedBody:
    return MalformedBody(
        f"JSON body: expected at most {depth} nested arrays and objects, got more",
        limited_by("json_depth"),
    )


def _check_depth(text: str, depth: int) -> None:
    """Check how deep arrays and objects are nested, in a text that may not be JSON.

    Raises:
        MalformedBody: They are nested deeper than `depth`.
    """
    level = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        if found[0] in "[{":
            level += 1
            if level > depth:
                raise _too_deep(depth)
        elif found[0] in "]}":
            level -= 1


def _check_nesting(value: Any, depth: int) -> None:
    """Like `_check_depth`, for a value: level by level, so without recursion.

    Values of repeated names that were replaced are not in the value, and do no harm.
    """
    held: Iterable[Any] = [value]
    for passed in range(depth + 1):
        # Empty ones have no inner level: they count only at the first level beyond the limit.
        nested = [
            each
            for each in held
            if (type(each) is _OBJECT or type(each) is _ARRAY) and (each or passed == depth)
        ]
        if not nested:
            return
        arrays = [each for each in nested if type(each) is _ARRAY]
        objects = [each for each in nested if type(each) is _OBJECT]
        held = chain(chain.from_iterable(arrays), chain.from_iterable(map(_VALUES, objects)))
    raise _too_deep(depth)


_DEEPEST = 400


def json_text(value: Any, default: Callable[[Any], Any] | None, where: str) -> str:
    """`value` as JSON in ASCII, with the standard library's encoder.

    Args:
        value: The value.
        default: Converts a value that JSON can't express into one that it can; None for an error.
        where: The beginning of error messages.

    Raises:
        TypeError: JSON can't express a value or a member's name; the message says where.
        ValueError: It contains NaN, an infinity or itself.
    """
    try:
        return json.dumps(value, default=default, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        # An error that `default` raised is passed on.
        wrong = None if _raised_elsewhere(error) else _wrong(value, default, "", ())
        if wrong is None:
            raise
        path, what = wrong
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(
            f"{where}: expected a value that JSON can express at {path}, got {what}"
        ) from None


def _raised_elsewhere(error: BaseException) -> bool:
    """Whether the error comes from `default`, and not from the encoder."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    name = "" if trace is None else trace.tb_frame.f_globals.get("__name__", "")
    return name not in {__name__, "json", "json.encoder"}


def _wrong(
    value: Any, default: Callable[[Any], Any] | None, path: str, around: tuple[int, ...]
) -> tuple[str, str] | None:
    """The path of the first part of `value` that JSON can't express, and what it is."""
    if value is None or isinstance(value, (str, int)):
        return None
    if isinstance(value, float):
        return None if math.isfinite(value) else (path or "its top", f"the number {value}")
    found: tuple[str, str] | None = None
    if id(value) in around or len(around) > _DEEPEST:
        what = "a circular reference" if id(value) in around else "too many nested values"
        return path if len(path) <= 80 else f"{path[:80]}...", what
    around = (*around, id(value))
    if isinstance(value, dict):
        for name, member in value.items():  # pyright: ignore[reportUnknownVariableType]
            inner = f"{path}[{_shown(name)}]"  # pyright: ignore[reportUnknownArgumentType]
            if name is not None and not isinstance(name, (str, int, float)):
                return inner, f"a name of type {type(name).__name__}"  # pyright: ignore[reportUnknownArgumentType]
            if isinstance(name, float) and not math.isfinite(name):
                return inner, f"the number {name} as a name"
            found = found or _wrong(member, default, inner, around)
    elif isinstance(value, (list, tuple)):
        for index, member in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            found = found or _wrong(member, default, f"{path}[{index}]", around)
    elif default is None:
        what = f"a value of type {type(value).__name__}"
        return path or "its top", f"{what} (Response.json(..., default=...) says what to send)"
    else:
        found = _wrong(default(value), default, path, around)
    return found


def _shown(name: object) -> str:
    text = repr(name)
    return text if len(text) <= 40 else text[:40] + "..."
