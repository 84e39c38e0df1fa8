"""The installed wheel in an environment without any framework, and what importing it costs."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest

from support.bare import Bare

ADAPTERS = [
    "unireq_asgi",
    "unireq_wsgi",
    "unireq_starlette",
    "unireq_django",
    "unireq_flask",
    "unireq_sanic",
]

FRAMEWORKS = {"starlette", "fastapi", "gradio", "django", "flask", "werkzeug", "sanic"}


def loaded_by(bare: Bare, module: str) -> set[str]:
    """Names of the modules that a fresh interpreter holds after `import module`."""
    done = bare.python("-c", f"import sys, {module}; print(*sys.modules)")
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_environment_has_no_framework(bare: Bare) -> None:
    for framework in sorted(FRAMEWORKS):
        done = bare.python("-c", f"import {framework}")
        assert "ModuleNotFoundError" in done.stderr, framework


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_an_adapter_is_imported_without_its_framework(bare: Bare, adapter: str) -> None:
    assert loaded_by(bare, adapter) & FRAMEWORKS == set()


def test_every_entry_point_leads_to_a_class_without_its_framework(bare: Bare) -> None:
    done = bare.python(
        "-c",
        "from importlib.metadata import entry_points\n"
        "for point in entry_points(group='unireq.adapters'):\n"
        "    print(point.name, isinstance(point.load(), type))",
    )
    assert done.returncode == 0, done.stderr
    named = dict(line.split() for line in done.stdout.splitlines())
    assert set(named) == {point.name for point in entry_points(group="unireq.adapters")}
    assert set(named.values()) == {"True"}


def test_the_kit_is_not_installed(bare: Bare) -> None:
    done = bare.python("-c", "import unireq_conformance")
    assert "ModuleNotFoundError" in done.stderr
    assert not Path(bare.tool("unireq-conformance")).exists()
