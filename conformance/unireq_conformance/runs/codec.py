"""Dataclasses as JSON, and back, by their annotations.

Rule: `decode(kind, node)` gives what was encoded, or says what was expected instead, and where.
Bytes are ISO-8859-1 text, or Base64 where the metadata of the field has `base64`; its `json` is
another name for it. What may be None may be missing, too.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import Field, fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from unireq_conformance.runs.fields import Node

__all__ = ["Limits", "decode", "encode"]

T = TypeVar("T")

Limits = Mapping[str, tuple[Callable[[Any], bool], str]]
"""By the name of a field: whether a value of its type will do, and what is expected."""


def encode(value: Any) -> Any:
    """`value` as JSON: a dataclass, or what stands in one."""
    if is_dataclass(value):
        return {
            _name(each): base64.b64encode(getattr(value, each.name)).decode("ascii")
            if each.metadata.get("base64")
            else encode(getattr(value, each.name))
            for each in fields(value)
        }
    if isinstance(value, Mapping):
        return {name: encode(each) for name, each in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, tuple):
        return [encode(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, Enum):
        return value.value
    return value.decode("latin-1") if isinstance(value, bytes) else value


def decode(kind: type[T], node: Node, limits: Limits | None = None) -> T:
    """The instance of the dataclass `kind` that `node` says.

    Raises:
        Unusable: It says none, or a value is not within `limits`.
    """
    found: T = _decode(kind, node, limits or {})
    return found


def _decode(kind: Any, node: Node, limits: Limits) -> Any:
    if kind in {str, int, float, bool}:
        return node.of(kind)
    if kind is bytes:
        return node.octets
    if kind is Any:
        return node.value
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return None if node.value is None else _decode(arguments[0], node, limits)
    if origin is tuple:
        several = list(node.elements())
        if arguments[-1] is not ... and len(several) != len(arguments):
            node.refuse(f"a list of {len(arguments)}")
        return tuple(_decode(arguments[0], each, limits) for each in several)
    if origin is Mapping:
        return {name: _decode(arguments[1], each, limits) for name, each in node.items()}
    if issubclass(kind, Enum):
        values = [each.value for each in kind]
        if node.text not in values:
            node.refuse(f"one of {', '.join(values)}")
        return kind(node.text)
    return kind(**{each.name: _of_field(each, hint, node, limits) for each, hint in _hints(kind)})


def _of_field(one: Field[Any], kind: Any, node: Node, limits: Limits) -> Any:
    name = _name(one)
    if get_origin(kind) is UnionType and node.find(name) is None:
        return None
    entry = node[name]
    value = _of_base64(entry) if one.metadata.get("base64") else _decode(kind, entry, limits)
    within, expected = limits.get(one.name, (None, ""))
    if within is not None and value is not None and not within(value):
        entry.refuse(expected)
    return value


@cache
def _hints(kind: Any) -> list[tuple[Field[Any], Any]]:
    hints = get_type_hints(kind)
    return [(each, hints[each.name]) for each in fields(kind)]


def _name(one: Field[Any]) -> str:
    name: str = one.metadata.get("json", one.name)
    return name


def _of_base64(node: Node) -> bytes:
    try:
        return base64.b64decode(node.text.encode("ascii"), validate=True)
    except ValueError:
        node.refuse("bytes in Base64")
