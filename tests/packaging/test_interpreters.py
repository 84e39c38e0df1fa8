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


RUNS = f'exec "{sys.executable}" "$@"'


@pytest.mark.parametrize(
    ("wanted", "on_path", "beside"),
    [
        (RUNNING, RUNS, ""),
        # A shim with nothing behind it is passed over.
        (RUNNING, "echo 'command not found' >&2; exit 127", RUNS),
        # And so is another version under that name.
        ("3.1", RUNS, ""),
        ("3.1", "", ""),
    ],
)
def test_the_one_that_runs_is_taken_or_none_is_said(
    noxfile: ModuleType, machine: Path, wanted: str, on_path: str, beside: str
) -> None:
    made: dict[str, str] = {}
    for place, script in (("shims", on_path), ("installed/other/bin", beside)):
        if script:
            made[script] = put(machine / place / f"python{wanted}", script)
    expected = made[RUNS] if wanted == RUNNING else None
    assert noxfile.find_python(wanted) == expected
    python, notice = noxfile.choose_python(wanted, "3.0")
    assert python == (expected or sys.executable)
    said = f"NO PYTHON {wanted} or 3.0 ON THIS MACHINE: running on "
    assert notice is None if expected else notice.startswith(said)
