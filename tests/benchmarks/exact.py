"""The exact gate: instructions instead of time, counted by valgrind, within 1 % the same each time.

    valgrind --tool=callgrind python -m benchmarks.exact flask browser ours 400

asks our side everything, so many times. Start-up costs the same however often that is, so the
difference of two such runs is what the case costs; what it costs to make its arguments is counted
apart and taken off. Instructions are not time: a cache missed counts for nothing here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import which

from benchmarks.cases import Key, cases_of, check
from benchmarks.examples import EXAMPLES
from benchmarks.subjects import FRAMEWORKS, SUBJECTS

__all__ = ["MISSING", "available", "instruction_ratios"]

MISSING = (
    "valgrind is not installed, so instructions can't be counted: install it"
    " (Debian, Ubuntu: apt-get install valgrind; Fedora: dnf install valgrind) or leave out --exact"
)

_FEW, _MANY = 100, 400
_NOTHING = "nothing"
_TESTS = Path(__file__).resolve().parents[1]
_COUNTED = re.compile(r"Collected : (\d+)")


def available() -> bool:
    """Whether valgrind is there."""
    return which("valgrind") is not None


def instruction_ratios(name: str, example: str) -> dict[str, float]:
    """The ratios of "everything", the native request included: {"ours/native": ...}.

    Args:
        name: A key of SUBJECTS.
        example: A key of EXAMPLES.
    """
    sides = ("ours", "native", "cross-web") if name in FRAMEWORKS else ("ours", "native")
    making = _instructions(name, example, _NOTHING)
    counts = {who: _instructions(name, example, who) - making for who in sides}
    ratios = {"ours/native": counts["ours"] / counts["native"]}
    if "cross-web" in counts:
        ratios["cross-web/ours"] = counts["cross-web"] / counts["ours"]
    return ratios


def _instructions(name: str, example: str, who: str) -> float:
    """Instructions of one call, the making of its argument included."""
    few, many = (_count(name, example, who, times) for times in (_FEW, _MANY))
    return (many - few) / (_MANY - _FEW)


def _count(name: str, example: str, who: str, times: int) -> int:
    # Hashing is fixed, so that dicts collide alike in every run; the counts go to no file.
    valgrind = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
    program = (sys.executable, "-m", "benchmarks.exact", name, example, who, str(times))
    found = subprocess.run(
        [*valgrind, *program],
        cwd=_TESTS,
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    counted = _COUNTED.search(found.stderr)
    if found.returncode or counted is None:
        raise RuntimeError(f"valgrind gave no count for {name}, {who}:\n{found.stderr[-2000:]}")
    return int(counted[1])


def _run(name: str, example: str, who: str, times: int) -> None:
    subject, request = SUBJECTS[name](), EXAMPLES[example]
    check(subject, request)
    cases = {case.key: case for case in cases_of(subject, request)}
    side = "ours" if who == _NOTHING else who
    case = cases[Key(side, "everything", "whole")]
    run = (lambda _: None) if who == _NOTHING else case.run
    for _ in range(times):
        run(case.prepare())


if __name__ == "__main__":
    _name, _example, _who, _times = sys.argv[1:]
    _run(_name, _example, _who, int(_times))
