"""What `unireq-conformance new` writes is a package of others': built, installed, judged green.

Wheels alone are installed, into a directory that goes before the checkout's on the path. What it is
written from is typed: mypy and pyright read it with the kit, strictly.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.built import DIST, do, find_uv
from unireq_conformance.commands import KINDS

pytestmark = pytest.mark.skipif(
    DIST is None, reason="builds and installs packages: nox -s packaging"
)


def install(*sources: Path, into: Path) -> None:
    how = ("--offline", "--no-deps", "--no-build-isolation", "--target", str(into))
    do(find_uv(), "pip", "install", "-q", "--python", sys.executable, *how, *map(str, sources))


@pytest.fixture(scope="module")
def site(wheel: Path, kit_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("site")
    install(wheel, kit_wheel, into=site)
    return site


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_package_is_green(kind: str, site: Path, tmp_path: Path) -> None:
    package = tmp_path / f"unireq-my-{kind}"

    def run(*arguments: str, at: Path = package) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))}
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=at,
            env={**kept, "PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run("unireq_conformance", "new", f"my-{kind}", f"--{kind}", at=tmp_path)
    install(package, into=site)
    run("ruff", "check", "--isolated")
    # That the suite is about the adapter, and then the suite.
    run("pytest", "-q", "-k", "found")
    suite = ("run", f"test_conformance:TestMy{kind.capitalize()}", "--examples", "1")
    run("unireq_conformance", *suite, at=package / "tests")
