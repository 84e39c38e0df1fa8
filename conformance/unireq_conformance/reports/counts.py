"""Counting verdicts: of a target, of an area, of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from unireq_conformance.runs.record import Run, TargetRecord, VerdictRecord
from unireq_conformance.verdict import Status

__all__ = ["Counts", "by_area", "count", "counting", "summary"]


@dataclass(frozen=True)
class Counts:
    """How many verdicts there are of each kind."""

    passes: int = 0
    fails: int = 0
    deviates: int = 0
    stale: int = 0
    unsupported: int = 0

    @property
    def judged(self) -> int:
        """All but the unsupported ones."""
        return self.passes + self.fails + self.deviates + self.stale


def count(verdicts: Iterable[VerdictRecord]) -> Counts:
    """The counts of `verdicts`."""
    found = Counter(verdict.status for verdict in verdicts)
    return Counts(
        found[Status.PASSES],
        found[Status.FAILS],
        found[Status.DEVIATES],
        found[Status.STALE],
        found[Status.UNSUPPORTED],
    )


def by_area(run: Run, target: TargetRecord) -> dict[str, Counts]:
    """The counts of `target` by area, in the order of the clauses."""
    areas: dict[str, list[VerdictRecord]] = {}
    for clause in run.clauses.values():
        if clause.id in target.verdicts:
            areas.setdefault(clause.area, []).append(target.verdicts[clause.id])
    return {area: count(verdicts) for area, verdicts in areas.items()}


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
    counts = count(v for target in run.targets.values() for v in target.verdicts.values())
    targets, clauses = len(run.targets), len(run.clauses)
    whole = f"{_number(targets, 'target')}, {_number(clauses, 'clause')}"
    bad = {target.name for target, _ in counting(run, strict=strict)}
    cut = [target for target in run.targets.values() if target.error]
    parts = [
        f"{counts.passes:,} pass",
        *([f"{counts.fails:,} fail"] if counts.fails else []),
        *([f"{counts.stale:,} stale"] if counts.stale else []),
        *([f"{counts.deviates:,} deviate as declared"] if counts.deviates else []),
        *([f"{counts.unsupported:,} unsupported"] if counts.unsupported else []),
    ]
    verdict = f"FAILED on {len(bad)} of {targets}" if bad else "conforms"
    if cut:
        verdict = f"{verdict}; {len(cut)} not judged" if bad else f"NO VERDICT on {len(cut)}"
    return f"{verdict}: {whole}: {', '.join(parts)}"


def _number(number: int, name: str) -> str:
    return f"{number:,} {name}{'s' * (number != 1)}"
