"""Executing a run: from names to a record, with everything that happened on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, fields, replace
from typing import Any

from unireq_conformance.clause import SPECS, Clause
from unireq_conformance.judge import Effort
from unireq_conformance.runs.codec import decode
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.fields import Node
from unireq_conformance.runs.pool import Event, Job, work
from unireq_conformance.runs.record import (
    Circumstances,
    ClauseRecord,
    DeviationRecord,
    Run,
    TargetRecord,
    VerdictRecord,
)

__all__ = ["Executed", "execute"]


@dataclass(frozen=True)
class Executed:
    """A run that was made here.

    Attributes:
        run: What it found.
        requests: The requests of its failures, as JSON, by target and clause.
    """

    run: Run
    requests: dict[tuple[str, str], Any]


def execute(
    targets: Sequence[str],
    clauses: Sequence[Clause],
    effort: Effort,
    *,
    size: int,
    spec: str | None = None,
    request: Any = None,
    watch: Callable[[Event], None] = lambda _: None,
    finished: Callable[[Run], None] = lambda _: None,
) -> Executed:
    """Judge each of `clauses` on each of `targets`.

    Args:
        targets: Names of targets and suites.
        clauses: What to judge.
        effort: How hard to look.
        size: How many targets at a time.
        spec: The number of the specification that `clauses` are of; None for the newest.
        request: The one request to judge by, as JSON; None for those of the clauses.
        watch: Called with each event.
        finished: Called with the run of each target alone, once that is over, and so are those
            before it: in the order of `targets`.

    Raises:
        Unusable: A target turns out to be none.
    """
    circumstances = Circumstances.here(effort.examples, effort.seed)
    records = {name: TargetRecord(name, circumstances) for name in targets}
    requests: dict[tuple[str, str], Any] = {}
    ids = tuple(clause.id for clause in clauses)
    jobs = [Job(name, ids, effort.examples, effort.seed, request, spec) for name in targets]
    run = Run(circumstances, {c.id: _record(c) for c in clauses}, records, spec or SPECS[-1])
    ended: set[str] = set()
    waiting = deque(targets)
    with closing(work(jobs, size=size)) as events:
        for event in events:
            watch(event)
            records[event.target] = _note(records[event.target], event, requests)
            if event.last:
                # A worker has an order of its own.
                record = records[event.target]
                verdicts = {each: record.verdicts[each] for each in ids if each in record.verdicts}
                records[event.target] = replace(record, verdicts=verdicts)
                ended.add(event.target)
            while waiting and waiting[0] in ended:
                name = waiting.popleft()
                finished(replace(run, targets={name: records[name]}))
    return Executed(run, requests)


def _note(record: TargetRecord, event: Event, requests: dict[tuple[str, str], Any]) -> TargetRecord:
    """`record` with what `event` tells of its target; keeps the request of a failure."""
    data = Node(event.data, f"the worker of {event.target}")
    match event.kind:
        case "found":
            return replace(
                record,
                versions={name: value.text for name, value in data["versions"].items()},
                deviations=tuple(
                    decode(DeviationRecord, each) for each in data["deviations"].elements()
                ),
            )
        case "verdict":
            verdict = decode(VerdictRecord, data["verdict"])
            if verdict.failure is not None:
                requests[record.name, verdict.clause] = data["request"].value
            return replace(record, verdicts={**record.verdicts, verdict.clause: verdict})
        case "failed":
            return replace(record, error=data["message"].text)
        case "unusable":
            raise Unusable(data["message"].text)
        case _:
            return record


def _record(clause: Clause) -> ClauseRecord:
    said = {each.name: getattr(clause, each.name) for each in fields(ClauseRecord)}
    return ClauseRecord(**{**said, "level": clause.level.value})
