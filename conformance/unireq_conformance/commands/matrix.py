"""`unireq-conformance matrix`: merges runs into one page, badge or file."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from unireq_conformance.clause import AREAS
from unireq_conformance.commands.output import check_files, say, write_files
from unireq_conformance.reports.badge import badge_of
from unireq_conformance.reports.counts import summary
from unireq_conformance.reports.matrix import matrix_page
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.record import Run, read_run, write_run


def run(parsed: Namespace) -> int:
    """Run the command; return the exit status."""
    if not (parsed.html or parsed.badge or parsed.json):
        raise Unusable(
            "expected --html FILE, --badge FILE or --json FILE, got none; give at least one"
        )
    check_files(parsed, "html", "badge", "json")
    merged = merge([_read(path) for path in parsed.results])
    write_files(
        parsed,
        html=lambda: matrix_page(merged),
        badge=lambda: badge_of(merged),
        json=lambda: write_run(merged),
    )
    say(summary(merged))
    return 0


def _read(path: Path) -> Run:
    try:
        return read_run(path.read_bytes(), str(path))
    except OSError as error:
        raise Unusable(
            f"{path}: expected the JSON of a run, got {error.strerror or error};"
            " make one with unireq-conformance run --json"
        ) from None


def merge(runs: Sequence[Run]) -> Run:
    """One run made of `runs`, which is not empty.

    Each target comes whole from the last run that has it, and each clause from the last run that
    used it. A target keeps the circumstances of its run.

    Raises:
        Unusable: They are by several numbers of the specification: by another, a clause may be
            another demand.
    """
    specs = dict.fromkeys(run.spec for run in runs)
    if len(specs) > 1:
        raise Unusable(
            f"expected runs by one number of the specification, got {' and '.join(specs)}; make"
            " them again with the same --spec"
        )
    clauses = {name: clause for run in runs for name, clause in run.clauses.items()}
    targets = {name: target for run in runs for name, target in run.targets.items()}
    # Those of areas that this kit does not know go last.
    areas = list(AREAS)
    ordered = sorted(
        clauses.values(), key=lambda each: ([*areas, each.area].index(each.area), each.id)
    )
    return Run(runs[-1].circumstances, {each.id: each for each in ordered}, targets, runs[-1].spec)
