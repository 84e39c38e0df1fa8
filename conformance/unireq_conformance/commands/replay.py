"""`unireq-conformance replay FILE`: replays a saved failure; the verdict is the last line."""

from __future__ import annotations

from argparse import Namespace

from unireq_conformance.commands.output import show
from unireq_conformance.comparing.paper import ODD, Paper
from unireq_conformance.reports.terminal import failure_lines, write_verdict
from unireq_conformance.runs.failures import FailureFile, Replayed, read_failure, replay
from unireq_conformance.verdict import Status


def run(parsed: Namespace) -> int:
    """Run the command; return the exit status."""
    file = read_failure(parsed.file)
    replayed = replay(file, parsed.target)
    show(parsed, lambda paper: _render(replayed, file, paper))
    if replayed.verdict.status is Status.UNSUPPORTED:
        return 2
    return 0 if replayed.verdict.status.good else 1


def _render(replayed: Replayed, file: FailureFile, paper: Paper) -> None:
    """Write the result of replaying `file` on `paper`."""
    verdict, status = replayed.verdict, replayed.verdict.status
    if verdict.failure is not None:
        for line in failure_lines(verdict, replayed.target):
            paper.whole_line(line)
        paper.blank()
    changed = [
        f"{name} {file.versions[name]} then, {version} now"
        for name, version in replayed.versions.items()
        if file.versions.get(name, version) != version
    ]
    if changed:
        paper.prose("note: ", "; ".join(changed), ODD)
    elsewhere = replayed.target != file.target
    text = f"{verdict.clause} on {replayed.target}"
    match status:
        case Status.UNSUPPORTED:
            text = f"no verdict: {text}: {verdict.because}"
        case Status.PASSES:
            text += " passes there" if elsewhere else " passes now"
        case Status.DEVIATES:
            text += f" deviates as declared: {verdict.because}"
        case Status.FAILS | Status.STALE:
            text += " fails there too" if elsewhere else " still fails"
            text += " (stale)" if status is Status.STALE else ""
            if not elsewhere and (status.value, verdict.failure) != (file.status, file.failure):
                text += ", but not as it did when it was saved"
    write_verdict(paper, text, good=status.good and status is not Status.UNSUPPORTED)
