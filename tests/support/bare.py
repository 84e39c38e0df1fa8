"""An environment that has unireq and its hard dependencies, and no framework and no extra."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Bare:
    """Runs what is installed in `directory`, apart from our variables and the checkout."""

    directory: Path

    def python(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run its Python."""
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
        scripts = "Scripts" if os.name == "nt" else "bin"
        return str(self.directory / scripts / name)
