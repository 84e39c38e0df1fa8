"""Mutants: unireq broken on purpose, each with the exact set of clauses that it must fail.

    mutants('''
    plus_stays: A `+` is a `+`. [QRY-004,006..007]
      parse_query = lambda query: was(query.replace("+", "%2B"))
    forgets_to_undo (WSGI): What layers set stays set. [MID-013]
      Exchange.end: self._around.leave() => pass
    ''')

A name, what is wrong, and the clauses that it fails; then what it changes. `place: old => new`
replaces text in the source of a function, where it occurs once. `place = value` puts the value of
an expression there; in it, `was` is the function that stood there before, and the names are those
of the place's module. Lines that go on are indented by four more.

A place is the name of a function of unireq, which is replaced wherever it is known, or an attribute
of a class; of two, the one for the protocol is meant. After the name of a module it is a name in
this module alone. `adapter` is the adapter that is judged.
"""

from __future__ import annotations

import base64
import inspect
import json
import pkgutil
import posixpath
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any, Final, NoReturn
from unittest import mock
from urllib.parse import parse_qsl, quote

import unireq
import unireq_asgi
import unireq_wsgi
from mutants.lenient import SoundASGI, SoundWSGI
from unireq import _connection, _detect, _url, adapter
from unireq._header_editor import _lower_token
from unireq.adapter import NativeRequest, percent_decode
from unireq_conformance.apps import asgi_app, wsgi_app
from unireq_conformance.inside import imports

__all__ = ["MUTANTS", "Mutant", "fails", "mutants"]

_STRANGER: Final = "support.stranger"


def raises(error: Exception) -> NoReturn:
    raise error


def caught(call: Callable[[], Any], error: type[Exception], instead: Any = None) -> Any:
    try:
        return call()
    except error:
        return instead


def import_stranger() -> Any:
    return import_module(_STRANGER)


def unquote(text: str) -> str:
    return percent_decode(text) if text.isascii() else text


def lazy(mapping: Any) -> Any:
    """`mapping`, which answers as before, but is an empty dict underneath."""
    whole, base = dict(mapping), type(mapping)

    def answering(name: str) -> Callable[..., Any]:
        return lambda self, *given: getattr(whole, name)(*given)

    reading = "__getitem__ get __contains__ __iter__ __len__ __eq__ keys items".split()
    members = {"__slots__": (), "__hash__": None, **{name: answering(name) for name in reading}}
    kind: Any = type("Lazy", (base,), members)
    made = kind.__new__(kind)
    for name in getattr(base, "__slots__", ()):
        setattr(made, name, getattr(mapping, name))
    return made


# Names that every value may use.
_NAMES: Final[dict[str, Any]] = {
    **{each.__name__: each for each in (raises, caught, import_stranger, unquote, lazy)},
    **{each.__name__: each for each in (base64, json, posixpath, re, unireq)},
    **{each.__name__: each for each in (HTTPStatus, SimpleCookie, date, parse_qsl, quote)},
    **{name: getattr(adapter, name) for name in adapter.__all__},
    **{name: getattr(unireq, name) for name in unireq.__all__},
}
_MUTANT: Final = re.compile(
    r"^(?P<name>\w+)(?: \((?P<adapter>\w+)\))?: (?P<does>[^\n]+?)\s+\[(?P<fails>[^]]+)\]\n"
    r"(?P<changes>(?:  .*\n)+)|^(?:#.*)?\n|(?P<wrong>.+)",
    re.MULTILINE,
)
_CHANGE: Final = re.compile(r"^  (\S+?)(: | = )(.*(?:\n    .*)*)\n", re.MULTILINE)


@dataclass
class Mutant:
    """One.

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
            stack.callback(sys.modules.pop, _STRANGER, None)
            yield


MUTANTS: Final[dict[str, Mutant]] = {}


def mutants(text: str, *helpers: Any, **groups: str) -> None:
    """Register the mutants that `text` describes.

    Args:
        text: As in the example above; lines that begin with `#` are comments.
        helpers: Functions, and adapters, that it names.
        groups: Ids of clauses, by a name for all of them.
    """
    helped = {each.__name__: each for each in helpers}
    adapters = {"WSGI": SoundWSGI, None: SoundASGI, **helped}
    for match in _MUTANT.finditer(text.rstrip() + "\n"):
        changes = match["changes"] or ""
        if wrong := match["wrong"] or _CHANGE.sub("", changes):
            raise ValueError(f"expected a mutant and what it changes, got {wrong!r}")
        if match["name"] is None:
            continue
        name, does, ids = match["name"], match["does"], _ids(match["fails"], groups)
        mutant = _register(Mutant(name, does, ids, adapters[match["adapter"]]))
        for path, kind, indented in _CHANGE.findall(changes):
            spots = _spots(path, mutant)
            thing = inspect.getattr_static(*spots[0])
            was = getattr(thing, "fget", None) or getattr(thing, "__func__", None) or thing
            change = indented.replace("\n    ", "\n")
            if kind == " = ":
                module = sys.modules[getattr(spots[0][0], "__module__", spots[0][0].__name__)]
                known = getattr(was, "__globals__", vars(module))
                value = eval(f"({change})", {**_NAMES, **known, **helped, "was": was})  # noqa: S307
            else:
                value = _edited(name, was, *re.split(r"\s=>(?: |$)", change))
            if isinstance(thing, (property, classmethod)) and inspect.isfunction(value):
                value = type(thing)(value)
            mutant.changes += [(*spot, value) for spot in spots]


def fails(ids: str, *, framework: bool = False) -> Callable[[type[Any]], type[Any]]:
    """Register the decorated adapter; its docstring is what it does.

    Args:
        ids: The ids of the clauses that it fails, with spaces between them.
        framework: See `Mutant`.
    """

    def register(adapter: type[Any]) -> type[Any]:
        does = inspect.cleandoc(adapter.__doc__ or "")
        _register(Mutant(adapter.__name__, does, _ids(ids, {}), adapter, framework))
        return adapter

    return register


def _register(mutant: Mutant) -> Mutant:
    if mutant.name in MUTANTS or not mutant.does:
        raise ValueError(f"{mutant.name}: expected a new name and what is wrong")
    MUTANTS[mutant.name] = mutant
    return mutant


def _ids(text: str, groups: Mapping[str, str]) -> frozenset[str]:
    found: set[str] = set()
    for each in text.split():
        if each in groups:
            found |= _ids(groups[each], groups)
            continue
        area, _, numbers = each.partition("-")
        for part in numbers.split(","):
            first, _, last = part.partition("..")
            found |= {f"{area}-{n:03d}" for n in range(int(first), int(last or first) + 1)}
    return frozenset(found)


def _edited(name: str, function: Any, old: str, new: str) -> Any:
    source = textwrap.dedent(inspect.getsource(function))
    if (found := source.count(old)) != 1:
        raise ValueError(
            f"{name}: expected {old!r} once in the source of {function.__qualname__}, got it"
            f" {found} times; let the mutant follow the product"
        )
    made: dict[str, Any] = {}
    code = compile(source.replace(old, new), f"<mutant {name}>", "exec")
    exec(code, function.__globals__, made)  # noqa: S102  # the product's own source
    return made[function.__name__]


def _spots(path: str, mutant: Mutant) -> list[tuple[Any, str]]:
    """Where it stands: owners, and names of their attributes."""
    first, *rest = path.split(".")
    if first == "adapter":
        return [(mutant.adapter, rest[0])]
    named = [
        m for m in _MODULES if rest and m.__name__.endswith(f".{first}") and rest[0] in vars(m)
    ]
    defining = [m for m in _MODULES if getattr(vars(m).get(first), "__module__", "") == m.__name__]
    found = named or defining
    if len(found) > 1:
        found = [each for each in found if each.__name__.startswith(f"unireq_{mutant.protocol}")]
    if len(found) != 1:
        raise ValueError(f"{mutant.name}: expected the name of one place in unireq, got {path}")
    if not rest:
        value = vars(found[0])[first]
        known = [(module, *each) for module in _MODULES for each in vars(module).items()]
        return [(module, name) for module, name, it in known if it is value]
    owner: Any = found[0]
    *owners, name = rest if named else path.split(".")
    for each in owners:
        owner = getattr(owner, each)
    return [(owner, name)]


def _modules() -> Iterator[Any]:
    for package in (unireq, unireq_asgi, unireq_wsgi):
        yield package
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not each.name.endswith(".__main__"):
                yield import_module(each.name)
    yield asgi_app
    yield wsgi_app


_MODULES: Final = [*_modules()]
