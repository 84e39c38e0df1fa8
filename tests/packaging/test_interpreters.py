"""How noxfile.py finds a Python: one that runs, or a plain word that there is none."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from support.requirements import need

need(sys.platform != "win32", "the interpreters that this makes are shell scripts")
NOX = runpy.run_path(str(Path(__file__).resolve().parents[2] / "noxfile.py"))
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, on_path: str, beside: str
) -> None:
    # Of a machine there is no more than this: PATH, and what stands beside the installation.
    monkeypatch.setenv("PATH", str(tmp_path / "shims"))
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path / "installed" / "running"))
    expected = None
    for place, script in (("shims", on_path), ("installed/other/bin", beside)):
        if script:
            file = tmp_path / place / f"python{wanted}"
            file.parent.mkdir(parents=True)
            file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            file.chmod(0o755)
            if script == RUNS and wanted == RUNNING:
                expected = str(file)
    assert NOX["find_python"](wanted) == expected
    python, notice = NOX["choose_python"](wanted, "3.0")
    assert python == (expected or sys.executable)
    said = f"NO PYTHON {wanted} or 3.0 ON THIS MACHINE: running on "
    assert notice is None if expected else notice.startswith(said)
