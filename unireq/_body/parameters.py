"""Parameters: what follows the first part of a Content-Type or a Content-Disposition value.

Each begins with `;` and is a name, `=`, and a value that is quoted or not. What a value without
quotes may be is for the field to say: many a client leaves out the quotes of `boundary=----=_1`.

Sources: RFC 9110 5.6.6, RFC 2183 2.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["TOKEN", "Parameter", "split_parameters"]

TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
"""A token (RFC 9110 5.6.2)."""

# A quoted-string can't be matched in two ways, so the time is linear.
_PARAMETER = re.compile(
    rf"""
    [ \t]* (?P<name>{TOKEN.pattern}) [ \t]* = [ \t]*
    (?: " (?P<quoted>(?:[^"\\]|\\.)*) " | (?P<plain>[^\s";]+) )
    [ \t]* (?: ; | \Z )
    """,
    re.VERBOSE | re.DOTALL,
)
_EMPTY = re.compile(r"[ \t]*(?:;|\Z)")


class Parameter(NamedTuple("Parameter", [("name", str), ("value", str), ("quoted", bool)])):
    """One parameter.

    Attributes:
        name: In lower case; empty where what was sent is no parameter.
        value: Without the quotes, escapes as they stand.
        quoted: Whether it was quoted.
    """

    __slots__ = ()


def split_parameters(field: str) -> tuple[str, list[Parameter]]:
    """What stands before the first `;` in `field`, stripped, and the parameters after it.

    A piece that is no parameter is one without a name; the next begins after the next `;`.
    """
    first, separator, _ = field.partition(";")
    found: list[Parameter] = []
    position = len(first) + len(separator)
    while position < len(field):
        if (match := _EMPTY.match(field, position)) is None:
            if (match := _PARAMETER.match(field, position)) is None:
                end = field.find(";", position)
                end = len(field) if end < 0 else end + 1
                found.append(Parameter("", field[position:end].strip("; \t"), quoted=False))
                position = end
                continue
            quoted: str | None = match["quoted"]
            value = match["plain"] if quoted is None else quoted
            found.append(Parameter(match["name"].lower(), value, quoted is not None))
        position = match.end()
    return first.strip(" \t"), found
