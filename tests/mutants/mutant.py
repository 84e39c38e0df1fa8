"""Mutants: adapters broken on purpose, each with the exact set of clauses that it must fail.

@breaks("HDR-008")
class JoinsWithSpace(SoundASGI): ...            # an adapter

@breaks("CKE-004", of=_cookies.fill_cookies)
def last_cookie_wins(...): ...                  # in place of a function of the core

@breaks("API-005", of=(ReadOnlyDict, "clear"))
def clear(self): ...                            # in place of an attribute
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from unittest import mock

from mutants.lenient import SoundASGI, SoundWSGI
from unireq import _connection, _detect, _url, adapter
from unireq.adapter import NativeRequest
from unireq_conformance.inside import imports

__all__ = ["MUTANTS", "STRANGER", "Mutant", "breaks", "changed"]

_T = TypeVar("_T")

STRANGER: Final = "support.stranger"
"""A module that nobody needs, for the mutants that import one."""

_Place = tuple[Any, str]


@dataclass(frozen=True)
class Mutant:
    """One.

    Attributes:
        name: What it is called in the report of the tests.
        does: What is wrong with it.
        fails: The ids of all clauses that it fails.
        adapter: What opens native requests.
        changes: Places in the core, and what stands there instead.
        framework: Whether native requests are a framework's.
    """

    name: str
    does: str
    fails: frozenset[str]
    adapter: type[NativeRequest] = SoundASGI
    changes: tuple[tuple[_Place, Any], ...] = ()
    framework: bool = False

    @property
    def protocol(self) -> str:
        """What the adapter is for."""
        return "wsgi" if issubclass(self.adapter, SoundWSGI) else "asgi"

    @contextmanager
    def applied(self) -> Iterator[None]:
        """While it lasts, `unireq.from_native` opens native requests with the mutant."""
        with ExitStack() as stack:
            for (owner, name), value in self.changes:
                stack.enter_context(mock.patch.object(owner, name, value))
            # What was found out about types and adapters before was about sound ones.
            stack.enter_context(mock.patch.dict(_detect._openers, clear=True))
            for module, name in ((_url, "_valid_hosts"), (_connection, "_known_hosts")):
                stack.enter_context(mock.patch.object(module, name, set()))
            adapters = {self.protocol: self.adapter}
            for known in (_detect._protocol_adapters, _detect._protocol_openers):
                stack.enter_context(mock.patch.dict(known, adapters))
            # The kit holds an import against whoever is judged after, too.
            stack.enter_context(mock.patch.dict(imports._watch.names))
            stack.callback(sys.modules.pop, STRANGER, None)
            yield


# Some names are loaded when they are asked for; a mutant has to find them, and leave them, here.
for _name in adapter.__all__:
    getattr(adapter, _name)

MUTANTS: Final[dict[str, Mutant]] = {}


def breaks(
    *fails: str, of: Any = None, framework: bool = False, on: type[NativeRequest] = SoundASGI
) -> Callable[[_T], _T]:
    """Register the decorated adapter, or what stands in for `of`, as failing exactly `fails`.

    Args:
        *fails: Ids of clauses.
        of: A function of unireq, replaced wherever it is known; or an owner and an attribute.
        framework: See `Mutant`.
        on: The adapter, where the mutant is none.
    """

    def register(thing: _T) -> _T:
        kind: Any = thing
        name = getattr(kind, "__name__", None) or kind.fget.__name__
        changes = () if of is None else tuple((place, thing) for place in _places(of))
        adapter = kind if of is None else on
        _add(Mutant(name, _described(kind), frozenset(fails), adapter, changes, framework))
        return thing

    return register


def changed(name: str, does: str, of: Any, to: Any, *fails: str) -> None:
    """Register a mutant in which `to` stands for `of`."""
    changes = tuple((place, to) for place in _places(of))
    _add(Mutant(name, does, frozenset(fails), changes=changes))


def _add(mutant: Mutant) -> None:
    if mutant.name in MUTANTS or not mutant.does:
        raise ValueError(f"{mutant.name}: expected a new name and a docstring")
    MUTANTS[mutant.name] = mutant


def _described(thing: Any) -> str:
    return (getattr(thing, "__doc__", None) or "").partition("\n")[0]


def _places(of: Any) -> list[_Place]:
    if isinstance(of, tuple):
        return [of]
    found = [
        (module, name)
        for module in list(sys.modules.values())
        if getattr(module, "__name__", "").partition(".")[0] in _PACKAGES
        for name, value in list(vars(module).items())
        if value is of
    ]
    if not found:
        raise ValueError(f"{of!r} is nowhere in {', '.join(sorted(_PACKAGES))}")
    return found


_PACKAGES: Final = {"unireq", "unireq_asgi", "unireq_wsgi"}
