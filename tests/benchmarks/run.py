"""Measure unireq against each framework and cross-web: `python tests/benchmarks/run.py`.

Every framework is measured in a process of its own, by ratios (see clock.py and figures.py). A run
takes about a minute; leave the machine alone meanwhile, or see many figures marked inconclusive.

The exit status is not 0 if the sides disagree on a result (then it stops: there is nothing to
compare), and with `--strict` also if a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.cases import cases_of, check
from benchmarks.clock import measure
from benchmarks.exact import MISSING, available, instruction_ratios
from benchmarks.examples import EXAMPLES
from benchmarks.figures import Figure, figures_of
from benchmarks.subjects import SUBJECTS
from benchmarks.table import LEGEND, render, summary

_MEASURED = ("unireq", "cross-web", "starlette", "flask", "werkzeug", "django", "sanic")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=SUBJECTS, help="measure these subjects")
    parser.add_argument("--rounds", type=int, default=100, help="70 to 150 are sensible (100)")
    parser.add_argument("--seed", type=int, default=1, help="of the order of the cases (1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE too")
    parser.add_argument("--strict", action="store_true", help="fail if a goal is missed")
    parser.add_argument(
        "--exact", action="store_true", help="count instructions with valgrind instead (slow)"
    )
    parser.add_argument("--child", choices=SUBJECTS, help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure_here(name: str, rounds: int, seed: int) -> list[dict[str, Any]]:
    """The figures of one subject, in this process."""
    subject = SUBJECTS[name]()
    found: list[Figure] = []
    for example in EXAMPLES.values():
        check(subject, example)
        times = measure(cases_of(subject, example), rounds, seed)
        found += figures_of(subject.name, example.name, times)
    return [figure.to_json() for figure in found]


def _measure_there(name: str, rounds: int, seed: int) -> list[Figure]:
    """The same, in a process of its own."""
    options = ("--child", name, "--rounds", str(rounds), "--seed", str(seed))
    child = subprocess.run(
        [sys.executable, __file__, *options], stdout=subprocess.PIPE, text=True, check=True
    )
    found = json.loads(child.stdout)
    return [Figure(**{k: v for k, v in one.items() if k != "verdict"}) for one in found]


def _count_instructions(names: Iterable[str], file: Path | None) -> int:
    """The table of instruction counts; the exit status."""
    if not available():
        print(MISSING, file=sys.stderr)
        return 2
    print("instructions, everything, the making of the framework's own request included")
    counted: dict[str, dict[str, float]] = {}
    for name in names:
        for example in EXAMPLES:
            ratios = counted[f"{name}, {example}"] = instruction_ratios(name, example)
            told = "".join(f"  {side} {ratio:.3f}" for side, ratio in ratios.items())
            print(f"  {name + ', ' + example:24}{told}", flush=True)
    if file:
        file.write_text(json.dumps({"versions": _versions(), "instructions": counted}) + "\n")
    return 0


def _versions() -> dict[str, str]:
    found = {platform.python_implementation(): platform.python_version()}
    for name in _MEASURED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def main() -> int:
    """Run what the command line asks for; the exit status."""
    arguments = _arguments()
    if arguments.child:
        print(json.dumps(_measure_here(arguments.child, arguments.rounds, arguments.seed)))
        return 0
    if arguments.exact:
        return _count_instructions(arguments.only or SUBJECTS, arguments.json)
    versions = _versions()
    print(", ".join(f"{name} {number}" for name, number in versions.items()))
    print(LEGEND)
    figures: list[Figure] = []
    for name in arguments.only or SUBJECTS:
        found = _measure_there(name, arguments.rounds, arguments.seed)
        for example in EXAMPLES:
            print(render(figure for figure in found if figure.example == example), end="\n\n")
        figures += found
    print(summary(figures))
    if arguments.json:
        told = {"versions": versions, "rounds": arguments.rounds, "seed": arguments.seed}
        told["figures"] = [figure.to_json() for figure in figures]
        arguments.json.write_text(json.dumps(told, indent=1) + "\n")
    missed = any(figure.verdict == "missed" for figure in figures)
    return 1 if arguments.strict and missed else 0


if __name__ == "__main__":
    sys.exit(main())
