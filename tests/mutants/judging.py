"""Judging mutants: the clauses that one fails.

Rule: all mutants see the same requests, which are drawn once, since drawing them is what takes the
time. Each request is examined by the kit's own judge.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Final

from mutants.lenient import Lenient
from mutants.mutant import Mutant
from unireq_conformance.clause import Strategy
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.drawn import Effort, drawn
from unireq_conformance.judge import ClauseNotMet, _Examination
from unireq_conformance.model import AbstractRequest
from unireq_conformance.verdict import Failure

__all__ = ["failures"]

_EXAMPLES: Final = 20
_SEED: Final = 1


def failures(
    mutant: Mutant, clauses: Collection[str] | None = None, *, number: int = _SEED
) -> dict[str, Failure]:
    """What shows that `mutant` fails clauses, by their ids.

    Args:
        mutant: Whom to judge.
        clauses: By which; None for all of them.
        number: What the requests are drawn from.
    """
    found: dict[str, Failure] = {}
    with mutant.applied():
        targets = {
            unix: Lenient(mutant.protocol, unix=unix, framework=mutant.framework)
            for unix in (False, True)
        }
        for strategy, ids in _by_strategy().items():
            asked = ids if clauses is None else [each for each in ids if each in clauses]
            if not asked:
                continue
            requests = drawn(strategy, Effort(_EXAMPLES, number))
            for unix, target in targets.items():
                some = [c for c in asked if unix == (CLAUSES[c].capability == "UNIX_SOCKET")]
                if not some:
                    continue
                with target.checking(some):
                    for clause in some:
                        if (failure := _failure(clause, target, requests)) is not None:
                            found[clause] = failure
    return found


def _failure(clause: str, target: Lenient, requests: tuple[AbstractRequest, ...]) -> Failure | None:
    if CLAUSES[clause].capability == "ASYNC_BODY" and target.sync:
        return None
    if CLAUSES[clause].area == "MAL":
        # A server that refuses nothing is no judge of what is to be refused.
        return None
    examination = _Examination(CLAUSES[clause], target, [])
    try:
        # A clause that is judged by a table draws from that table.
        for request in dict.fromkeys((*CLAUSES[clause].always, *requests)):
            examination.examine(request)
    except ClauseNotMet as error:
        return error.failure
    # The server refuses nothing, so it was the app.
    return examination.refusal if examination.unexplained else None


@cache
def _by_strategy() -> Mapping[Strategy, list[str]]:
    found: dict[Strategy, list[str]] = {}
    for clause in CLAUSES.values():
        found.setdefault(clause.strategy, []).append(clause.id)
    return found
