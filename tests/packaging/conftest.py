"""An environment with the built unireq and nothing else, made once per run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support.bare import Bare
from support.built import do, find_uv


@pytest.fixture(scope="session")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Bare:
    uv = find_uv()
    directory = tmp_path_factory.mktemp("bare")
    do(uv, "venv", "--quiet", "--python", sys.executable, str(directory))
    made = Bare(directory)
    do(uv, "pip", "install", "--quiet", "--python", made.tool("python"), str(wheel))
    return made
