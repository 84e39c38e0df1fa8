"""Instructions, counted by valgrind: the same each time, on a busy machine too.

One side runs a script under valgrind, and the script says what is counted, by which name:

    found = count(__file__, "--child")                  # {("a", "b"): 12345, ...}
    settle(); counted(use, argument, "a", "b")          # in the script, as often as it likes

Instructions are not time: a cache missed counts for nothing here.
"""

from __future__ import annotations

import gc
import json
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

__all__ = ["Counts", "count", "counted", "need_valgrind", "settle"]

Counts = dict[tuple[str, ...], int]

_ROOT = Path(__file__).resolve().parents[2]
_PATH = [str(_ROOT), *(str(_ROOT / name) for name in ("adapters", "conformance", "tests"))]
_MARK = "getppid"


def need_valgrind() -> None:
    """Leave the program, with a word on what to install, where valgrind is missing."""
    if which("valgrind") is None:
        sys.exit(
            "valgrind is not installed, so instructions can't be counted: install it"
            " (Debian, Ubuntu: apt-get install valgrind; Fedora: dnf install valgrind)"
        )


def count(script: str, *arguments: str) -> Counts:
    """The instructions of what `script` counts, by its name; the least where a name comes again.

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
                **{
                    name: os.environ[name]
                    for name in ("PATH", "LD_LIBRARY_PATH")
                    if name in os.environ
                },
                # Fixed, so that dicts collide alike in every run.
                "PYTHONHASHSEED": "0",
                # Fixed, or what was freed before decides whether a large block is copied to grow.
                "MALLOC_MMAP_THRESHOLD_": "65536",
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPATH": os.pathsep.join(
                    [*_PATH, *map(sysconfig.get_path, ("purelib", "platlib"))]
                ),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"valgrind or its program failed:\n{done.stderr[-3000:]}")
        dumps = sorted(out.parent.glob("out.*"), key=lambda file: int(file.suffix[1:]))
        # Before each there is another, of what prepares it; the first of them starts the program.
        counts = [_summary(dump) for dump in dumps[1::2]]
    found: Counts = {}
    for line, needed in zip(done.stdout.splitlines(), counts, strict=True):
        name = tuple(json.loads(line))
        found[name] = min(needed, found.get(name, needed))
    return found


def _summary(dump: Path) -> int:
    found = re.search(r"^summary: (\d+)", dump.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found[1]) if found else 0


def settle() -> None:
    """Collect garbage for the last time: when that happens is nobody's cost."""
    gc.collect()
    gc.freeze()
    gc.disable()


def counted(use: Callable[[Any], Any], argument: Any, *name: str) -> None:
    """Count the instructions of `use(argument)`, in a script that `count` has started."""
    os.getppid()
    use(argument)
    os.getppid()
    print(json.dumps(name))
