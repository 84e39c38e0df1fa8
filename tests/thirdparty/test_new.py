"""What `unireq-conformance new` writes is a package of others': built, installed, judged green.

Wheels alone are installed, into a directory that goes before the checkout's on the path.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.built import DIST, do, find_uv
from unireq_conformance.commands.new import KINDS

pytestmark = pytest.mark.skipif(
    DIST is None, reason="builds and installs packages: nox -s packaging"
)


def install(*sources: Path, into: Path) -> None:
    how = ("--offline", "--no-deps", "--no-build-isolation", "--target", str(into))
    do(find_uv(), "pip", "install", "-q", "--python", sys.executable, *how, *map(str, sources))


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_package_is_green(kind: str, wheel: Path, kit_wheel: Path, tmp_path: Path) -> None:
    site, package = tmp_path / "site", tmp_path / "unireq-my-framework"

    def run(*arguments: str, at: Path = package, **variables: str) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))}
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=at,
            env={**kept, "PYTHONPATH": str(site), **variables},
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    install(wheel, kit_wheel, into=site)
    run("unireq_conformance", "new", "my-framework", f"--{kind}", at=tmp_path)
    install(package, into=site)
    run("ruff", "check", "--isolated")
    run("mypy", "--strict", "unireq_my_framework", "tests", MYPYPATH=str(site))
    # That the suite is about the adapter, and then the suite.
    run("pytest", "-q", "-k", "found")
    suite = ("run", "test_conformance:TestMyFramework", "--examples", "1")
    run("unireq_conformance", *suite, at=package / "tests")
