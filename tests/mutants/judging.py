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

_EFFORT: Final = Effort(20, 1)


def failures(mutant: Mutant, clauses: Collection[str] = CLAUSES) -> dict[str, Failure]:
    """What shows that `mutant` fails some of `clauses`, by their ids."""
    found: dict[str, Failure] = {}
    with mutant.applied():
        targets = {
            unix: Lenient(mutant.protocol, unix=unix, framework=mutant.framework)
            for unix in (False, True)
        }
        for strategy, ids in _by_strategy().items():
            requests: tuple[AbstractRequest, ...] = ()
            for unix, target in targets.items():
                asked = [
                    each
                    for each in ids
                    if each in clauses
                    and unix == (CLAUSES[each].capability == "UNIX_SOCKET")
                    and not (mutant.protocol == "wsgi" and CLAUSES[each].capability == "ASYNC_BODY")
                    # A server that refuses nothing is no judge of what is to be refused.
                    and CLAUSES[each].area != "MAL"
                ]
                if asked:
                    requests = requests or drawn(strategy, _EFFORT)
                    with target.checking(asked):
                        shown = {clause: _failure(clause, target, requests) for clause in asked}
                    found |= {clause: why for clause, why in shown.items() if why is not None}
    return found


def _failure(clause: str, target: Lenient, requests: tuple[AbstractRequest, ...]) -> Failure | None:
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
