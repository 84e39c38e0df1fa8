"""Writes docs/performance.md and its charts: `python tests/benchmarks/write_page.py docs`.

It runs `run.py` for the instructions and for the times, and measures memory: about half an hour.
The figures are kept in a file, so that the page can be written anew after its text has changed.

If something is slower than native, or misses its goal, and reasons.py doesn't say why, nothing is
written.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.callgrind import MISSING, available
from benchmarks.exact import Row
from benchmarks.examples import EXAMPLES
from benchmarks.figures import Figure
from benchmarks.memory_per_request import Kept, kept_by
from benchmarks.page import Measured, charts_of, page_of, unexplained
from benchmarks.subjects import FRAMEWORKS, SUBJECTS

_RUN = Path(__file__).with_name("run.py")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page and the charts; the exit status."""
    parser = argparse.ArgumentParser(description="Write docs/performance.md and its charts.")
    parser.add_argument("docs", type=Path, help="the directory of the pages")
    parser.add_argument("--rounds", type=int, default=100, help="of the times (100)")
    parser.add_argument("--figures", type=Path, metavar="FILE", help="measure nothing, read FILE")
    chosen = parser.parse_args(arguments)
    file: Path | None = chosen.figures
    if file is None:
        if not available():
            print(MISSING, file=sys.stderr)
            return 2
        told = _measure(chosen.rounds)
        file = Path(tempfile.mkdtemp(), "figures.json")
        file.write_text(json.dumps(told), encoding="utf-8")
        print(f"to write the page anew from these figures: --figures {file}")
    measured = _read(json.loads(file.read_text(encoding="utf-8")))
    if missing := unexplained(measured):
        for name in missing:
            print(
                f"{name}: slower than native or its goal, and no reason is known", file=sys.stderr
            )
        print(f"say why in reasons.py, and go on with --figures {file}", file=sys.stderr)
        return 1
    charts: Path = chosen.docs / "performance"
    charts.mkdir(exist_ok=True)
    for name, text in charts_of(measured).items():
        (charts / name).write_text(text, encoding="utf-8")
    (chosen.docs / "performance.md").write_text(page_of(measured), encoding="utf-8")
    return 0


def _measure(rounds: int) -> dict[str, Any]:
    """What `_read` takes."""
    # A process for each: Sanic and Django refuse to be set up twice.
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        memory = dict(row for found in pool.map(memory_of, FRAMEWORKS, 1) for row in found)
    return {"exact": _run("--exact"), "timed": _run("--rounds", str(rounds)), "memory": memory}


def memory_of(name: str) -> list[tuple[str, Kept]]:
    """What a framework keeps of each request: [("Flask, browser", ...), ...].

    Args:
        name: A key of SUBJECTS.
    """
    subject = SUBJECTS[name]()
    return [(f"{subject.name}, {each.name}", kept_by(subject, each)) for each in EXAMPLES.values()]


def _run(*options: str) -> Any:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "figures.json")
        subprocess.run([sys.executable, _RUN, *options, "--json", file], check=True)
        return json.loads(file.read_text(encoding="utf-8"))


def _read(told: Mapping[str, Any]) -> Measured:
    exact, timed = told["exact"], told["timed"]
    return Measured(
        versions=timed["versions"],
        rounds=timed["rounds"],
        timed=[Figure.from_json(one) for one in timed["figures"]],
        counted=[Figure.from_json(one) for one in exact["figures"]],
        rows=[Row(**one) for one in exact["instructions"]],
        memory={name: Kept(*kept) for name, kept in told["memory"].items()},
    )


if __name__ == "__main__":
    sys.exit(main())
