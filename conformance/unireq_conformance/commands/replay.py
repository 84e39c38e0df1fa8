"""`unireq-conformance replay FILE`: replays a saved failure."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from unireq_conformance.commands.output import is_plain, on_paper

__all__ = ["add"]

_DESCRIPTION: Final = """\
Starts the target of a failure that `run` saved, sends the same bytes again, and judges the clause
by the answer."""

_EPILOG: Final = """\
exit status:
  0  the clause holds now, or the target deviates as declared
  1  the clause still fails
  2  the file cannot be used, or the target cannot be judged here
"""


def add(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "replay",
        help="replay a saved failure",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a file from .unireq-conformance")
    parser.add_argument("--target", metavar="OTHER", help="replay it on another target or suite")
    parser.add_argument(
        "--no-color", action="store_true", help="no colours; the same as NO_COLOR=1"
    )
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Run `replay`; return the exit status."""
    from unireq_conformance.reports.replayed import exit_status, render_replayed
    from unireq_conformance.runs.failures import read_failure, replay

    file = read_failure(parsed.file)
    replayed = replay(file, parsed.target)
    text = on_paper(
        lambda paper: render_replayed(replayed, file, paper), plain=is_plain(parsed.no_color)
    )
    sys.stdout.write(text)
    return exit_status(replayed)
