"""Measure unireq against each framework and cross-web: `python tests/benchmarks/run.py`.

First, what cross-web needs beside us is counted in instructions (exact.py). Then every framework is
timed in a process of its own, by ratios (see clock.py and figures.py): its request alone, and then
the whole stack, from the bytes of a request to those of its response. Each takes about a minute;
leave the machine alone meanwhile, or see many of the timed figures marked inconclusive.

The exit status is not 0 if the sides disagree on a result: then it stops, as there is nothing to
compare. Goals are shown, not judged: gate.py judges.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.callgrind import MISSING, available
from benchmarks.cases import cases_of, check
from benchmarks.clock import measure
from benchmarks.exact import Row, count_rows
from benchmarks.examples import BROWSER, EXAMPLES
from benchmarks.figures import Figure, figures_of
from benchmarks.stack import STACKS
from benchmarks.stack_cost import print_counts, time_stack
from benchmarks.subjects import FRAMEWORKS, SUBJECTS, TIMED
from benchmarks.table import LEGEND, STACK_COLUMNS, render, render_native, render_peer, summary

_MEASURED = """
unireq cross-web starlette flask werkzeug django sanic multidict
uvicorn httptools uvloop h11 gunicorn
""".split()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=SUBJECTS, help="measure these subjects")
    parser.add_argument("--rounds", type=int, default=100, help="70 to 150 are sensible (100)")
    parser.add_argument("--seed", type=int, default=1, help="of the order of the cases (1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE too")
    parser.add_argument(
        "--exact", action="store_true", help="only count instructions, of everything; time nothing"
    )
    parser.add_argument("--child", choices=SUBJECTS, help=argparse.SUPPRESS)
    parser.add_argument("--stack", choices=STACKS, help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure_here(name: str, rounds: int, seed: int) -> list[dict[str, Any]]:
    """The figures of one subject, in this process."""
    subject = SUBJECTS[name]()
    found: list[Figure] = []
    for example in EXAMPLES.values():
        check(subject, example)
        cases = [case for case in cases_of(subject, example) if case.key.operation in TIMED]
        times = measure(cases, rounds, seed)
        found += figures_of(subject.name, example.name, times)
    return [figure.to_json() for figure in found]


def _measure_stack_here(name: str, rounds: int, seed: int) -> list[dict[str, Any]]:
    """The figures of a whole stack, in this process."""
    # A round takes longer here.
    found = time_stack(STACKS[name](), BROWSER, max(rounds // 2, 1), seed)
    return [figure.to_json() for figure in found]


def _measure_there(option: str, name: str, rounds: int, seed: int) -> list[Figure]:
    """The same, in a process of its own."""
    options = (option, name, "--rounds", str(rounds), "--seed", str(seed))
    child = subprocess.run(
        [sys.executable, __file__, *options], stdout=subprocess.PIPE, text=True, check=True
    )
    return [Figure.from_json(told) for told in json.loads(child.stdout)]


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
    if arguments.stack:
        print(json.dumps(_measure_stack_here(arguments.stack, arguments.rounds, arguments.seed)))
        return 0
    if arguments.exact and not available():
        print(MISSING, file=sys.stderr)
        return 2
    versions = _versions()
    print(", ".join(f"{name} {number}" for name, number in versions.items()), end="\n\n")
    told: dict[str, Any] = {"versions": versions}
    names = arguments.only or list(SUBJECTS)
    rows: list[Row] = []
    if available():
        rows = count_rows(n for n in names if arguments.exact or n in FRAMEWORKS)
        print(render_peer(rows), end="\n\n", flush=True)
        told["instructions"] = [asdict(row) for row in rows]
    else:
        print(f"the rows beside cross-web are left out: {MISSING}", end="\n\n")
    if arguments.exact:
        print(render_native(rows), end="\n\nthe whole stack\n", flush=True)
        figures = print_counts(_stacks_of(names))
    else:
        figures = _time(names, arguments.rounds, arguments.seed)
        told |= {"rounds": arguments.rounds, "seed": arguments.seed}
    told["figures"] = [figure.to_json() for figure in figures]
    if arguments.json:
        arguments.json.write_text(json.dumps(told, indent=1) + "\n")
    return 0


def _time(names: list[str], rounds: int, seed: int) -> list[Figure]:
    """Time the subjects and print their tables."""
    print(LEGEND)
    figures: list[Figure] = []
    for name in names:
        found = _measure_there("--child", name, rounds, seed)
        for example in EXAMPLES:
            print(render(figure for figure in found if figure.example == example), end="\n\n")
        figures += found
    print("the whole stack (its goals are held against instructions: --exact)")
    for name in _stacks_of(names):
        found = _measure_there("--stack", name, rounds, seed)
        print(render(found, STACK_COLUMNS))
        figures += found
    print(summary(figures))
    return figures


def _stacks_of(names: list[str]) -> list[str]:
    return [name for name in STACKS if name.removesuffix("-h11") in names]


if __name__ == "__main__":
    sys.exit(main())
