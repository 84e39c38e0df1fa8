"""Values: converts values of a path, query, form or JSON to the annotation of a parameter.

Rule: an annotation that is not in the table of docs/handlers.md is refused when the handler is
mounted, so no request can fail because of it. Text is converted with the grammar of its type
(`texts`). A JSON value keeps its JSON type: if JSON has the type itself, a string in its place is
refused.
"""

from __future__ import annotations

import enum
import inspect
import re
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from unireq._body.uploads import UploadedFile
from unireq._handlers.param import Param, check_marker
from unireq._handlers.signatures import behind, is_union, unresolved
from unireq._handlers.texts import FROM_TEXT, as_bool, as_int, finite

__all__ = ["OtherType", "Wanted", "wanted"]

Converter: TypeAlias = Callable[[Any, bool], Any]
"""Converts a value; the flag says whether a str is the text form of a value (not a JSON string)."""

_IN_JSON = {str, int, float, bool, dict}
_DESCRIBED: dict[Any, str] = {
    str: "text",
    int: "an integer",
    float: "a number",
    bool: "true or false",
    dict: "a JSON object",
    UploadedFile: "a file",
    Decimal: "a decimal number as text",
    date: "a date as text",
    datetime: "a date and time as text",
}
_SHOWN_CHOICES = 20


class OtherType(ValueError):
    """A value has the wrong type."""


class Wanted(NamedTuple):
    """The type that a parameter asks for.

    Attributes:
        kind: The type of the value, or of each member of a list; `object` for any.
        converter: Converts a value to it.
        described: The type in words, for messages.
        many: Whether the parameter takes all values of its name, not only the last.
        optional: Whether None is allowed.
        hashable: Whether the values are hashable, for sets.
        loose: Whether the annotation accepts any value, or any JSON object.
    """

    kind: Any
    converter: Converter
    described: str
    many: bool = False
    optional: bool = False
    hashable: bool = True
    loose: bool = False

    def convert(self, value: Any, *, text: bool = True) -> Any:
        """`value`, or the list of values if `many`, converted.

        Args:
            value: The value in the request.
            text: Whether a str is the text form of a value, as in a path, a query and a form; else
                it is a JSON string.

        Raises:
            ValueError: It can't be converted; the message says what was expected.
        """
        if value is None and self.optional:
            return None
        return self.converter(value, text)


def wanted(annotation: Any, *, inside: bool = False) -> Wanted:
    """The type that `annotation` asks for.

    Args:
        annotation: The annotation, resolved.
        inside: Whether it is inside a list or similar.

    Raises:
        TypeError: The annotation is not supported; the message says what to write instead.
    """
    annotation = behind(annotation)
    try:
        hash(annotation)
    except TypeError:
        raise _no_type(annotation) from None
    if (text := next(unresolved(annotation), None)) is not None:
        raise TypeError(
            f"the annotation {text!r} can't be resolved; import its names at the top of the module,"
            " not below `if TYPE_CHECKING:` or inside a function; for the request itself, write"
            " unireq.Request"
        )
    arguments: tuple[Any, ...] = typing.get_args(annotation)
    origin: Any = typing.get_origin(annotation) or annotation
    if origin is typing.Annotated:
        for each in arguments[1:]:
            check_marker(each)
        if inside and any(isinstance(each, Param) or each is Param for each in arguments[1:]):
            raise TypeError(
                "Param names a whole parameter: expected Annotated[list[str], Param(...)] or"
                f" similar, got Param inside the list: {_named(annotation)}"
            )
        return wanted(arguments[0], inside=inside)
    if is_union(annotation):
        others = [member for member in arguments if member is not type(None)]
        if len(others) == 1:
            return wanted(others[0], inside=inside)._replace(optional=True)
    elif origin in {inspect.Parameter.empty, Any, object}:
        return Wanted(object, _as_it_came, "a value", hashable=False, loose=True)
    elif origin is typing.Literal:
        return _literal(annotation, arguments)
    elif isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return _enum(annotation)
    elif origin in _GROUPS:
        return _group(annotation, origin, arguments)
    elif origin in {dict, Mapping}:
        return _mapping(annotation, arguments)
    elif isinstance(annotation, type) and hasattr(annotation, "__required_keys__"):
        return _typed_dict(annotation)
    elif annotation in FROM_TEXT or annotation in _DESCRIBED:
        return _scalar(annotation)
    raise _no_type(annotation)


def _no_type(annotation: Any, why: str = "") -> TypeError:
    return TypeError(
        f"unireq can't convert a value of a request to {_named(annotation)}{why}; write"
        " unireq.Request for the request itself, or str, int, float, bool, date, time, datetime,"
        " Decimal, UUID, an Enum, Literal[...], list, set, frozenset or tuple of these, dict,"
        " unireq.UploadedFile, X | None with one of them as X, or Any for the value as sent"
    )


def _named(annotation: Any) -> str:
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return f"{annotation.__module__}.{annotation.__qualname__}".removeprefix("builtins.")
    return repr(annotation)


# For clients: the words of JSON (RFC 8259 3), not those of Python.
_WORDS: dict[type, str] = {
    type(None): "null",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "an array",
    dict: "an object",
    UploadedFile: "a file",
}


def _other(expected: str, value: object, text: bool) -> OtherType:
    """The error. It names only the type, because the value may be large or secret."""
    if isinstance(value, str):
        got = "text" if text else "a string"
    else:
        got = next((_WORDS[kind] for kind in type(value).__mro__ if kind in _WORDS), "another type")
    return OtherType(f"expected {expected}, got {got}")


def _as_it_came(value: Any, _: bool) -> Any:
    return value


# One value.


def _scalar(kind: Any) -> Wanted:
    described = _DESCRIBED.get(kind) or f"a {kind.__name__} as text"

    def convert(value: Any, text: bool) -> Any:
        if _is(kind, value):
            return finite(value) if kind is float else value
        if isinstance(value, str) and kind in FROM_TEXT and (text or kind not in _IN_JSON):
            return FROM_TEXT[kind](value)
        if kind is Decimal and _is(int, value):
            return Decimal(value)
        raise _other(described, value, text)

    return Wanted(kind, convert, described, hashable=kind is not dict)


def _is(kind: Any, value: Any) -> bool:
    """Whether a value has the type `kind` in JSON's sense: True is not an integer."""
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(value, bool if kind is int else datetime if kind is date else ()):
        return False
    return isinstance(value, kind)


def _enum(kind: type[enum.Enum]) -> Wanted:
    if issubclass(kind, enum.Flag):
        raise _no_type(kind, ", whose members can be combined")
    return _choice(kind, [(member.value, member) for member in kind])


def _literal(annotation: Any, values: tuple[Any, ...]) -> Wanted:
    choices = [
        (value.value if isinstance(value, enum.Enum) else value, value)
        for value in values
        if value is not None
    ]
    return _choice(annotation, choices)._replace(optional=None in values)


def _choice(annotation: Any, choices: list[tuple[Any, Any]]) -> Wanted:
    """One of several values, each text, an integer, or a boolean."""
    if not choices or not all(type(raw) in {str, int, bool} for raw, _ in choices):
        raise _no_type(annotation, ": expected values that are text, integers or booleans")
    found: dict[tuple[type, Any], Any] = {(type(raw), raw): result for raw, result in choices}
    kinds = dict.fromkeys(kind for kind, _ in found)
    read: dict[type, Callable[[str], Any]] = {str: str, int: as_int, bool: as_bool}

    def meanings(text: str) -> list[Any]:
        several: list[Any] = []
        for kind in kinds:
            try:
                key = kind, read[kind](text)
            except ValueError:
                continue
            several += [found[key]] if key in found else []
        return several

    for _, raw in found:
        if len(meanings(str(raw))) > 1:
            raise _no_type(annotation, f": the text {str(raw)!r} matches two of its values")
    shown = [repr(raw) for _, raw in found]
    if len(shown) > _SHOWN_CHOICES:
        shown[_SHOWN_CHOICES:] = ["..."]
    described = f"one of {', '.join(shown)}"

    def convert(value: Any, text: bool) -> Any:
        if text and isinstance(value, str):
            if several := meanings(value):
                return several[0]
        elif type(value) in kinds and (type(value), value) in found:
            return found[type(value), value]
        elif text and any(value is result for result in found.values()):
            # A router's converter has converted it already.
            return value
        error = ValueError if isinstance(value, str) or type(value) in kinds else OtherType
        raise error(f"expected {described}, got another value")

    return Wanted(object, convert, described)


# Several values.


_GROUPS: dict[Any, Any] = {list: list, Sequence: list, set: set, frozenset: frozenset, tuple: tuple}


def _group(annotation: Any, origin: Any, arguments: tuple[Any, ...]) -> Wanted:
    make: Any = _GROUPS[origin]
    if origin is tuple and arguments and arguments[-1] is not Ellipsis:
        return _tuple(annotation, [wanted(each, inside=True) for each in arguments])
    if annotation == tuple[()]:
        raise _no_type(annotation)
    member = wanted(arguments[0] if arguments else Any, inside=True)
    if member.kind is UploadedFile and member.many:
        raise _no_type(annotation, ": the files of one name are one list")
    if origin in {set, frozenset} and not member.hashable:
        raise _no_type(annotation, ", whose members may be lists or objects")
    described = f"a list, each item {member.described}"

    def convert(value: Any, text: bool) -> Any:
        return make(member.convert(each, text=text) for each in _listed(value, text))

    hashable = member.hashable and origin in {frozenset, tuple}
    return Wanted(member.kind, convert, described, many=True, hashable=hashable)


def _tuple(annotation: Any, members: list[Wanted]) -> Wanted:
    described = f"a list of {len(members)}: {', '.join(each.described for each in members)}"
    kinds = {member.kind for member in members}
    if UploadedFile in kinds and (len(kinds) > 1 or any(each.many for each in members)):
        raise _no_type(
            annotation, ": one name has either files or text, and its files are one list"
        )
    hashable = all(member.hashable for member in members)

    def convert(value: Any, text: bool) -> Any:
        values = _listed(value, text)
        if len(values) != len(members):
            raise ValueError(f"expected {described}, got {len(values)}")
        return tuple(
            member.convert(each, text=text) for member, each in zip(members, values, strict=True)
        )

    kind = kinds.pop() if len(kinds) == 1 else object
    return Wanted(kind, convert, described, many=True, hashable=hashable)


def _listed(value: Any, text: bool) -> list[Any]:
    if isinstance(value, list):
        return value  # pyright: ignore[reportUnknownVariableType]
    raise _other("a list" if text else "an array", value, text)


# JSON objects.


def _mapping(annotation: Any, arguments: tuple[Any, ...]) -> Wanted:
    key, value_type = arguments or (str, Any)
    if behind(key) not in {str, Any}:
        raise _no_type(annotation, ": the names in a JSON object are text")
    member = _in_object(annotation, value_type)

    def convert(value: Any, text: bool) -> Any:
        found = _object(value, text)
        if member.converter is _as_it_came:
            return found
        return {name: member.convert(each, text=False) for name, each in found.items()}

    return Wanted(dict, convert, _DESCRIBED[dict], hashable=False, loose=member.loose)


def _in_object(annotation: Any, member: Any) -> Wanted:
    found = wanted(member, inside=True)
    if found.kind is UploadedFile:
        raise _no_type(annotation, ": JSON has no files")
    return found


_QUALIFIED = re.compile(r"(?:\w+\.)*(NotRequired|Required|ReadOnly)$")


def _typed_dict(kind: Any) -> Wanted:
    members: dict[str, Wanted] = {}
    required: set[str] = set(kind.__required_keys__)
    for name, annotation in _hints(kind).items():
        while match := _QUALIFIED.match(str(typing.get_origin(annotation))):
            if match[1] != "ReadOnly":
                (required.add if match[1] == "Required" else required.discard)(name)
            (annotation,) = typing.get_args(annotation)  # noqa: PLW2901
        members[name] = _in_object(kind, annotation)

    def convert(value: Any, text: bool) -> Any:
        found = _object(value, text)
        if not required <= found.keys():
            raise ValueError(f"expected the member {min(required - found.keys())!r}, got none")
        return {
            name: members[name].convert(each, text=False) if name in members else each
            for name, each in found.items()
        }

    return Wanted(dict, convert, _DESCRIBED[dict], hashable=False)


def _hints(kind: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(kind, include_extras=True)
    except RecursionError:
        raise
    except Exception as error:  # noqa: BLE001 (an annotation may be any expression)
        raise TypeError(f"the annotations of {_named(kind)} can't be resolved: {error}") from None


def _object(value: Any, text: bool) -> dict[str, Any]:
    if isinstance(value, dict):
        return value  # pyright: ignore[reportUnknownVariableType]
    raise _other(_DESCRIBED[dict], value, text)
