"""The built distribution, made once per run; tests/conftest.py hands its fixtures to every test.

`UNIREQ_DIST` names a directory with an sdist and a wheel to judge (`nox -s packaging` sets it);
without it both are built here, with the build backend that is installed, so no network is needed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from support.requirements import need

__all__ = ["DIST", "build", "dist", "do", "find_uv", "sdist", "wheel"]

REPOSITORY = Path(__file__).resolve().parents[2]
DIST = os.environ.get("UNIREQ_DIST")


def do(*command: str) -> None:
    """Run `command`; the test fails with what it printed if it fails."""
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}", pytrace=False)


def build(source: Path, out: Path, *options: str) -> None:
    """Build the project in `source` into the directory `out`."""
    need(find_spec("build"), "python-build is not installed: pip install -e '.[dev]'")
    need(find_spec("hatchling"), "hatchling is not installed: pip install -e '.[dev]'")
    command = [sys.executable, "-m", "build", "--no-isolation", *options]
    do(*command, "--outdir", str(out), str(source))


def find_uv() -> str:
    """Path of uv, which makes environments quickly."""
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.defpath]))
    need(uv, "uv is not installed: pip install -e '.[dev]'")
    return str(uv)


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory with one sdist and one wheel, the wheel built from the sdist."""
    if DIST:
        return Path(DIST)
    out = tmp_path_factory.mktemp("dist")
    build(REPOSITORY, out)
    return out


@pytest.fixture(scope="session")
def sdist(dist: Path) -> Path:
    (path,) = dist.glob("*.tar.gz")
    return path


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    (path,) = dist.glob("*.whl")
    return path
