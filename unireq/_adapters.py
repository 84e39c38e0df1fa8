"""The adapters that are installed, found by the entry-point group `unireq.adapters`.

The name of an entry point is a top-level module that the adapter claims (`flask`), its value a
subclass of NativeRequest. Nothing is imported before an object of that module turns up, and an
adapter that can't be imported harms nobody but itself.

`make_opener` and `loaded_class` are for adapters: how one recognises its framework's request
without importing the framework, and makes ours of it fast.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from unireq._native import NativeRequest
from unireq._request import CORE_SLOTS

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

__all__ = [
    "GROUP",
    "adapter_names",
    "adapters_for",
    "asked",
    "forget_adapters",
    "load_failures",
    "loaded_class",
    "make_opener",
    "native_here",
    "note_failure",
]

GROUP = "unireq.adapters"
_OWN = "unireq"

_failures: dict[str, str] = {}


class _Asked:
    """Who is asked for the request that is current.

    Attributes:
        adapters: The adapters of imported frameworks that can say.
        waiting: The names of the frameworks that were not imported when last looked for; None
            before that.
        modules: How many modules were imported then: looking at each of them takes longer.
        lock: Held while looking.
    """

    adapters: tuple[type[NativeRequest], ...] = ()
    waiting: frozenset[str] | None = None
    modules = -1
    lock = RLock()


asked = _Asked()


@cache
def _entry_points() -> dict[str, list[EntryPoint]]:
    found: dict[str, list[EntryPoint]] = {}
    for entry in _installed():
        found.setdefault(entry.name, []).append(entry)
    for several in found.values():
        # Somebody else's adapter for a framework goes before the one that comes with unireq.
        several.sort(
            key=lambda entry: (_distribution(entry) == _OWN, _distribution(entry), entry.value)
        )
    return found


def _installed() -> Iterable[EntryPoint]:
    from importlib.metadata import distributions, entry_points

    try:
        return entry_points(group=GROUP)
    except Exception:  # noqa: BLE001 (files that strangers wrote may raise anything)
        # A file that can't be read spoils the lot, so each distribution is asked by itself.
        found: dict[str, Iterable[EntryPoint]] = {}
        for distribution in distributions():
            try:
                # The first of a name is the one that is imported.
                entries = distribution.entry_points.select(group=GROUP)
                found.setdefault(_name(distribution) or f"#{len(found)}", entries)
            except Exception as error:  # noqa: BLE001 (as above)
                note_failure(f"entry_points.txt of {_name(distribution)}", error)
        return [entry for entries in found.values() for entry in entries]


def _distribution(entry: EntryPoint) -> str:
    return "" if entry.dist is None else _name(entry.dist)


def _name(distribution: Distribution) -> str:
    """The name of a distribution; `""` where its metadata is lost."""
    try:
        metadata = distribution.metadata
        # Asked first: what is not there is None, with a warning, or a KeyError in later Pythons.
        if "Name" in metadata:
            return metadata["Name"]
    except Exception:  # noqa: BLE001, S110 (a missing file may raise anything)
        pass
    return ""


def adapter_names() -> list[str]:
    """The top-level modules that some installed adapter claims, sorted."""
    return sorted(_entry_points())


def load_failures() -> dict[str, str]:
    """Adapters that could not be loaded so far: {entry point: what went wrong}."""
    return dict(_failures)


def note_failure(adapter: str, error: BaseException) -> None:
    """Remember that `adapter` is broken, for the message of whoever misses it."""
    _failures[adapter] = f"{type(error).__name__}: {error}"


def forget_adapters() -> None:
    """Look for adapters anew at the next request; for programs that install one while they run."""
    with asked.lock:
        _entry_points.cache_clear()
        _failures.clear()
        asked.adapters, asked.waiting, asked.modules = (), None, -1


def adapters_for(module: str) -> list[type[NativeRequest]]:
    """The adapters that claim the top-level `module`, imported, without those that can't be."""
    adapters: list[type[NativeRequest]] = []
    for entry in _entry_points().get(module, ()):
        name = f"{entry.name} = {entry.value}"
        try:
            adapter = entry.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 (a stranger's module)
            note_failure(name, error)
            continue
        if isinstance(adapter, type) and issubclass(adapter, NativeRequest):
            adapters.append(adapter)
        else:
            _failures[name] = (
                f"expected a subclass of unireq.adapter.NativeRequest, got {adapter!r}"
            )
    return adapters


def native_here() -> Any:
    """The request that a framework itself has as the current one here; None if none has.

    Only adapters of frameworks that are imported are asked.
    """
    if len(sys.modules) != asked.modules:
        _look_for_imported()
    for adapter in asked.adapters:
        try:
            native = adapter._current_native()  # pyright: ignore[reportPrivateUsage]
        except Exception as error:  # noqa: BLE001 (a stranger's adapter may raise anything)
            note_failure(f"{adapter.__module__}:{adapter.__qualname__}", error)
            continue
        if native is not None:
            return native
    return None


def _look_for_imported() -> None:
    with asked.lock:
        modules = len(sys.modules)
        waiting = frozenset(_entry_points()) if asked.waiting is None else asked.waiting
        imported = waiting & sys.modules.keys()
        found = [adapter for name in sorted(imported) for adapter in adapters_for(name)]
        knowing = [each for each in found if _can_say(each)]
        asked.adapters = tuple(dict.fromkeys([*asked.adapters, *knowing]))
        # Last: until then, other threads come here and wait.
        asked.waiting, asked.modules = waiting - imported, modules


def _can_say(adapter: type[NativeRequest]) -> bool:
    """Whether the adapter defines what the base class has for the others."""
    return any(
        "_current_native" in vars(kind)
        for kind in adapter.__mro__[: adapter.__mro__.index(NativeRequest)]
    )


_R = TypeVar("_R", bound=NativeRequest)


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
) -> Callable[..., _R]:
    """What makes a request of the class `cls` of a native one, faster than calling the class does.

    Neither `__new__` nor `__init__` is called: the slots are filled here.

        sources = {"_scope": "scope", "_receive": None}
        make_opener(cls, sources, instead_of=StarletteRequest.__init__)

    Args:
        cls: The class.
        sources: The slots that `cls` has beside those of the core. Each is filled with an attribute
            of the native request (`"transport.scope"` for one of an attribute, `""` for the native
            request itself). None: it is filled with a further argument of the call, or with None.
        instead_of: The `__init__` that does the same. A subclass may have another one; then `cls`
            itself is given back.

    Raises:
        ValueError: A slot or an attribute is no name of Python's.
    """
    if instead_of is not None and cls.__init__ is not instead_of:
        return cls
    values = {"_native": "native", **dict.fromkeys(CORE_SLOTS, "None")}
    for slot, attribute in sources.items():
        parts = [slot, *(attribute.split(".") if attribute else ())]
        if not all(part.isidentifier() for part in parts):
            raise ValueError(f"make_opener: expected Python names, got {slot!r}: {attribute!r}")
        values[slot] = slot if attribute is None else ".".join(["native", *parts[1:]])
    further = "".join(f", {slot}=None" for slot, attribute in sources.items() if attribute is None)
    stores = "".join(f"    request.{slot} = {value}\n" for slot, value in values.items())
    # As text, as `dataclasses` does it: a loop over the slots would cost more than all the rest.
    text = f"def opener(native{further}):\n    request = new(cls)\n{stores}    return request\n"
    names: dict[str, Any] = {"new": object.__new__, "cls": cls}
    exec(text, names)  # noqa: S102 (of identifiers alone, which an adapter wrote)
    return names["opener"]  # type: ignore[no-any-return]
