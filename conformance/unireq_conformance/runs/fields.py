"""Reading JSON documents from anywhere, which may have been edited.

Rule: nothing in a document is trusted. Each value is read by its type. If it is missing or of
another type, `Unusable` says what was expected, what was found, and where.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn, TypeVar, cast, get_origin

from unireq_conformance.runs.errors import Unusable

__all__ = ["Node", "parse"]

T = TypeVar("T")

_SHOWN = 60
_EXPECTED = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


class Node:
    """One value of a document.

    Attributes:
        value: As JSON gave it.
        source: The name of the document in messages, with what to do.
        where: Its place: `$.targets[0].name`.
    """

    def __init__(self, value: Any, source: str, where: str = "$") -> None:
        self.value = value
        self.source = source
        self.where = where

    def refuse(self, expected: str) -> NoReturn:
        """Raise, since `expected` should be here."""
        shown = ascii(self.value)
        if len(shown) > _SHOWN:
            shown = f"{shown[:_SHOWN]}..."
        raise Unusable(f"{self.source}: expected {expected}, got {shown}, at {self.where}")

    def find(self, name: str) -> Node | None:
        """The entry `name` of an object, if it is there and not null."""
        value = self.of(dict[str, Any]).get(name)
        return None if value is None else Node(value, self.source, f"{self.where}.{name}")

    def __getitem__(self, name: str) -> Node:
        """The entry `name` of an object; it may be null."""
        entries = self.of(dict[str, Any])
        if name not in entries:
            self.refuse(f'an object with "{name}"')
        return Node(entries[name], self.source, f"{self.where}.{name}")

    def items(self) -> Iterator[tuple[str, Node]]:
        """The entries of an object."""
        for name, value in self.of(dict[str, Any]).items():
            yield name, Node(value, self.source, f"{self.where}.{name}")

    def elements(self) -> Iterator[Node]:
        """The elements of a list."""
        for number, element in enumerate(self.of(list[Any])):
            yield Node(element, self.source, f"{self.where}[{number}]")

    def of(self, kind: type[T]) -> T:
        """The value, which must be of this type; any number is a float, and no bool is a number."""
        plain: Any = get_origin(kind) or kind
        value: Any = self.value
        is_one = isinstance(value, (int, float) if plain is float else plain)
        if not is_one or (isinstance(self.value, bool) and plain is not bool):
            self.refuse(_EXPECTED[plain])
        return cast("T", self.value)

    @property
    def text(self) -> str:
        """A string."""
        return self.of(str)

    @property
    def octets(self) -> bytes:
        """A string that stands for bytes, as ISO-8859-1 text."""
        try:
            return self.text.encode("latin-1")
        except UnicodeEncodeError:
            self.refuse("a string of characters up to U+00FF, one for each byte")

    @property
    def number(self) -> int:
        """A whole number."""
        return self.of(int)


def parse(text: str | bytes, source: str) -> Node:
    """The document `text`."""
    try:
        return Node(json.loads(text, parse_constant=_no_constant), source)
    except RecursionError:
        raise Unusable(f"{source}: expected JSON, got something nested too deeply") from None
    except ValueError as error:
        # Errors of decoding and of very long numbers are ValueErrors too.
        raise Unusable(f"{source}: expected JSON, got something else: {error}") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
