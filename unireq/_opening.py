"""Opening: how an adapter recognises its framework's request, and makes ours of it fast.

Rule: nothing here imports a framework. An object whose class comes from one shows that it is
imported already, or is being imported by another thread: then nothing is of it yet.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from unireq._native import NativeRequest

__all__ = ["CORE_SLOTS", "loaded_class", "make_opener"]

_R = TypeVar("_R", bound="NativeRequest")

CORE_SLOTS = ("_headers", "_cookies", "_query")
"""What a request keeps once it is made, beside the native request; None before."""


def loaded_class(module: str, name: str) -> type | tuple[()]:
    """The class `name` of `module`, if that is imported; else `()`, of which nothing is a subclass.

        issubclass(kind, loaded_class("flask.wrappers", "Request"))

    Args:
        module: The dotted name of the module.
        name: The name of the class in it.
    """
    return getattr(sys.modules.get(module), name, ())


def make_opener(
    cls: type[_R],
    sources: Mapping[str, str | None],
    *,
    instead_of: Callable[..., None] | None = None,
) -> Callable[[Any], _R]:
    """What makes a request of the class `cls` of a native one, faster than calling the class does.

    Neither `__new__` nor `__init__` is called: the slots are filled here.

        sources = {"_scope": "scope", "_receive": None}
        make_opener(cls, sources, instead_of=StarletteRequest.__init__)

    Args:
        cls: The class.
        sources: The slots that `cls` has beside those of the core. Each is filled with an attribute
            of the native request (`"transport.scope"` for one of an attribute), or with None.
        instead_of: The `__init__` that does the same. A subclass may have another one; then `cls`
            itself is given back.

    Raises:
        ValueError: A slot or an attribute is no name of Python's.
    """
    if instead_of is not None and cls.__init__ is not instead_of:
        return cls
    stores = {"_native": "native", **dict.fromkeys(CORE_SLOTS, "None")}
    for slot, attribute in sources.items():
        if not all(part.isidentifier() for part in (slot, *(attribute or "x").split("."))):
            raise ValueError(
                f"make_opener: expected names of Python's, got {slot!r}: {attribute!r}"
            )
        stores[slot] = "None" if attribute is None else f"native.{attribute}"
    # As text, as `dataclasses` does it: a loop over the slots would cost more than all the rest.
    lines = [f"    request.{slot} = {value}" for slot, value in stores.items()]
    text = "\n".join(
        ["def opener(native):", "    request = new(cls)", *lines, "    return request"]
    )
    names: dict[str, Any] = {"new": object.__new__, "cls": cls}
    exec(text, names)  # noqa: S102 (of identifiers alone, which an adapter wrote)
    return names["opener"]  # type: ignore[no-any-return]
