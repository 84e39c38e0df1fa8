"""Reading JSON documents that may come from anywhere, and may have been edited.

Rule: a document is believed nowhere. Each value is asked for by its type, and one that is not
there, or is something else, raises `Unusable` with what was expected, what came, and where.
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
        source: What the document is called in messages, with what to do about it.
        where: Its place: `$.targets[0].name`.
    """

    def __init__(self, value: Any, source: str, where: str = "$") -> None:
        self.value = value
        self.source = source
        self.where = where

    def refuse(self, expected: str) -> NoReturn:
        """Say that `expected` should be here.

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
        """A string that stands for bytes, as ISO-8859-1 has them."""
        try:
            return self.text.encode("latin-1")
        except UnicodeEncodeError:
            self.refuse("a string of characters up to U+00FF, one for each octet")

    @property
    def number(self) -> int:
        """A whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse("a whole number")
        return self.value

    def _object(self) -> dict[str, Any]:
        value: object = self.value
        if not isinstance(value, dict):
            self.refuse("an object")
        return cast("dict[str, Any]", value)


def parse(text: str | bytes, source: str) -> Node:
    """The document `text`.

    Raises:
        Unusable: It is no JSON.
    """
    try:
        return Node(json.loads(text, parse_constant=_no_constant), source)
    except RecursionError:
        raise Unusable(f"{source}: expected JSON, got something nested too deeply") from None
    except ValueError as error:
        # What decoding raises, and what numbers of very many digits do, are kinds of it.
        raise Unusable(f"{source}: expected JSON, got something else: {error}") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
