"""Merging the runs of several machines or frameworks into one.

Rule: each target comes whole from the last run that has it, and each clause from the last run that
used it. A target keeps the circumstances of its run. All runs are by one number of the
specification: by another, a clause may be another demand.
"""

from __future__ import annotations

from collections.abc import Sequence

from unireq_conformance.clause import AREAS
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.record import ClauseRecord, Run, TargetRecord

__all__ = ["merge"]


def merge(runs: Sequence[Run]) -> Run:
    """One run made of `runs`, which is not empty.

    Raises:
        Unusable: They are by several numbers of the specification.
    """
    specs = dict.fromkeys(run.spec for run in runs)
    if len(specs) > 1:
        raise Unusable(
            f"expected runs by one number of the specification, got {' and '.join(specs)}; make"
            " them again with the same --spec"
        )
    clauses: dict[str, ClauseRecord] = {}
    targets: dict[str, TargetRecord] = {}
    for run in runs:
        clauses.update(run.clauses)
        targets.update(run.targets)
    # Those of areas that this kit does not know go last.
    areas = list(AREAS)
    ordered = sorted(
        clauses.values(), key=lambda each: ([*areas, each.area].index(each.area), each.id)
    )
    return Run(runs[-1].circumstances, {each.id: each for each in ordered}, targets, runs[-1].spec)
