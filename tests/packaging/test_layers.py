"""Dependencies point one way: conformance -> adapters -> core.

Read from the source, so that an import inside a function or behind a condition counts too.
Adapters that come from somewhere else can use only what is public, and what the contract of
`NativeRequest` names; ours must manage with the same.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import unireq.adapter
import unireq_asgi
import unireq_conformance
import unireq_wsgi

REPOSITORY = Path(__file__).resolve().parents[2]

# What each adapter may name beside the standard library and the core: its framework, and the
# adapter of the protocol that the framework speaks.
PROTOCOLS = {"unireq_asgi", "unireq_wsgi"}
ALLOWED: dict[str, set[str]] = {
    "unireq_asgi": set(),
    "unireq_wsgi": set(),
    "unireq_starlette": {"starlette", "fastapi", *PROTOCOLS},
    "unireq_django": {"django", "rest_framework", "asgiref", *PROTOCOLS},
    "unireq_flask": {"flask", "werkzeug", "flask_login", *PROTOCOLS},
    "unireq_sanic": {"sanic", *PROTOCOLS},
    "unireq_gradio": {"gradio", *PROTOCOLS},
}
OUTSIDERS = {
    "unireq_bottle": {"bottle", *PROTOCOLS},
    "unireq_aiohttp": {"aiohttp", "multidict", *PROTOCOLS},
}
"""The same of what others could have written, in tests/thirdparty; its tests may name the kit."""
ROOTS = (
    *(REPOSITORY, REPOSITORY / "adapters", REPOSITORY / "conformance"),
    *(REPOSITORY / "tests" / "thirdparty" / name.replace("_", "-") for name in OUTSIDERS),
)
# What is new in Python 3.14 is imported there alone.
STANDARD = {*sys.stdlib_module_names, "_typeshed", "annotationlib"}


class Import(NamedTuple):
    """One name that a source file imports."""

    where: str
    name: str
    when_loaded: bool  # at import time: neither in a function nor for type checkers only

    @property
    def top(self) -> str:
        return self.name.partition(".")[0]


def files_of(package: str) -> list[Path]:
    found = [file for root in ROOTS for file in sorted((root / package).rglob("*.py"))]
    assert found, package
    return found


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def imports_of(package: str) -> list[Import]:
    """What its files import from elsewhere."""
    found = [
        item for file in files_of(package) for item in _imports(parsed(file), package, file.name)
    ]
    return [item for item in found if item.top != package]


def _imports(tree: ast.Module, package: str, file: str = "") -> Iterator[Import]:
    for node, when_loaded in _walk(tree, when_loaded=True):
        where = f"{package}/{file}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(where, alias.name, when_loaded)
        elif isinstance(node, ast.ImportFrom):
            source = package if node.level else str(node.module)
            for alias in node.names:
                yield Import(where, f"{source}.{alias.name}", when_loaded)


def _walk(node: ast.AST, *, when_loaded: bool) -> Iterator[tuple[ast.AST, bool]]:
    yield node, when_loaded
    for child in ast.iter_child_nodes(node):
        later = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        condition = ast.unparse(node.test) if isinstance(node, ast.If) else ""
        unseen = condition.removeprefix("typing.") == "TYPE_CHECKING" and child in node.body
        yield from _walk(child, when_loaded=when_loaded and not later and not unseen)


@pytest.mark.parametrize("package", ["unireq", *ALLOWED, *OUTSIDERS])
def test_what_a_package_imports(package: str) -> None:
    """The core: the standard library and itself. An adapter: its framework, and that late."""
    may = STANDARD | {"unireq"} | (ALLOWED | OUTSIDERS | {"unireq": set()})[package]
    assert [i for i in imports_of(package) if i.top not in may] == []
    if package in ALLOWED:
        at_once = STANDARD | {"unireq"} | PROTOCOLS
        assert [i for i in imports_of(package) if i.when_loaded and i.top not in at_once] == []


def test_the_kit_imports_no_test() -> None:
    tests = {"support", "tests"}
    assert [i for i in imports_of("unireq_conformance") if i.top in tests] == []


# The doors.


def beside_the_doors(source: str, package: str) -> set[str]:
    """What `source`, a file of `package`, uses of ours that no module hands out."""
    doors = (unireq, unireq.adapter, unireq_asgi, unireq_wsgi, unireq_conformance)
    modules = {door.__name__: door.__name__ for door in doors}
    offered = {f"{door.__name__}.{name}" for door in doors for name in door.__all__} | {*modules}
    modules["adapter"] = "unireq.adapter"
    tree = ast.parse(source)
    tops = {"unireq", "unireq_conformance", *ALLOWED} - {package}
    used = {item.name for item in _imports(tree, package) if item.top in tops}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in modules:
            used.add(f"{modules[ast.unparse(node.value)]}.{node.attr}")
        elif isinstance(node, ast.Import):
            # Under another name a module would be lost sight of.
            renamed = [each for each in node.names if each.asname and each.name in modules]
            used |= {f"{each.name} as {each.asname}" for each in renamed}
    return used - offered


@pytest.mark.parametrize("package", [*ALLOWED, *OUTSIDERS])
def test_an_adapter_uses_the_doors(package: str) -> None:
    files = files_of(package)
    if package in OUTSIDERS:
        files += sorted((files[0].parents[1] / "tests").glob("*.py"))
    for file in files:
        assert beside_the_doors(file.read_text(encoding="utf-8"), package) == set(), file.name


@pytest.mark.parametrize(
    ("line", "use"),
    [
        ("import unireq._urlencoded", "unireq._urlencoded"),
        ("import unireq as u", "unireq as u"),
        ("import unireq; unireq._native.NativeRequest", "unireq._native"),
        ("from unireq import *", "unireq.*"),
        ("from unireq._native import NativeRequest", "unireq._native.NativeRequest"),
        ("from unireq_conformance.suite import Capability", "unireq_conformance.suite.Capability"),
        ("def f():\n    from unireq_conformance import judge", "unireq_conformance.judge"),
    ],
)
def test_what_no_door_offers_is_seen(line: str, use: str) -> None:
    assert beside_the_doors(line, "unireq_bottle") == {use}


# Members.


@cache
def contract() -> set[str]:
    """The members that are an adapter's to define: `NativeRequest` says so of each."""
    trees = [parsed(REPOSITORY / "unireq" / f"{name}.py") for name in ("_native", "_user")]
    return {
        node.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (ast.get_docstring(node) or "").startswith(("MUST.", "MAY."))
    }


@cache
def private_members(package: str) -> set[str]:
    """The private names that the classes of a package define, keep in slots, or store."""
    nodes = [node for file in files_of(package) for node in ast.walk(parsed(file))]
    kinds = [node for node in nodes if isinstance(node, ast.ClassDef)]
    found: set[str] = set()
    for node in (node for kind in kinds for node in ast.walk(kind)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id="__slots__")], value=value):
                found |= {str(c.value) for c in ast.walk(value) if isinstance(c, ast.Constant)}
    return {name for name in found if name.startswith("_") and not name.startswith("__")}


def private_uses(source: str, own: set[str]) -> list[str]:
    """Where adapter code uses a private member of the core, `own` being those of adapters."""
    free = contract() | own
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        may = free
        match node:
            case ast.Constant(value=str(value)) if value.startswith("unireq._"):
                found.append(f"line {node.lineno} names {value}")
                continue
            case ast.Attribute(attr=name, value=of):
                # What a request keeps that its adapter may read, beside its own.
                may = free if isinstance(node.ctx, ast.Store) else free | {"_native", "_headers"}
            case ast.Call(
                func=ast.Name(id="getattr" | "setattr" | "hasattr" | "delattr"),
                args=[of, ast.Constant(value=name), *_],
            ):
                pass
            case _:
                continue
        # A framework's request has private members of its own, and none of ours.
        if name in private_members("unireq") - may and ast.unparse(of) not in (
            "native",
            "self._native",
        ):
            found.append(f"line {node.lineno} uses {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("package", ALLOWED)
def test_an_adapter_uses_no_private_member_of_the_core(package: str) -> None:
    # What it has of its own may be called the same as something that it never sees of the core.
    kinds = unireq.adapter.NativeRequest.__mro__[:-1]
    inherited = private_members("unireq") & {name for kind in kinds for name in vars(kind)}
    own = set().union(*map(private_members, {package, *PROTOCOLS})) - inherited
    for file in files_of(package):
        assert private_uses(file.read_text(encoding="utf-8"), own) == [], file.name


@pytest.mark.parametrize(
    ("code", "uses"),
    [
        ("def f(request): return request._shared_body()", 1),
        ("class X:\n    def f(self): return self._complete(self._to_facts())", 1),
        ("class X:\n    def __init__(self): self._headers = None", 1),
        ("class X:\n    def f(self): self._native = None", 1),
        ("def f(request): return getattr(request, '_query', None)", 1),
        ("def f(my_native): return my_native._body", 1),
        ("def f(request): return request.native._shared_body()", 1),
        ("import importlib\n\ndef f(): return importlib.import_module('unireq._detect')", 1),
        ("class X:\n    def f(self): return self._native, self._headers, self._own", 0),
        ("class X:\n    def f(self): return super()._find_username()", 0),
        ("def f(native): return native._body, getattr(native, '_body')", 0),
    ],
)
def test_a_private_use_is_seen_and_no_other(code: str, uses: int) -> None:
    assert len(private_uses(code, {"_own", "_complete"})) == uses
