"""`unireq-conformance matrix`: merges runs into one page, badge or file."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from unireq_conformance.commands.output import check_files, say, write_files
from unireq_conformance.reports.badge import badge_of
from unireq_conformance.reports.counts import summary
from unireq_conformance.reports.matrix import matrix_page
from unireq_conformance.reports.merge import merge
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.reading import read_run
from unireq_conformance.runs.record import Run, write_run


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
