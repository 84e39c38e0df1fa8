"""Replaying: the request of a failure file once more, on its target or another, in a fresh process.

Rule: the clause's own check decides, as in a run; the file says only what is sent, and where.
"""

from __future__ import annotations

from dataclasses import dataclass

from unireq_conformance.judge import Effort
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.execute import execute
from unireq_conformance.runs.failures import FailureFile
from unireq_conformance.runs.names import check_name, find_clause
from unireq_conformance.runs.record import VerdictRecord
from unireq_conformance.runs.requests import encode

__all__ = ["Replayed", "replay"]


@dataclass(frozen=True)
class Replayed:
    """What came of it.

    Attributes:
        target: Where it was replayed.
        verdict: What the clause is there now.
        versions: Of the distributions involved, and of unireq.
    """

    target: str
    verdict: VerdictRecord
    versions: dict[str, str]


def replay(file: FailureFile, target: str | None = None) -> Replayed:
    """Replay `file`.

    Args:
        file: What to replay.
        target: Where; by default where it failed.

    Raises:
        Unusable: The target or the clause is unknown, or can't be judged here.
    """
    name = target or file.target
    check_name(name)
    clause = find_clause(file.clause)
    effort = Effort() if file.request is None else Effort(examples=1)
    request = None if file.request is None else encode(file.request)
    record = execute([name], [clause], effort, size=1, request=request).run.targets[name]
    if record.error:
        raise Unusable(f"{name} could not be judged: {record.error}")
    return Replayed(name, record.verdicts[clause.id], record.all_versions)
