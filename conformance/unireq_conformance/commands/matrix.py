"""`unireq-conformance matrix`: merges runs into one page, badge or file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from unireq_conformance.commands.output import check_printed, say, write
from unireq_conformance.runs.errors import Unusable

if TYPE_CHECKING:
    from unireq_conformance.runs.record import Run

__all__ = ["add"]

_OPTIONS: Final = ("html", "badge", "json")

_DESCRIPTION: Final = """\
Merges the JSON files of runs and shows every clause on every target: as one self-contained HTML
page, as a badge for a README (the endpoint format of shields.io), or as JSON. If several files have
the same target, the last one counts."""


def add(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "matrix",
        help="merge runs into one page of clauses and targets",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "results", metavar="RESULT", nargs="+", type=Path, help="a file that run --json wrote"
    )
    parser.add_argument("--html", metavar="FILE", help="write the page; - prints it")
    parser.add_argument("--badge", metavar="FILE", help="write the badge; - prints it")
    parser.add_argument("--json", metavar="FILE", help="write the merged runs; - prints them")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Run `matrix`; return the exit status."""
    wanted = {name: getattr(parsed, name) for name in _OPTIONS if getattr(parsed, name)}
    if not wanted:
        raise Unusable(
            "expected --html FILE, --badge FILE or --json FILE, got none; give at least one"
        )
    check_printed(**wanted)
    from unireq_conformance.reports.badge import badge_of
    from unireq_conformance.reports.counts import summary
    from unireq_conformance.reports.matrix import matrix_page
    from unireq_conformance.reports.merge import merge
    from unireq_conformance.runs.record import write_run

    merged = merge([_read(path) for path in parsed.results])
    texts = {"html": matrix_page, "badge": badge_of, "json": write_run}
    for option, file in wanted.items():
        write(file, texts[option](merged), option)
    say(summary(merged))
    return 0


def _read(path: Path) -> Run:
    from unireq_conformance.runs.record import read_run

    try:
        text = path.read_bytes()
    except OSError as error:
        raise Unusable(
            f"{path}: expected the JSON of a run, got {error.strerror or error};"
            " make one with unireq-conformance run --json"
        ) from None
    return read_run(text, str(path))
