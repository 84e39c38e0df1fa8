"""A mapping that is filled when it is asked: what the clauses on real dicts forbid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

_D = TypeVar("_D", bound=dict[str, str])

_READING = "__getitem__ get __contains__ __iter__ __len__ __eq__ keys items".split()


def lazy(mapping: _D) -> _D:
    """`mapping`, which answers as before, but is an empty dict underneath."""
    whole = dict(mapping)
    base: Any = type(mapping)

    def answering(name: str) -> Callable[..., Any]:
        return lambda self, *given: getattr(whole, name)(*given)

    methods = {name: answering(name) for name in _READING}
    kind: Any = type("Lazy", (base,), {"__slots__": (), "__hash__": None, **methods})
    made: Any = kind.__new__(kind)
    for name in getattr(base, "__slots__", ()):
        setattr(made, name, getattr(mapping, name))
    return made  # type: ignore[no-any-return]
