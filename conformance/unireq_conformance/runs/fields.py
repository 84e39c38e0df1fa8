"""Reading JSON documents from anywhere, which may have been edited.

Rule: nothing in a document is trusted. Each value is read by its type. If it is missing or of
another type, `Unusable` says what was expected, what was found, and where.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn, cast

from unireq_conformance.runs.errors import Unusable

__all__ = ["Node", "parse"]

_SHOWN = 60


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
        """Raise, since `expected` should be here.

        Raises:
            Unusable: Always.
        """
        shown = ascii(self.value)
        if len(shown) > _SHOWN:
            shown = f"{shown[:_SHOWN]}..."
        raise Unusable(f"{self.source}: expected {expected}, got {shown}, at {self.where}")

    def find(self, name: str) -> Node | None:
        """The entry `name` of an object, if it is there and not null."""
        value = self._object().get(name)
        return None if value is None else Node(value, self.source, f"{self.where}.{name}")

    def __getitem__(self, name: str) -> Node:
        """The entry `name` of an object; it may be null."""
        entries = self._object()
        if name not in entries:
            self.refuse(f'an object with "{name}"')
        return Node(entries[name], self.source, f"{self.where}.{name}")

    def items(self) -> Iterator[tuple[str, Node]]:
        """The entries of an object."""
        for name, value in self._object().items():
            yield name, Node(value, self.source, f"{self.where}.{name}")

    def elements(self) -> Iterator[Node]:
        """The elements of a list."""
        value: object = self.value
        if not isinstance(value, list):
            self.refuse("a list")
        for number, element in enumerate(cast("list[object]", value)):
            yield Node(element, self.source, f"{self.where}[{number}]")

    @property
    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            self.refuse("a string")
        return self.value

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
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse("a whole number")
        return self.value

    @property
    def real(self) -> float:
        """A number."""
        if not isinstance(self.value, int | float) or isinstance(self.value, bool):
            self.refuse("a number")
        return self.value

    @property
    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self.refuse("true or false")
        return self.value

    def _object(self) -> dict[str, Any]:
        value: object = self.value
        if not isinstance(value, dict):
            self.refuse("an object")
        return cast("dict[str, Any]", value)


def parse(text: str | bytes, source: str) -> Node:
    """The document `text`.

    Raises:
        Unusable: It is not JSON.
    """
    try:
        return Node(json.loads(text, parse_constant=_no_constant), source)
    except RecursionError:
        raise Unusable(f"{source}: expected JSON, got something nested too deeply") from None
    except ValueError as error:
        # Errors of decoding and of very long numbers are ValueErrors too.
        raise Unusable(f"{source}: expected JSON, got something else: {error}") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
