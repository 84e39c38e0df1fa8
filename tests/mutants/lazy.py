"""A mapping that is filled when it is asked: what the clauses on real dicts forbid."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView
from typing import Any, TypeVar

_D = TypeVar("_D", bound=dict[str, str])


def lazy(mapping: _D) -> _D:
    """`mapping`, which answers as before, but is an empty dict underneath."""
    whole = dict(mapping)
    base: Any = type(mapping)

    class Lazy(base):  # type: ignore[misc]
        __slots__ = ()

        def __getitem__(self, name: str) -> str:
            return whole[name]

        def get(self, name: str, default: Any = None) -> Any:
            return whole.get(name, default)

        def __contains__(self, name: object) -> bool:
            return name in whole

        def __iter__(self) -> Iterator[str]:
            return iter(whole)

        def __len__(self) -> int:
            return len(whole)

        def __eq__(self, other: object) -> bool:
            return whole == other

        __hash__ = None  # type: ignore[assignment]

        def keys(self) -> KeysView[str]:
            return whole.keys()

        def items(self) -> ItemsView[str, str]:
            return whole.items()

    made: Any = Lazy.__new__(Lazy)
    for name in getattr(base, "__slots__", ()):
        setattr(made, name, getattr(mapping, name))
    return made  # type: ignore[no-any-return]
