"""JSON: the value of a JSON text, or a clear refusal.

UTF-8 with or without a byte order mark; of a repeated name the last value. What Python's parser
takes but RFC 8259 does not allow (NaN, Infinity) is refused, and so is what it allows but no float
or bounded computation can hold: a number beyond the range of a float, an integer of more than 4,300
digits, arrays and objects nested beyond the limit. A surrogate that is escaped without its other
half becomes U+FFFD, as invalid text does everywhere: no text can hold it (8.2).

Source: RFC 8259.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from unireq._body.refusals import limited_by
from unireq._errors import MalformedBody

__all__ = ["parse_json"]

MOST_DIGITS = 4300
"""The longest integer that Python converts by default: longer ones take quadratic time."""

# From its first digit on: trying again at each of them would take quadratic time.
_DIGITS = re.compile(rf"(?<![0-9])[0-9]{{{MOST_DIGITS + 1}}}")
# A number that might be beyond a float. Without either it is below 10 to the power of 200 + 99.
_LARGE = re.compile(r"[eE]\+?[0-9]{3}|(?<![0-9])[0-9]{200}")
# Also one that never ends: trying again at each of its quotes would take quadratic time.
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
# What looks like an escaped surrogate, with the next one if that may be its second half.
_SURROGATE = re.compile(
    r"(?<!\\)(?P<run>\\+)u(?P<first>[dD][89a-fA-F][0-9a-fA-F]{2})"
    r"(?P<second>\\u[dD][c-fC-F][0-9a-fA-F]{2})?"
)


def parse_json(data: bytes, depth: int | None) -> Any:
    """The value of the JSON text `data`.

    Args:
        data: The octets of the text.
        depth: How many arrays and objects may be within each other; None for no limit of ours.

    Raises:
        MalformedBody: It is no JSON text; the message says where and why.
    """
    if not data:
        raise MalformedBody("JSON body: expected a value, got an empty body")
    try:
        # Decoded with the mark, so that offsets are those of the body.
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise MalformedBody(
            f"JSON body: expected UTF-8 (RFC 8259 8.1), got the byte 0x{data[error.start]:02X}"
            f" at offset {error.start}; encode the text as UTF-8"
        ) from None
    if depth is not None and text.count("[") + text.count("{") > depth:
        _check_depth(text, depth)
    if "\\ud" in text or "\\uD" in text:
        text = _SURROGATE.sub(_whole, text)
    hooks: dict[str, Any] = {"parse_constant": _refuse_constant}
    if _DIGITS.search(text) is not None:
        hooks["parse_int"] = _bounded_int
    if _LARGE.search(text) is not None:
        hooks["parse_float"] = _finite_float
    try:
        return json.loads(text, **hooks)
    except json.JSONDecodeError as error:
        raise MalformedBody(
            f"JSON body: {error.msg} at line {error.lineno}, column {error.colno}"
            f" (character {error.pos}); expected a JSON text (RFC 8259)"
        ) from None
    except RecursionError:
        raise MalformedBody(
            "JSON body: expected fewer arrays and objects within each other, got more",
            "the interpreter's stack can't hold them; set Limits.json_depth below that",
        ) from None
    except MalformedBody:
        raise
    except ValueError as error:
        # Whoever runs the program can make the interpreter take shorter integers only.
        raise MalformedBody(
            "JSON body: expected integers with fewer digits, got one with more; send it as a"
            " string",
            f"the interpreter said: {error}",
        ) from None


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedBody(f"JSON body: expected a number that JSON has (RFC 8259 6), got {name}")


def _bounded_int(digits: str) -> int:
    if (count := len(digits.lstrip("-"))) > MOST_DIGITS:
        raise MalformedBody(
            f"JSON body: expected integers of at most {MOST_DIGITS} digits,"
            f" got one of {count}; send it as a string"
        )
    return int(digits)


def _finite_float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        shown = text if len(text) <= 32 else f"{text[:32]}..."
        raise MalformedBody(
            f"JSON body: expected numbers within the range of a double, got {shown};"
            " send it as a string"
        )
    return number


def _whole(match: re.Match[str]) -> str:
    run, first = match["run"], match["first"]
    # After an even number of backslashes each of them is escaped, and the `u` is just a letter.
    escaped = len(run) % 2 == 1
    if escaped and match["second"] and first[1] in "89abAB":
        return match[0]
    begun = f"{run[:-1]}\\ufffd" if escaped else f"{run}u{first}"
    return f"{begun}\\ufffd" if match["second"] else begun


def _check_depth(text: str, depth: int) -> None:
    """Raise if brackets outside strings are nested deeper; iterative, so that no depth harms it."""
    level = 0
    for bracket in _BRACKET.finditer(_STRING.sub('""', text)):
        if bracket[0] in "[{":
            level += 1
            if level > depth:
                raise MalformedBody(
                    f"JSON body: expected at most {depth} arrays and objects within each other,"
                    " got more",
                    limited_by("json_depth"),
                )
        else:
            level -= 1
