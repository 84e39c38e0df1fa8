"""ReadOnlyDict: the base of Headers, Cookies, QueryParams, FormData and Files.

They are real dicts, filled when they are created, so JSON encoders, `dict(...)`, `**` and `==` work
with them. They describe what a client sent, so they can't be changed: each mutator raises TypeError
and says what to do instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, NoReturn, TypeVar, cast

from unireq._redact import shown_name

__all__ = ["ReadOnlyDict", "checked_pairs", "fill", "restore", "string_pairs"]

_V = TypeVar("_V")

fill = dict[str, Any].update
"""Fills an instance: `dict.update`, which instances themselves refuse."""


class ReadOnlyDict(dict[str, _V]):
    """A `dict` with str keys that can't be changed."""

    __slots__ = ()

    _instead: ClassVar[str] = "make a changed copy with dict(...)"

    def _refuse(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is read-only: {self._instead}")

    def __setitem__(self, key: str, value: _V, /) -> NoReturn:
        self._refuse()

    def __delitem__(self, key: str, /) -> NoReturn:
        self._refuse()

    def __ior__(self, other: Any, /) -> NoReturn:  # type: ignore[misc]
        self._refuse()

    def clear(self) -> NoReturn:
        """Refused: TypeError."""
        self._refuse()

    def pop(self, *_args: Any) -> NoReturn:
        """Refused: TypeError."""
        self._refuse()

    def popitem(self) -> NoReturn:
        """Refused: TypeError."""
        self._refuse()

    def setdefault(self, *_args: Any) -> NoReturn:
        """Refused: TypeError."""
        self._refuse()

    def update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refused: TypeError."""
        self._refuse()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._shown()!r})"

    def _shown(self) -> dict[str, Any]:
        return dict(self)


_D = TypeVar("_D", bound=ReadOnlyDict[str])


def restore(kind: type[_D], fields: dict[str, str]) -> _D:
    """An instance of `kind` with `fields`, which are in normal form already."""
    made = kind.__new__(kind)
    fill(made, fields)
    return made


def string_pairs(
    source: Mapping[str, str] | Iterable[tuple[str, str]], where: str
) -> list[tuple[str, str]]:
    """The (name, value) pairs of a mapping or an iterable of pairs.

    Raises:
        TypeError: `source` is neither, or a name or value is not a str.
    """
    return checked_pairs(source, where, str, "a str")


def checked_pairs(
    source: Any, where: str, kinds: type | tuple[type, ...], expected: str
) -> list[tuple[str, Any]]:
    """The (name, value) pairs of a mapping or an iterable of pairs.

    Args:
        source: The mapping or iterable.
        where: The beginning of error messages.
        kinds: The allowed types of values.
        expected: The same in words.

    Raises:
        TypeError: `source` is neither, a name is not a str, or a value has another type.
    """
    if isinstance(source, (str, bytes)) or not isinstance(source, Iterable):
        raise TypeError(
            f"{where}: expected a mapping or an iterable of (name, value) pairs,"
            f" got {type(source).__name__}"
        )
    pairs: list[tuple[str, Any]] = []
    items = cast(
        "Iterable[Sequence[object] | None]",
        source.items() if isinstance(source, Mapping) else source,
    )
    for item in items:
        if not isinstance(item, (tuple, list)) or len(item) != 2:
            raise TypeError(f"{where}: expected (name, value) pairs, got {type(item).__name__}")
        name, value = item
        if not isinstance(name, str):
            raise TypeError(f"{where}: expected a str as name, got {type(name).__name__}")
        if not isinstance(value, kinds):
            raise TypeError(
                f"{where}[{shown_name(name)}]: expected {expected}, got {type(value).__name__}"
            )
        pairs.append((name, value))
    return pairs
