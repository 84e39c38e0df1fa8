"""A replayed failure for the terminal; the verdict is the last line."""

from __future__ import annotations

from unireq_conformance.comparing.paper import BAD, BOLD, GOOD, ODD, Paper
from unireq_conformance.reports.terminal import failure_lines
from unireq_conformance.runs.failures import FailureFile, Replayed
from unireq_conformance.verdict import Status

__all__ = ["exit_status", "render_replayed"]


def exit_status(replayed: Replayed) -> int:
    """0: the clause holds now. 1: it fails. 2: it was not judged."""
    if replayed.verdict.status is Status.UNSUPPORTED:
        return 2
    return 0 if replayed.verdict.status.good else 1


def render_replayed(replayed: Replayed, file: FailureFile, paper: Paper) -> None:
    """Write the result of replaying `file` on `paper`."""
    verdict, marks = replayed.verdict, paper.marks
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
    what = f"{verdict.clause} on {replayed.target}"
    elsewhere = replayed.target != file.target
    if verdict.status is Status.UNSUPPORTED:
        paper.whole_line(f"{marks.wrong} no verdict: {what}: {verdict.because}", f"{BOLD} {BAD}")
    elif not verdict.status.good:
        same = (verdict.status.value, verdict.failure) == (file.status, file.failure)
        how = "fails there too" if elsewhere else "still fails"
        how = how if verdict.status is Status.FAILS else f"{how} (stale)"
        more = "" if same or elsewhere else ", but not as it did when it was saved"
        paper.whole_line(f"{marks.wrong} {what} {how}{more}", f"{BOLD} {BAD}")
    else:
        how = "passes there" if elsewhere else "passes now"
        if verdict.status is Status.DEVIATES:
            how = f"deviates as declared: {verdict.because}"
        paper.whole_line(f"{marks.right} {what} {how}", f"{BOLD} {GOOD}")
