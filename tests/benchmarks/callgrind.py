"""Instructions, counted by valgrind: the same each time, on a busy machine too.

One side runs a script under valgrind, and the script says what is counted:

    printed, counts = run_counted(__file__, "--child")
    settle(); counted(use, argument)                    # in the script, as often as it likes

Instructions are not time: a cache missed counts for nothing here.
"""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from shutil import which
from typing import Any

__all__ = ["MISSING", "available", "counted", "run_counted", "settle"]

MISSING = (
    "valgrind is not installed, so instructions can't be counted: install it"
    " (Debian, Ubuntu: apt-get install valgrind; Fedora: dnf install valgrind)"
)

_ROOT = Path(__file__).resolve().parents[2]
_PATH = [str(_ROOT), *(str(_ROOT / name) for name in ("adapters", "conformance", "tests"))]
_SITE = ("purelib", "platlib")
_KEPT = ("PATH", "LD_LIBRARY_PATH")
_MARK = "getppid"
_SUMMARY = re.compile(r"^summary: (\d+)", re.MULTILINE)


def available() -> bool:
    """Whether valgrind is there."""
    return which("valgrind") is not None


def run_counted(script: str, *arguments: str) -> tuple[str, list[int]]:
    """What `script` prints, and the instructions of each of its calls of `counted`.

    Args:
        script: The path of a script; it finds unireq and the benchmark of this checkout.
        arguments: What it is called with.

    Raises:
        RuntimeError: Valgrind or the script failed.
    """
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory, "out")
        # Every call of getppid() ends one count and begins the next.
        options = ("--tool=callgrind", f"--dump-before={_MARK}", f"--callgrind-out-file={out}")
        done = subprocess.run(
            # Without `site`: what a .pth file runs, such as coverage's, moves a case by 3 %.
            ["valgrind", *options, sys.executable, "-S", script, *arguments],
            # No more than this: it moves objects, and CPython's caches go by where they lie.
            env={
                **{name: os.environ[name] for name in _KEPT if name in os.environ},
                # Fixed, so that dicts collide alike in every run.
                "PYTHONHASHSEED": "0",
                # Fixed, or what was freed before decides whether a large block is copied to grow.
                "MALLOC_MMAP_THRESHOLD_": "65536",
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPATH": os.pathsep.join([*_PATH, *map(sysconfig.get_path, _SITE)]),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"valgrind or its program failed:\n{done.stderr[-3000:]}")
        found = {int(file.suffix[1:]): file for file in out.parent.glob("out.*")}
        counts = [_summary(found[number]) for number in sorted(found)]
    # Before each there is another, of what prepares it; the first of them starts the program.
    return done.stdout, counts[1::2]


def _summary(dump: Path) -> int:
    found = _SUMMARY.search(dump.read_text(encoding="utf-8"))
    return int(found[1]) if found else 0


def settle() -> None:
    """Collect garbage for the last time: when that happens is nobody's cost."""
    gc.collect()
    gc.freeze()
    gc.disable()


def counted(use: Callable[[Any], Any], argument: Any) -> None:
    """Count the instructions of `use(argument)`, in a script that `run_counted` has started."""
    os.getppid()
    use(argument)
    os.getppid()
