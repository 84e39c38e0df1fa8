"""Writes the matrix of this project: every clause on every registered target, from a whole run.

    python -m unireq_conformance.pages.matrix docs

Rule: it is written from a run in which every target took part, and nothing failed; `docs/matrix.md`
is the table, `docs/matrix.html` the same with what was declared and sent. What was found is checked
against the page; with which versions, and on which machine, is told and not checked.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from unireq_conformance.clause import AREAS, SPECS
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.commands import PROFILES
from unireq_conformance.drawn import Effort
from unireq_conformance.pages.marks import CannotWrite, between_marks
from unireq_conformance.reports.counts import summary
from unireq_conformance.reports.matrix import matrix_page
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.execute import execute
from unireq_conformance.runs.pool import default_size
from unireq_conformance.runs.record import Run, read_run
from unireq_conformance.servers.targets import TARGETS

BEGIN: Final = "<!-- matrix: begin -->"
END: Final = "<!-- matrix: end -->"
VERSIONS_BEGIN: Final = "<!-- versions: begin -->"
VERSIONS_END: Final = "<!-- versions: end -->"

_MARKS: Final = {"passes": "✓", "deviates": "≈", "unsupported": "\u2013"}


def to_markdown(run: Run) -> str:
    """The verdicts by area: a row for each clause, a column for each target."""
    targets = list(run.targets.values())
    names = [f"| {number} | `{target.name}` |" for number, target in enumerate(targets, 1)]
    parts = ["\n".join(["| | target |", "| --- | --- |", *names])]
    for area, clauses in groupby(run.clauses.values(), key=lambda clause: clause.area):
        numbers = " | ".join(str(number) for number in range(1, len(targets) + 1))
        lines = [f"| | {numbers} |", f"| --- |{' --- |' * len(targets)}"]
        for clause in clauses:
            marks = (_MARKS[each.verdicts[clause.id].status.value] for each in targets)
            lines.append(f"| [{clause.id}](specification.md#{clause.id}) | {' | '.join(marks)} |")
        parts += [f"## {AREAS[area]}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def versions(run: Run) -> str:
    """By which specification, and with which versions, the run was made."""
    found = {pair for target in run.targets.values() for pair in target.versions.items()}
    listed = ", ".join(f"{name} {version}" for name, version in sorted(found))
    python = f"Python {run.circumstances.python} on {run.circumstances.platform}"
    return f"Specification {run.spec}. {python}: {listed}. {summary(run)}.\n"


def complaints(run: Run) -> Iterator[str]:
    """Why the matrix can't be made of `run`."""
    if run.spec != SPECS[-1]:
        yield f"expected a run by the specification {SPECS[-1]}, got one by {run.spec}"
    for name in TARGETS:
        if name not in run.targets:
            yield f"expected every registered target, got a run without {name}"
    for target in run.targets.values():
        if target.error:
            yield f"{target.name} was not judged: {target.error}"
            continue
        for clause in CLAUSES:
            verdict = target.verdicts.get(clause)
            if verdict is None:
                yield f"expected every clause, got {target.name} without {clause}"
            elif verdict.status.value not in _MARKS:
                yield f"{clause} {verdict.status.value} on {target.name}"


def make_run() -> Run:
    """Run every clause on every registered target, in the profile of CI; tell each that ends.

    Raises:
        CannotWrite: A target can't run here.
    """

    def tell(run: Run) -> None:
        sys.stdout.write(f"{', '.join(run.targets)}: {summary(run)}\n")
        sys.stdout.flush()

    missing = [str(why) for each in TARGETS.values() if (why := each.missing()) is not None]
    if missing:
        raise CannotWrite("\n  ".join(["expected every target to be installed", *missing]))
    effort, clauses = Effort(PROFILES["ci"]), list(CLAUSES.values())
    return execute(list(TARGETS), clauses, effort, size=default_size(), finished=tell).run


def written(run: Run, old: str, *, check: bool) -> str:
    """`matrix.md`, which was `old`, as `run` has it; the same if it is only to be checked.

    Raises:
        CannotWrite: The run is not one for a matrix, the marks are not there, or `old` is stale.
    """
    if wrong := list(complaints(run)):
        raise CannotWrite("\n  ".join(["expected a run that conforms, of everything, got", *wrong]))
    new = between_marks(old, BEGIN, END, to_markdown(run))
    if check and new != old:
        raise CannotWrite("it is stale: python -m unireq_conformance.pages.matrix docs")
    return new if check else between_marks(new, VERSIONS_BEGIN, VERSIONS_END, versions(run))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or check them; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m unireq_conformance.pages.matrix",
        description="Runs every clause on every registered target, and writes the matrix.",
    )
    parser.add_argument("docs", type=Path, help="the directory of matrix.md and matrix.html")
    parser.add_argument("--run", type=Path, metavar="FILE", help="what run --json has written")
    parser.add_argument("--check", action="store_true", help="write nothing: exit 1 if it is stale")
    parsed = parser.parse_args(arguments)
    page, file = parsed.docs / "matrix.md", parsed.run
    try:
        old = page.read_text("utf-8")
        between_marks(old, BEGIN, END, "")  # before any server is started
        run = make_run() if file is None else read_run(file.read_bytes(), str(file))
        new = written(run, old, check=parsed.check)
        if not parsed.check:
            page.write_text(new, "utf-8")
            (parsed.docs / "matrix.html").write_text(matrix_page(run), "utf-8")
    except (OSError, CannotWrite, Unusable) as error:
        sys.stderr.write(f"{page}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
