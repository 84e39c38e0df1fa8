"""The name of a view: the function or class that its author wrote, below what surrounds it.

Frameworks and decorators put other callables around a view, which name themselves or nothing.
"""

from __future__ import annotations

from functools import partial
from typing import Any

__all__ = ["innermost_view", "name_of_view"]

_DEPTH = 100
"""How many layers to look through: an object may claim to wrap itself."""


def innermost_view(view: Any) -> Any:
    """The function or class behind `view`: below wrappers, partials, and the views of classes.

    A method stays itself; another callable object counts as its class.
    """
    found: Any = view
    for _ in range(_DEPTH):
        if _is_class(found):
            break
        # Before `__wrapped__`: the view of a class may wrap a method of it. Django, Flask and Sanic
        # call the attribute `view_class`, Django REST framework also `cls`.
        kind: Any = getattr(found, "view_class", None) or getattr(found, "cls", None)
        if _is_class(kind):
            return kind
        inner: Any = getattr(found, "func" if _is_partial(found) else "__wrapped__", None)
        if inner is None:
            break
        found = inner
    named = isinstance(getattr(found, "__qualname__", None), str)
    return found if named else found.__class__


def _is_class(value: object) -> bool:
    return isinstance(value, type)


def _is_partial(value: object) -> bool:
    return isinstance(value, partial)


def name_of_view(view: Any) -> str:
    """`"module.qualname"` of `view`: see `innermost_view`."""
    found = innermost_view(view)
    # A method of a built-in type has no module.
    module = getattr(found, "__module__", None)
    return f"{module}.{found.__qualname__}" if module else str(found.__qualname__)
