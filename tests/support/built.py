"""The built distributions, made once per run, and environments that they are installed in.

tests/conftest.py hands the fixtures to every test.

`UNIREQ_DIST` names a directory with an sdist and a wheel of each to judge (`nox -s packaging` sets
it); without it they are built here, with the build backend that is installed, so no network is
needed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from support.requirements import INSTALL_ALL, need

REPOSITORY = Path(__file__).resolve().parents[2]
DIST = os.environ.get("UNIREQ_DIST")


def do(*command: str) -> None:
    """Run `command`; the test fails with what it printed if it fails."""
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}", pytrace=False)


def build(source: Path, out: Path, *options: str) -> None:
    """Build the project in `source` into the directory `out`."""
    need(find_spec("build"), f"python-build is not installed: {INSTALL_ALL}")
    need(find_spec("hatchling"), f"hatchling is not installed: {INSTALL_ALL}")
    command = [sys.executable, "-m", "build", "--no-isolation", *options]
    do(*command, "--outdir", str(out), str(source))


def find_uv() -> str:
    """Path of uv, which makes environments quickly."""
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.defpath]))
    need(uv, f"uv is not installed: {INSTALL_ALL}")
    return str(uv)


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory with an sdist of unireq and of the kit, and the wheels built from those."""
    if DIST:
        return Path(DIST)
    out = tmp_path_factory.mktemp("dist")
    build(REPOSITORY, out)
    build(REPOSITORY / "conformance", out)
    return out


def _built(pattern: str) -> Any:
    @pytest.fixture(scope="session")
    def built(dist: Path) -> Path:
        (path,) = dist.glob(pattern)
        return path

    return built


sdist, wheel = (_built(f"unireq-*.{kind}") for kind in ("tar.gz", "whl"))
kit_sdist, kit_wheel = (_built(f"unireq_conformance-*.{kind}") for kind in ("tar.gz", "whl"))


@dataclass(frozen=True)
class Bare:
    """Runs what is installed in `directory`, apart from our variables and the checkout."""

    directory: Path

    @classmethod
    def make(cls, directory: Path, *wanted: str) -> Bare:
        """A new one, with `wanted` installed."""
        do(find_uv(), "venv", "--quiet", "--python", sys.executable, str(directory))
        made = cls(directory)
        made.install(*wanted)
        return made

    def install(self, *wanted: str) -> None:
        do(find_uv(), "pip", "install", "--quiet", "--python", self.tool("python"), *wanted)

    def python(self, *args: str) -> subprocess.CompletedProcess[str]:
        return self.run("python", "-I", *args)

    def run(
        self, program: str, *args: str, at: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program that was installed with a package, in the directory `at`."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))}
        return subprocess.run(
            [self.tool(program), *args],
            cwd=at or self.directory,
            env=kept,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def tool(self, name: str) -> str:
        """Path of one of its programs."""
        return str(self.directory / ("Scripts" if os.name == "nt" else "bin") / name)
