"""`unireq-conformance run`: judges targets by every clause, on real servers."""

from __future__ import annotations

import secrets
from argparse import Namespace
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from unireq_conformance.clause import SPECS
from unireq_conformance.commands import PROFILES
from unireq_conformance.commands.output import check_files, progress, say, show, write_files
from unireq_conformance.judge import Effort
from unireq_conformance.reports.counts import counting, summary
from unireq_conformance.reports.junit import junit_of, junit_of_refusal
from unireq_conformance.reports.terminal import render_end, render_targets
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.execute import Executed, execute
from unireq_conformance.runs.failures import DIRECTORY, write_failures
from unireq_conformance.runs.names import choose_clauses, choose_targets
from unireq_conformance.runs.pool import Event, default_size
from unireq_conformance.runs.record import Run, write_run


def run(parsed: Namespace) -> int:
    """Run the command; return the exit status."""
    check_files(parsed, "json", "junit")
    try:
        return _run(parsed)
    except Unusable as error:
        # Else CI would show what an earlier run has left there.
        message = str(error)
        write_files(parsed, junit=lambda: junit_of_refusal(parsed.targets, message))
        raise


def _run(parsed: Namespace) -> int:
    choice = choose_targets(parsed.targets)
    clauses = choose_clauses(parsed.clause, SPECS[-1] if parsed.spec is None else parsed.spec)
    drawn = None if parsed.profile == "ci" else secrets.randbits(32)
    effort = Effort(
        examples=parsed.examples or PROFILES[parsed.profile],
        seed=drawn if parsed.seed is None else parsed.seed,
    )
    printed = "-" in {parsed.json, parsed.junit}
    judged: Counter[str] = Counter()
    with progress(parsed, "starting") as status:

        def watch(event: Event) -> None:
            judged[event.target] += event.kind == "verdict"
            if event.last:
                del judged[event.target]
            told = (f"{name} {number}/{len(clauses)}" for name, number in judged.items())
            status.update(", ".join(told))

        def finished(found: Run) -> None:
            status.stop()  # it would take what is printed for its own
            if not printed:
                show(parsed, partial(render_targets, found, strict=parsed.strict))
            status.start()

        executed = execute(
            choice.names,
            clauses,
            effort,
            size=default_size(),
            spec=parsed.spec,
            watch=watch,
            finished=finished,
        )
    found = executed.run
    files = _keep_failures(parsed.failures or Path(DIRECTORY), executed)
    options: dict[str, Any] = {"strict": parsed.strict, "missing": choice.missing, "files": files}
    write_files(parsed, json=lambda: write_run(found), junit=lambda: junit_of(found, **options))
    bad = bool(counting(found, strict=parsed.strict))
    cut = any(target.error for target in found.targets.values())
    if not printed:
        show(parsed, lambda paper: render_end(found, paper, **options))
    elif bad or cut:
        say(summary(found, strict=parsed.strict))
    if bad and effort.seed is not None:
        say(f"to draw these requests again: --seed {effort.seed} --examples {effort.examples}")
    return 1 if bad else 2 if cut else 0


def _keep_failures(directory: Path, executed: Executed) -> dict[tuple[str, str], Path]:
    try:
        return write_failures(executed, directory)
    except OSError as error:
        say(
            f"--failures: expected a writable directory, got {directory}:"
            f" {error.strerror or error}; no failure was saved; give another directory"
        )
        return {}
