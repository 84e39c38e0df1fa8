"""Counting the verdicts of a run."""

from __future__ import annotations

from collections import Counter
from typing import Final

from unireq_conformance.runs.record import Run, TargetRecord, VerdictRecord
from unireq_conformance.verdict import Status

__all__ = ["count", "counting", "summary"]

_SAID: Final = {
    Status.PASSES: "pass",
    Status.FAILS: "fail",
    Status.STALE: "stale",
    Status.DEVIATES: "deviate as declared",
    Status.UNSUPPORTED: "unsupported",
}


def count(run: Run) -> Counter[Status]:
    """How many verdicts there are of each kind."""
    return Counter(v.status for target in run.targets.values() for v in target.verdicts.values())


def counting(run: Run, *, strict: bool = False) -> list[tuple[TargetRecord, VerdictRecord]]:
    """The verdicts that make `run` fail; see `Run.counts`."""
    return [
        (target, verdict)
        for target in run.targets.values()
        for verdict in target.verdicts.values()
        if run.counts(verdict, strict=strict)
    ]


def summary(run: Run, *, strict: bool = False) -> str:
    """The verdict on a run as one line."""
    counts, targets, clauses = count(run), len(run.targets), len(run.clauses)
    bad = len({target.name for target, _ in counting(run, strict=strict)})
    cut = sum(bool(target.error) for target in run.targets.values())
    verdict = f"FAILED on {bad} of {targets}" if bad else "conforms"
    if cut:
        verdict = f"{verdict}; {cut} not judged" if bad else f"NO VERDICT on {cut}"
    parts = ", ".join(
        f"{counts[status]:,} {said}"
        for status, said in _SAID.items()
        if counts[status] or status is Status.PASSES
    )
    whole = f"{targets:,} target{'s' * (targets != 1)}, {clauses:,} clause{'s' * (clauses != 1)}"
    return f"{verdict}: {whole}: {parts}"
