"""How noxfile.py finds a Python: one that runs, or a plain word that there is none."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from support.requirements import INSTALL_ALL, need

NOXFILE = Path(__file__).resolve().parents[2] / "noxfile.py"
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"

need(sys.platform != "win32", "the interpreters that this makes are shell scripts")


@pytest.fixture(scope="module")
def noxfile() -> ModuleType:
    need(importlib.util.find_spec("nox"), f"nox is not installed: {INSTALL_ALL}")
    spec = importlib.util.spec_from_file_location("noxfile_under_test", NOXFILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any Python: nothing on PATH, nothing beside the running installation."""
    monkeypatch.setenv("PATH", str(tmp_path / "shims"))
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path / "installed" / "running"))
    return tmp_path


def put(file: Path, script: str) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    return str(file)


def test_the_one_on_path_is_taken(noxfile: ModuleType, machine: Path) -> None:
    real = put(machine / "shims" / f"python{RUNNING}", f'exec "{sys.executable}" "$@"')
    assert noxfile.find_python(RUNNING) == real


def test_a_shim_with_nothing_behind_it_is_passed_over(noxfile: ModuleType, machine: Path) -> None:
    put(machine / "shims" / f"python{RUNNING}", "echo 'command not found' >&2; exit 127")
    beside = machine / "installed" / "other" / "bin" / f"python{RUNNING}"
    real = put(beside, f'exec "{sys.executable}" "$@"')
    assert noxfile.find_python(RUNNING) == real


def test_another_version_under_that_name_is_passed_over(noxfile: ModuleType, machine: Path) -> None:
    put(machine / "shims" / "python3.1", f'exec "{sys.executable}" "$@"')
    assert noxfile.find_python("3.1") is None


def test_none_at_all_is_said(noxfile: ModuleType, machine: Path) -> None:
    assert not (machine / "shims").exists()
    python, notice = noxfile.choose_python("3.1", "3.0")
    assert python == sys.executable
    assert notice.startswith("NO PYTHON 3.1 or 3.0 ON THIS MACHINE: running on ")
