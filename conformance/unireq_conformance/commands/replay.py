"""`unireq-conformance replay FILE`: replays a saved failure."""

from __future__ import annotations

from argparse import Namespace

from unireq_conformance.commands.output import show
from unireq_conformance.reports.terminal import exit_status, render_replayed
from unireq_conformance.runs.failures import read_failure
from unireq_conformance.runs.replay import replay


def run(parsed: Namespace) -> int:
    """Run the command; return the exit status."""
    file = read_failure(parsed.file)
    replayed = replay(file, parsed.target)
    show(parsed, lambda paper: render_replayed(replayed, file, paper))
    return exit_status(replayed)
