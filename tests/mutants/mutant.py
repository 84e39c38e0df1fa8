"""Mutants: unireq broken on purpose, each with the exact set of clauses that it must fail.

    mutant("PlusStays", "A `+` is a `+`.", "QRY-004 QRY-006").wraps(
        _urlencoded.parse_query, lambda parse, query: parse(query.replace("+", "%2B"))
    )

A mutant is made by one of four means, the shortest that says it: `edits` the source of a function,
`wraps` a function, `puts` another value in its place; where one expression is not enough, `breaks`
decorates a function that stands in for one of unireq, or an adapter.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from unittest import mock

from mutants.lenient import SoundASGI, SoundWSGI
from unireq import _connection, _detect, _url, adapter
from unireq._header_editor import _lower_token
from unireq.adapter import NativeRequest
from unireq_conformance.inside import imports

__all__ = ["MUTANTS", "STRANGER", "Mutant", "breaks", "mutant"]

_T = TypeVar("_T")

STRANGER: Final = "support.stranger"
"""A module that nobody needs, for the mutants that import one."""

_PACKAGES: Final = {"unireq", "unireq_asgi", "unireq_wsgi"}


@dataclass
class Mutant:
    """One. Each method makes a change.

    It takes a place `of` unireq: a function, which is replaced wherever it is known, or an owner
    and the name of its attribute.

    Attributes:
        name: What it is called in the report of the tests.
        does: What is wrong with it.
        fails: The ids of all clauses that it fails.
        adapter: What opens native requests.
        framework: Whether native requests are a framework's.
        changes: Owners and names of attributes, and what stands there instead.
    """

    name: str
    does: str
    fails: frozenset[str]
    adapter: type[NativeRequest] = SoundASGI
    framework: bool = False
    changes: list[tuple[Any, str, Any]] = field(default_factory=list[tuple[Any, str, Any]])

    def puts(self, of: Any, value: Any) -> None:
        """`value` stands for `of`."""
        self.changes += [(*place, value) for place in _places(of)]

    def wraps(self, of: Any, change: Callable[..., Any]) -> None:
        """A call of the function `of` is one of `change`, with the function as first argument."""
        thing = _thing(of)
        function = _function(thing)

        def changed(*args: Any, **kwargs: Any) -> Any:
            return change(function, *args, **kwargs)

        kind: Any = type(thing)
        self.puts(of, kind(changed) if isinstance(thing, (property, classmethod)) else changed)

    def edits(self, of: Any, old: str, new: str, *, times: int = 1) -> None:
        """`new` stands for `old` in the source of the function `of`, where it occurs `times`."""
        function = _function(_thing(of))
        source = textwrap.dedent(inspect.getsource(function))
        if (found := source.count(old)) != times:
            raise ValueError(
                f"{self.name}: expected {old!r} {times} times in the source of"
                f" {function.__qualname__}, got it {found} times; let the mutant follow the product"
            )
        made: dict[str, Any] = {}
        code = compile(source.replace(old, new), f"<mutant {self.name}>", "exec")
        exec(code, function.__globals__, made)  # noqa: S102  # the product's own source
        self.puts(of, made[function.__name__])

    @property
    def protocol(self) -> str:
        """What the adapter is for."""
        return "wsgi" if issubclass(self.adapter, SoundWSGI) else "asgi"

    @contextmanager
    def applied(self) -> Iterator[None]:
        """While it lasts, `unireq.from_native` opens native requests with the mutant."""
        with ExitStack() as stack:
            for owner, name, value in self.changes:
                stack.enter_context(mock.patch.object(owner, name, value))
            # What was found out about types and adapters before was about sound ones.
            stack.enter_context(mock.patch.dict(_detect._openers, clear=True))
            for module, name in ((_url, "_valid_hosts"), (_connection, "_known_hosts")):
                stack.enter_context(mock.patch.object(module, name, set()))
            _lower_token.cache_clear()
            stack.callback(_lower_token.cache_clear)
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


def mutant(
    name: str,
    does: str,
    fails: str,
    *,
    on: type[NativeRequest] = SoundASGI,
    framework: bool = False,
) -> Mutant:
    """Register a mutant, which one of its methods makes.

    Args:
        name: See `Mutant`.
        does: See `Mutant`.
        fails: The ids of clauses, with spaces between them.
        on: The adapter.
        framework: See `Mutant`.
    """
    if name in MUTANTS or not does:
        raise ValueError(f"{name}: expected a new name and what is wrong")
    made = MUTANTS[name] = Mutant(name, does, frozenset(fails.split()), on, framework)
    return made


def breaks(
    *fails: str, of: Any = None, on: type[NativeRequest] = SoundASGI, framework: bool = False
) -> Callable[[_T], _T]:
    """Register the decorated adapter, or what stands in for `of`; its docstring is what it does."""

    def register(thing: _T) -> _T:
        kind: Any = thing
        function = _function(kind)
        does = inspect.cleandoc(function.__doc__ or "").partition("\n")[0]
        adapter = kind if of is None else on
        made = mutant(function.__name__, does, " ".join(fails), on=adapter, framework=framework)
        if of is not None:
            made.puts(of, thing)
        return thing

    return register


def _thing(of: Any) -> Any:
    return inspect.getattr_static(*of) if isinstance(of, tuple) else of


def _function(thing: Any) -> Any:
    return getattr(thing, "fget", None) or getattr(thing, "__func__", None) or thing


def _is_mutated(module: str) -> bool:
    """Whether `module` is of unireq, or is an app that has taken a name from it."""
    return module.partition(".")[0] in _PACKAGES or module.startswith("unireq_conformance.apps.")


def _places(of: Any) -> list[tuple[Any, str]]:
    if isinstance(of, tuple):
        return [of]
    found = [
        (module, name)
        for module in list(sys.modules.values())
        if _is_mutated(getattr(module, "__name__", ""))
        for name, value in list(vars(module).items())
        if value is of
    ]
    if not found:
        raise ValueError(f"{of!r} is nowhere in {', '.join(sorted(_PACKAGES))}")
    return found
