"""The installed wheel in an environment without any framework."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest

from support.built import Bare


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """An environment with the built unireq and nothing else."""
    return Bare.make(tmp_path_factory.mktemp("bare"), str(wheel))


def test_the_environment_has_neither_a_framework_nor_the_kit(bare: Bare) -> None:
    frameworks = ("starlette", "fastapi", "gradio", "django", "flask", "werkzeug", "sanic")
    for module in (*frameworks, "unireq_conformance"):
        assert "ModuleNotFoundError" in bare.python("-c", f"import {module}").stderr, module
    assert not Path(bare.tool("unireq-conformance")).exists()


def test_every_adapter_is_loaded_without_its_framework(bare: Bare) -> None:
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
