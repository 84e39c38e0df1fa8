"""Values: what a path, a query, a form or JSON holds, as what a parameter is annotated with.

Rule: the same text gives the same value on every framework, so each type has one grammar, in ASCII,
whatever Python's own constructors take beside it. A value that has the type already passes.
"""

from __future__ import annotations

import inspect
import math
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from unireq._body.uploads import UploadedFile

__all__ = ["Wanted", "wanted"]

# 4,300 digits is where Python itself stops; no identifier or amount has as many as these.
_INT = re.compile(r"[+-]?[0-9]{1,100}")
_FLOAT = re.compile(
    r"[+-]?(?:[0-9]{1,100}(?:\.[0-9]{0,100})?|\.[0-9]{1,100})(?:[eE][+-]?[0-9]{1,4})?"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BOOL = {"true": True, "1": True, "on": True, "yes": True}
_BOOL.update({"false": False, "0": False, "off": False, "no": False})


class Wanted(NamedTuple):
    """What a parameter wants.

    Attributes:
        kind: The type of the value, or of each member of a list; `object` for any.
        member: What each member of a list has to be; None if it is no list.
        optional: Whether None will do.
        described: The type in words, for messages.
    """

    kind: Any
    member: Wanted | None
    optional: bool
    described: str

    @property
    def many(self) -> bool:
        """Whether it is a list."""
        return self.member is not None

    def convert(self, value: Any) -> Any:
        """`value`, or the list of values where `many`, as what is wanted.

        Raises:
            ValueError: It can't be made that; the message says what was expected.
        """
        if value is None and self.optional:
            return None
        if self.member is None:
            return _convert(self.kind, value)
        if isinstance(value, list):
            members: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
            return [self.member.convert(each) for each in members]
        raise ValueError(f"expected a list, got {_shown(value)}")


def wanted(annotation: Any) -> Wanted:
    """What `annotation`, resolved, asks for."""
    origin: Any = typing.get_origin(annotation)
    arguments: tuple[Any, ...] = typing.get_args(annotation)
    if origin is typing.Annotated:
        return wanted(arguments[0])
    if origin in {typing.Union, types.UnionType}:
        others = [member for member in arguments if member is not type(None)]
        inner = wanted(others[0]) if len(others) == 1 else _ANY
        return inner._replace(optional=len(others) < len(arguments))
    if origin in {list, Sequence} or annotation is list or annotation is Sequence:
        inner = wanted(arguments[0]) if arguments else _ANY
        return Wanted(inner.kind, inner, False, f"a list, each of it {inner.described}")
    if (named := _named(annotation)) is not None:
        return wanted(named)
    if origin in {dict, Mapping} or annotation is Mapping or typing.is_typeddict(annotation):
        return wanted(dict)
    # In Python 3.10 `set[int]` passes for a type; and that there is no annotation is a class.
    nothing = annotation is inspect.Parameter.empty or origin is not None
    if nothing or not isinstance(annotation, type):
        # Nothing that a value could be held to: no annotation, Any, a variable, a string.
        return _ANY
    try:
        isinstance(None, annotation)
    except TypeError:
        # A protocol, say, that is for type checkers alone.
        return _ANY
    return Wanted(annotation, None, False, _DESCRIBED.get(annotation, annotation.__name__))


def _named(annotation: Any) -> Any:
    """What stands behind a name for a type: `NewType`, or `type X = ...` of Python 3.12."""
    if isinstance(annotation, typing.NewType):
        return annotation.__supertype__
    return annotation.__value__ if type(annotation).__name__ == "TypeAliasType" else None


def _convert(kind: type, value: Any) -> Any:
    if kind in _NUMBERS and isinstance(value, bool):
        raise ValueError(f"expected {_DESCRIBED[kind]}, got {_shown(value)}")
    if kind is float and isinstance(value, (int, float)):
        return _finite(value)
    if isinstance(value, kind):
        return value
    if isinstance(value, str):
        if kind in _FROM_TEXT:
            return _FROM_TEXT[kind](value)
        if kind.__name__ == "UUID" and kind.__module__ == "uuid":
            return _uuid(kind, value)
    raise ValueError(f"expected {_DESCRIBED.get(kind, kind.__name__)}, got {_shown(value)}")


def _shown(value: object) -> str:
    """The type alone: a value may be large, or a secret."""
    return "null" if value is None else f"a value of type {type(value).__name__}"


def _int(text: str) -> int:
    if _INT.fullmatch(text) is None:
        raise ValueError("expected an integer in decimal digits, got other text")
    return int(text)


def _float(text: str) -> float:
    if _FLOAT.fullmatch(text) is None:
        raise ValueError("expected a decimal number, got other text")
    return _finite(text)


def _finite(value: float | str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        # JSON has no infinity, and Python makes one of 1e999.
        raise ValueError("expected a number that a double can hold, got another")
    return number


def _bool(text: str) -> bool:
    try:
        return _BOOL[text.lower()]
    except KeyError:
        raise ValueError(f"expected one of {', '.join(_BOOL)}, got other text") from None


def _uuid(kind: type, text: str) -> Any:
    if _UUID.fullmatch(text) is None:
        raise ValueError("expected a UUID of 36 characters, got other text")
    return kind(text)


_NUMBERS = {int, float}
_FROM_TEXT: dict[type, Callable[[str], Any]] = {int: _int, float: _float, bool: _bool}
_DESCRIBED: dict[type, str] = {
    str: "text",
    int: "an integer",
    float: "a number",
    bool: "true or false",
    dict: "a JSON object",
    UploadedFile: "a file",
    object: "a value",
}
_ANY = Wanted(object, None, False, "a value")
