"""Dependencies point one way: conformance -> adapters -> core.

Read from the source, so that an import inside a function or behind a condition counts too.
Adapters that come from somewhere else can use only what is public; ours must manage with the same.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ROOTS = (REPOSITORY, REPOSITORY / "adapters", REPOSITORY / "conformance")

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

# What is new in Python 3.14 is imported there alone.
STANDARD = {*sys.stdlib_module_names, "_typeshed", "annotationlib"}


@dataclass(frozen=True)
class Import:
    """One name that a source file imports."""

    where: str
    name: str
    when_loaded: bool  # at import time: neither in a function nor for type checkers only

    @property
    def top(self) -> str:
        return self.name.partition(".")[0]

    @property
    def private(self) -> bool:
        return any(part.startswith("_") for part in self.name.split("."))


def imports_of(package: str) -> list[Import]:
    found = [
        item
        for root in ROOTS
        for file in sorted((root / package).rglob("*.py"))
        for item in _imports(file, package)
    ]
    return [item for item in found if item.top != package]


def _imports(file: Path, package: str) -> Iterator[Import]:
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    for node, when_loaded in _walk(tree, when_loaded=True):
        where = f"{file.relative_to(REPOSITORY).as_posix()}:{getattr(node, 'lineno', 0)}"
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
        unseen = isinstance(node, ast.If) and _type_checking(node.test) and child in node.body
        yield from _walk(child, when_loaded=when_loaded and not later and not unseen)


def _type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _say(offenders: list[Import]) -> list[str]:
    return [f"{item.where} imports {item.name}" for item in offenders]


def test_the_packages_are_found() -> None:
    for package in ("unireq", *ALLOWED, "unireq_conformance"):
        assert any((root / package / "__init__.py").is_file() for root in ROOTS), package


def test_the_core_imports_the_standard_library_and_itself() -> None:
    assert _say([i for i in imports_of("unireq") if i.top not in STANDARD]) == []


@pytest.mark.parametrize("package", ALLOWED)
def test_an_adapter_knows_its_framework_only(package: str) -> None:
    may = STANDARD | {"unireq"} | ALLOWED[package]
    assert _say([i for i in imports_of(package) if i.top not in may]) == []


@pytest.mark.parametrize("package", ALLOWED)
def test_an_adapter_loads_no_framework_when_imported(package: str) -> None:
    may = STANDARD | {"unireq"} | PROTOCOLS
    assert _say([i for i in imports_of(package) if i.when_loaded and i.top not in may]) == []


@pytest.mark.parametrize("package", ALLOWED)
def test_an_adapter_uses_what_is_public(package: str) -> None:
    ours = {"unireq", *ALLOWED}
    offenders = [i for i in imports_of(package) if i.top in ours and i.private]
    assert _say(offenders) == []


@pytest.mark.parametrize("package", ["unireq", *ALLOWED])
def test_nothing_shipped_imports_the_suite_or_a_test(package: str) -> None:
    not_ours = {"unireq_conformance", "hypothesis", "pytest", "support", "tests"}
    assert _say([i for i in imports_of(package) if i.top in not_ours]) == []


def test_the_suite_imports_no_test() -> None:
    offenders = [i for i in imports_of("unireq_conformance") if i.top in {"support", "tests"}]
    assert _say(offenders) == []
