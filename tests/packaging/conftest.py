"""The built distribution, and an environment with it and nothing else, made once per run.

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

from support.bare import Bare
from support.requirements import need

REPOSITORY = Path(__file__).resolve().parents[2]


def _do(*command: str) -> None:
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}", pytrace=False)


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory with one sdist and one wheel, the wheel built from the sdist."""
    if given := os.environ.get("UNIREQ_DIST"):
        return Path(given)
    need(find_spec("build"), "python-build is not installed: pip install -e '.[dev]'")
    need(find_spec("hatchling"), "hatchling is not installed: pip install -e '.[dev]'")
    out = tmp_path_factory.mktemp("dist")
    _do(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out))
    return out


@pytest.fixture(scope="session")
def sdist(dist: Path) -> Path:
    (path,) = dist.glob("*.tar.gz")
    return path


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    (path,) = dist.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Bare:
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.defpath]))
    need(uv, "uv is not installed: pip install -e '.[dev]'")
    directory = tmp_path_factory.mktemp("bare")
    _do(str(uv), "venv", "--quiet", "--python", sys.executable, str(directory))
    made = Bare(directory)
    _do(str(uv), "pip", "install", "--quiet", "--python", made.tool("python"), str(wheel))
    return made
