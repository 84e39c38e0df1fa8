"""Judging: one clause on one running target.

Rule: a clause is judged by its own requests, then by some drawn for it. The first that misses it is
the verdict's failure, made as small as it can be if it was drawn. A clause with a declared
deviation is judged too, but for what the deviation touches, and its witness is replayed: one that
no longer shows is stale.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky

from unireq_conformance.clause import Clause, Expectation
from unireq_conformance.deviation import Deviation
from unireq_conformance.model import AbstractRequest
from unireq_conformance.running import Running
from unireq_conformance.verdict import Failure, Status, Verdict
from unireq_conformance.witness import replay

__all__ = ["ClauseNotMet", "Effort", "judge"]

_REFUSALS: Final = 0.05
"""The share of a clause's requests that a server may refuse, where refusing does not meet it."""

_NOT_OURS: Final = (
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.large_base_example,
)
"""Health checks that would blame a target for its pace, or its author for our strategies."""


_FLAKY: Final = "the same request met the clause when it was sent again"


class ClauseNotMet(AssertionError):
    """A request does not meet a clause; each clause has a subclass of its own.

    Hypothesis tells failures apart by their type, so it never takes one clause's for another's.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.expectation.where)
        self.failure = failure


@dataclass(frozen=True)
class Effort:
    """How hard to look.

    Attributes:
        examples: Requests to draw for each clause.
        seed: What they are drawn from; None for the same ones every time.
    """

    examples: int = 25
    seed: int | None = None


def judge(
    clause: Clause,
    running: Running,
    *,
    effort: Effort | None = None,
    deviations: Iterable[Deviation] = (),
    unsupported: Mapping[str, str] | None = None,
) -> Verdict:
    """The verdict on `clause` for the target that is `running`.

    Args:
        clause: What to judge.
        running: The target.
        effort: How hard to look.
        deviations: Those that are declared for the target, for whatever clauses.
        unsupported: Features that it does not have, each with the reason.

    Raises:
        ConnectionError, ForeignReply: The target is gone.
    """
    lacking = unsupported or {}
    if clause.capability and clause.capability in lacking:
        return Verdict(clause, Status.UNSUPPORTED, because=lacking[clause.capability])
    declared = list(deviations)
    own: list[Deviation] = []
    for deviation in declared:
        if deviation.clause != clause.id:
            continue
        failure = replay(deviation, running)
        if failure is None:
            own.append(deviation)
        elif not (deviation.of_server and failure.unseen):
            return Verdict(clause, Status.STALE, because=deviation.because, failure=failure)
        # Else the app has no route for what is left of the witness, so it can't show.
    reasons = "; ".join(deviation.because for deviation in own)
    if any(not deviation.limited for deviation in own):
        # Nothing says which requests it leaves alone.
        return Verdict(clause, Status.DEVIATES, because=reasons)
    examination = _Examination(clause, running, declared)
    failure = examination.run(effort or Effort())
    status = Status.DEVIATES if own else Status.PASSES
    return Verdict(
        clause,
        status if failure is None else Status.FAILS,
        examples=examination.examples,
        refused=examination.refused,
        because=reasons,
        failure=failure,
    )


class _Examination:
    """One clause, one target, many requests."""

    def __init__(self, clause: Clause, running: Running, deviations: list[Deviation]) -> None:
        self.clause = clause
        self.running = running
        self.deviations = deviations
        self.examples = 0
        self.refused = 0
        self.refusal: Failure | None = None
        self.found: Failure | None = None
        self.kind = type(f"{clause.id.replace('-', '')}NotMet", (ClauseNotMet,), {})

    def run(self, effort: Effort) -> Failure | None:
        """The smallest failure that was found, or None."""
        examine: Any = given(self.clause.strategy())(self.examine)
        if effort.seed is not None:
            examine = seed(effort.seed)(examine)
        examine = settings(
            max_examples=effort.examples,
            derandomize=effort.seed is None,
            database=None,
            deadline=None,
            print_blob=False,
            phases=(Phase.generate, Phase.shrink),
            # An error in a check and a failure would be raised together, as a group.
            report_multiple_bugs=False,
            suppress_health_check=_NOT_OURS,
        )(examine)
        try:
            for request in self.clause.always:
                self.examine(request)
            examine()
        except ClauseNotMet as error:
            return error.failure
        except Flaky:
            # The same request met the clause another time, which is no way to meet it.
            if self.found is None:
                raise
            return replace(self.found, note=_FLAKY)
        if not self.clause.may_refuse and self.refused > _REFUSALS * self.examples:
            return self.refusal
        return None

    def examine(self, request: AbstractRequest) -> None:
        """Raise if `request` does not meet the clause."""
        self.examples += 1
        octets = request.render()
        seen = self.running.see(request)
        if isinstance(seen, str):
            self.refused += 1
            expectation = Expectation("the server", "an answer of the app", f"refused: {seen}")
            self.refusal = Failure(expectation, request, octets)
            return
        if seen.error:
            self._fail(Failure.of_unireq(seen.error, request, octets))
        touched = {name for each in self.deviations for name in each.touches(request)}
        if not touched.isdisjoint(("path", "raw_path")):
            # The URL is made of them.
            touched.add("url")
        for expectation in self.clause.check(request, seen):
            if not expectation.met and not _is_touched(expectation.where, touched):
                self._fail(Failure(expectation, request, octets))

    def _fail(self, failure: Failure) -> NoReturn:
        self.found = failure
        raise self.kind(failure)


def _is_touched(where: str, touched: Collection[str]) -> bool:
    parts = where.split(".")
    return any(".".join(parts[: n + 1]) in touched for n in range(len(parts)))
