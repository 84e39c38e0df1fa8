"""Judging: one clause on one running target.

Rule: a clause is judged by its own requests, then by some drawn for it. The first that misses it is
the verdict's failure, made as small as it can be if it was drawn. A clause with a declared
deviation is judged too, but for what the deviation touches, and its witness is replayed: one that
no longer shows is stale.
"""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final, NoReturn

from hypothesis.errors import Flaky

from unireq_conformance.clause import Clause, Expectation
from unireq_conformance.deviations.deviation import ANY_CLAUSE, Deviation
from unireq_conformance.deviations.witness import replay
from unireq_conformance.drawn import Effort, draw, drawn
from unireq_conformance.model import AbstractRequest
from unireq_conformance.present import if_present
from unireq_conformance.seen import Seen, is_refusal
from unireq_conformance.servers.frames import Inexpressible
from unireq_conformance.servers.running import Answers, Running
from unireq_conformance.verdict import Failure, Status, Verdict

__all__ = ["ClauseNotMet", "Effort", "judge"]

_REFUSALS: Final = 0.05
"""The share of a clause's requests that a server may refuse, where refusing does not meet it."""


class ClauseNotMet(AssertionError):
    """A request does not meet a clause; each clause has a subclass of its own.

    Hypothesis tells failures apart by their type, so it never takes one clause's for another's.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.expectation.where)
        self.failure = failure


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
    verdict = _judge(clause, running, effort or Effort(), list(deviations), unsupported or {})
    failure = verdict.failure
    if failure is None or failure.note:
        return verdict
    with suppress(Inexpressible):
        if printed := running.printed_on(failure.request, failure.octets):
            note = f"the app printed:\n{printed}"
            return replace(verdict, failure=replace(failure, note=note))
    return verdict


def _judge(
    clause: Clause,
    running: Running,
    effort: Effort,
    declared: list[Deviation],
    lacking: Mapping[str, str],
) -> Verdict:
    if clause.capability and clause.capability in lacking:
        reason = lacking[clause.capability]
        failure = if_present(clause.capability, reason, running)
        status = Status.UNSUPPORTED if failure is None else Status.STALE
        return Verdict(clause, status, because=reason, failure=failure)
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
    if any(not deviation.limited for deviation in own):
        # Nothing says which requests it leaves alone.
        return Verdict(clause, Status.DEVIATES, because=_reasons(own))
    examination = _Examination(clause, running, declared, running.answers)
    failure = examination.run(effort)
    if not examination.examples and examination.inexpressible:
        return Verdict(clause, Status.UNSUPPORTED, because=examination.inexpressible)
    for refusal in examination.refusals if failure is None else ():
        if (stale := replay(refusal, running)) is not None:
            return Verdict(clause, Status.STALE, because=refusal.because, failure=stale)
    own += examination.met
    status = Status.DEVIATES if own else Status.PASSES
    return Verdict(
        clause,
        status if failure is None else Status.FAILS,
        examples=examination.examples,
        refused=examination.refused,
        because=_reasons(own),
        failure=failure,
    )


def _reasons(deviations: Iterable[Deviation]) -> str:
    return "; ".join(deviation.because for deviation in deviations)


@dataclass(eq=False)
class _Examination:
    """One clause, one target, many requests.

    Attributes:
        clause, running: What is judged, and on whom.
        deviations: See `judge`.
        answers: What was seen for other clauses; what is seen for this one is added.
        examples, refused: See `Verdict`.
        unexplained: How many were refused although nothing declares it; `refusal` is the last.
        inexpressible: Why a request could not be sent.
        refusals: The declared refusals that drawn requests meet; `met`, those that were seen.
        untold: Why a deviation excuses nothing.
    """

    clause: Clause
    running: Running
    deviations: list[Deviation]
    answers: Answers = field(default_factory=Answers)
    examples: int = 0
    refused: int = 0
    unexplained: int = 0
    inexpressible: str = ""
    untold: str = ""
    refusals: list[Deviation] = field(default_factory=list[Deviation])
    met: list[Deviation] = field(default_factory=list[Deviation])
    refusal: Failure | None = None
    found: Failure | None = None

    def __post_init__(self) -> None:
        name = f"{self.clause.id.replace('-', '')}NotMet"
        self.kind: type[ClauseNotMet] = type(name, (ClauseNotMet,), {})

    def run(self, effort: Effort) -> Failure | None:
        """The smallest failure that was found, or None."""
        always = self.clause.always
        more = () if self.clause.exhaustive else drawn(self.clause.strategy, effort)
        for request in (*always, *more):
            try:
                self.examine(request)
            except ClauseNotMet as error:
                return error.failure if request in always else self._smallest(effort, error.failure)
        if self.clause.may_refuse:
            return None
        # What is refused as declared shows nothing either, so that can't be all of it.
        nothing = self.refused == self.examples and not self.met
        too_many = self.unexplained > _REFUSALS * self.examples
        return self.refusal if too_many or nothing else None

    def _smallest(self, effort: Effort, failure: Failure) -> Failure:
        try:
            draw(self.clause.strategy, effort, self._check_again)
        except ClauseNotMet as error:
            return error.failure
        except Flaky:
            if self.found is None:
                raise
            failure = self.found
        # The same request met the clause another time, which is no way to meet it.
        return replace(failure, note="the same request met the clause when it was sent again")

    def examine(self, request: AbstractRequest) -> None:
        """Raise if `request` does not meet the clause."""
        try:
            seen = self.answers.get(request) or self.running.see(request)
        except Inexpressible as error:
            self.inexpressible = str(error)
            return
        self.examples += 1
        self.answers.keep(request, seen)
        if isinstance(seen, str):
            self.refused += 1
            failure = _refusal(request, "an answer from the app", seen)
            if not self.clause.may_refuse and not self._may_be_refused(request):
                self.unexplained += 1
                self.refusal = failure
            self.refusal = self.refusal or failure
        self._check(request, seen)

    def _may_be_refused(self, request: AbstractRequest) -> bool:
        found = [d for d in self.deviations if d.refused and self._touched(d, request)]
        self.met += [d for d in found if d in self.refusals and d not in self.met]
        return bool(found)

    def _touched(self, deviation: Deviation, request: AbstractRequest) -> Collection[str]:
        """What `deviation` touches; its own clause fails if that cannot be told."""
        try:
            touched = deviation.touches(request)
            if isinstance(touched, str):  # which is a collection of text too
                raise TypeError(f"expected a list of names of fields, got {touched!r}")  # noqa: TRY301
            touched = frozenset(touched)
        except Exception as error:  # noqa: BLE001  # it is whatever somebody's function raises
            said = "".join(traceback.format_exception_only(error)).strip()
            if deviation.clause in {self.clause.id, ANY_CLAUSE}:
                expected = "the names of the fields that may differ for this request"
                note = "".join(traceback.format_exception(error, limit=-3))
                expectation = Expectation("the deviation's touches", expected, said)
                self._fail(Failure(expectation, request, request.render(), note=note))
            self.untold = (
                f"the touches of the deviation from {deviation.clause} raised {said}; until it is"
                f" mended, the deviation excuses nothing in {self.clause.id}"
            )
            return ()
        if touched and deviation.clause == ANY_CLAUSE and deviation not in self.refusals:
            self.refusals.append(deviation)
        return touched

    def _check_again(self, request: AbstractRequest) -> None:
        try:
            seen = self.running.see(request)
        except Inexpressible:
            return
        self._check(request, seen)

    def _check(self, request: AbstractRequest, seen: Seen | str) -> None:
        octets = request.render()
        if isinstance(seen, str):
            # A clause that lets a server refuse is not met by whatever it likes.
            clear = is_refusal(seen) or seen in self.clause.tolerated(request)
            if self.clause.may_refuse and not clear and not self._may_be_refused(request):
                expected = "an answer from the app, or a clear client error"
                self._fail(_refusal(request, expected, seen))
            return
        if seen.error:
            self._fail(Failure.of_unireq(seen.error, request, octets))
        self.untold = ""
        touched = {name for each in self.deviations for name in self._touched(each, request)}
        if not touched.isdisjoint(("path", "raw_path")):
            # The URL is made of them.
            touched.add("url")
        for expectation in self.clause.check(self.running.as_sent(request), seen):
            if not expectation.met and not _is_touched(expectation.where, touched):
                how = str(seen.at("response.status"))
                if request.response and is_refusal(how) and self._may_be_refused(request):
                    self.refused += 1
                    return
                self._fail(Failure(expectation, request, octets, note=self.untold))

    def _fail(self, failure: Failure) -> NoReturn:
        self.found = failure
        raise self.kind(failure)


def _refusal(request: AbstractRequest, expected: str, how: str) -> Failure:
    expectation = Expectation("the server", expected, f"refused: {how}")
    return Failure(expectation, request, request.render())


def _is_touched(where: str, touched: Collection[str]) -> bool:
    parts = where.split(".")
    return any(".".join(parts[: n + 1]) in touched for n in range(len(parts)))
