"""The installed adapters, found by the entry-point group `unireq.adapters`.

The name of an entry point is the top-level module that the adapter claims (`flask`), its value a
subclass of NativeRequest. An adapter is imported only when an object of that module is passed in.
An adapter that can't be imported does not affect the others.

`loaded_class` and `make_opener` are for adapters: to recognise the framework's request without
importing the framework, and to make our request from it fast.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from unireq._native import NativeRequest, Opener
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
    """The adapters that know the current request of their framework.

    Attributes:
        adapters: Those of imported frameworks.
        waiting: The names of the frameworks that were not imported at the last search; None before
            the first.
        modules: The number of imported modules at the last search: if it is the same, no search is
            needed.
        lock: Held during a search.
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
        # A third-party adapter for a framework has priority over unireq's own.
        several.sort(
            key=lambda entry: (_distribution(entry) == _OWN, _distribution(entry), entry.value)
        )
    return found


def _installed() -> Iterable[EntryPoint]:
    from importlib.metadata import distributions, entry_points

    try:
        return entry_points(group=GROUP)
    except Exception:  # noqa: BLE001 (metadata files of other packages may raise anything)
        # One unreadable file makes the call fail, so read each distribution separately.
        found: dict[str, Iterable[EntryPoint]] = {}
        for distribution in distributions():
            try:
                # The first distribution of a name is the one that is imported.
                entries = distribution.entry_points.select(group=GROUP)
                found.setdefault(_name(distribution) or f"#{len(found)}", entries)
            except Exception as error:  # noqa: BLE001 (as above)
                note_failure(f"entry_points.txt of {_name(distribution)}", error)
        return [entry for entries in found.values() for entry in entries]


def _distribution(entry: EntryPoint) -> str:
    return "" if entry.dist is None else _name(entry.dist)


def _name(distribution: Distribution) -> str:
    """The name of a distribution; `""` if its metadata is missing."""
    try:
        metadata = distribution.metadata
        # Checked first: a missing key gives None with a warning, in later Pythons a KeyError.
        if "Name" in metadata:
            return metadata["Name"]
    except Exception:  # noqa: BLE001, S110 (a missing file may raise anything)
        pass
    return ""


def adapter_names() -> list[str]:
    """The top-level modules that the installed adapters claim, sorted."""
    return sorted(_entry_points())


def load_failures() -> dict[str, str]:
    """Adapters that could not be loaded so far: {entry point: what went wrong}."""
    return dict(_failures)


def note_failure(adapter: str, error: BaseException) -> None:
    """Remember that `adapter` is broken, for the message of a later `UnknownNative`."""
    _failures[adapter] = f"{type(error).__name__}: {error}"


def forget_adapters() -> None:
    """Search for adapters again at the next request, for programs that install one at run time."""
    with asked.lock:
        _entry_points.cache_clear()
        _failures.clear()
        asked.adapters, asked.waiting, asked.modules = (), None, -1


def adapters_for(module: str) -> list[type[NativeRequest]]:
    """The adapters that claim the top-level `module`, except those that can't be imported."""
    adapters: list[type[NativeRequest]] = []
    for entry in _entry_points().get(module, ()):
        name = f"{entry.name} = {entry.value}"
        try:
            adapter = entry.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 (a foreign module)
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
    """A framework's own current request; None if there is none.

    Only adapters of imported frameworks are asked.
    """
    if len(sys.modules) != asked.modules:
        _look_for_imported()
    for adapter in asked.adapters:
        try:
            native = adapter._current_native()  # pyright: ignore[reportPrivateUsage]
        except Exception as error:  # noqa: BLE001 (a foreign adapter may raise anything)
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
        # Set last: until then, other threads come here and wait for the lock.
        asked.waiting, asked.modules = waiting - imported, modules


def _can_say(adapter: type[NativeRequest]) -> bool:
    """Whether the adapter overrides `_current_native`."""
    return any(
        "_current_native" in vars(kind)
        for kind in adapter.__mro__[: adapter.__mro__.index(NativeRequest)]
    )


_R = TypeVar("_R", bound=NativeRequest)


def loaded_class(module: str, name: str) -> type | tuple[()]:
    """The class `name` of `module` if that is imported; else `()`, for use in `issubclass`.

        issubclass(kind, loaded_class("flask.wrappers", "Request"))     # False if not imported

    Args:
        module: The dotted name of the module.
        name: The name of the class in the module.
    """
    return getattr(sys.modules.get(module), name, ())


def make_opener(
    cls: type[_R],
    sources: Mapping[str, str | None],
    *,
    instead_of: Callable[..., None] | None = None,
    unless: tuple[str, Opener] | None = None,
) -> Callable[..., _R]:
    """A function that makes a `cls` from a native request, faster than calling the class.

    It fills the slots itself, and calls neither `__new__` nor `__init__`.

        sources = {"_scope": "scope", "_receive": None}
        make_opener(cls, sources, instead_of=StarletteRequest.__init__)

    Args:
        cls: The class.
        sources: The slots of `cls`, without those of the core, and the attribute of the native
            request that fills each (`"transport.scope"` for a nested one, `""` for the native
            request itself). None: a further argument of the call fills it, by default None.
        instead_of: The `__init__` that the function replaces. If a subclass has another
            `__init__`, `cls` itself is returned.
        unless: An attribute (`"transport.scope"`), and who makes the request if it is a dict: for a
            framework with the same type of request on ASGI and elsewhere.

    Raises:
        ValueError: A slot or an attribute is not a Python identifier.
    """
    own_new: Any = cls.__new__
    if instead_of is not None and (cls.__init__ is not instead_of or own_new is not object.__new__):
        return cls
    values = {"_native": "native", **dict.fromkeys(CORE_SLOTS, "None")}
    for slot, attribute in sources.items():
        values[_python_name(slot)] = slot if attribute is None else _read(attribute)
    further = "".join(f", {slot}=None" for slot, attribute in sources.items() if attribute is None)
    branch = ""
    if unless is not None:
        holder, _, last = unless[0].rpartition(".")
        branch = (
            f"    found = getattr({_read(holder)}, {_python_name(last)!r}, None)\n"
            "    if found is not None and isinstance(found, dict):\n        return other(native)\n"
        )
    stores = "".join(f"    request.{slot} = {value}\n" for slot, value in values.items())
    # Generated as text, like in `dataclasses`: a loop over the slots would cost more than the rest.
    text = (
        f"def opener(native{further}):\n{branch}"
        f"    request = new(cls)\n{stores}    return request\n"
    )
    names: dict[str, Any] = {"new": object.__new__, "cls": cls, "other": unless and unless[1]}
    exec(text, names)  # noqa: S102 (only identifiers, from an adapter)
    return names["opener"]  # type: ignore[no-any-return]


def _read(attribute: str) -> str:
    """The expression for an attribute of the native request; for itself if `attribute` is empty."""
    return ".".join(["native", *map(_python_name, attribute.split(".") if attribute else ())])


def _python_name(text: str) -> str:
    if not text.isidentifier():
        raise ValueError(f"make_opener: expected a Python name, got {text!r}")
    return text
