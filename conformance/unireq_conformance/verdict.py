"""Verdicts: what became of one clause on one target, and how a failure is shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum

from unireq_conformance.clause import Clause, Expectation
from unireq_conformance.model import AbstractRequest
from unireq_conformance.texts import cut, end_of

__all__ = ["Failure", "Status", "Verdict", "describe"]


class Status(Enum):
    """The kinds of verdict. `FAILS` and `STALE` make a run fail."""

    PASSES = "passes"
    FAILS = "fails"
    DEVIATES = "deviates"
    """It does not hold, as declared, and the witness still shows it."""
    STALE = "stale"
    """It was declared as a deviation, and the witness shows none; or its feature was declared as
    unsupported, and the target has it."""
    UNSUPPORTED = "unsupported"
    """It needs an optional feature that the target does not have, or what its protocol has no way
    to say."""

    @property
    def good(self) -> bool:
        """Whether a run with it succeeds."""
        return self not in (Status.FAILS, Status.STALE)


@dataclass(frozen=True)
class Failure:
    """Why a clause does not hold.

    Attributes:
        expectation: Where, what was expected, what was observed.
        request: The request, as small as it could be made; None for one that only has bytes.
        octets: Its bytes.
        note: What else there is to say: a traceback of the target, how it was refused.
        unseen: Whether the request was refused before the app saw it.
    """

    expectation: Expectation
    request: AbstractRequest | None
    octets: bytes
    note: str = ""
    unseen: bool = False

    @classmethod
    def of_unireq(cls, error: str, request: AbstractRequest | None, octets: bytes) -> Failure:
        """The failure where unireq raised something, whose traceback is `error`."""
        expectation = Expectation("unireq", "no error", cut(error.strip().splitlines()[-1]))
        return cls(expectation, request, octets, note=end_of(error))


@dataclass(frozen=True)
class Verdict:
    """What became of one clause.

    Attributes:
        clause: Which one.
        status: The kind of verdict.
        examples: How many requests it was judged by.
        refused: How many of them the server refused before the app saw them.
        because: The reason given for a deviation or a missing feature; "" for other verdicts.
        failure: What shows that it does not hold; None where it does.
    """

    clause: Clause
    status: Status
    examples: int = 0
    refused: int = 0
    because: str = ""
    failure: Failure | None = None


def _shown(value: object) -> str:
    return cut(json.dumps(value, ensure_ascii=True, indent=None, sort_keys=True))


def describe(verdict: Verdict, target: str, replay: str = "") -> str:
    """The text of a failure: clause, requirement, expected, observed, bytes, replay command.

    Args:
        verdict: A verdict with a failure.
        target: The name of the target.
        replay: The command that replays it; "" if there is none.
    """
    clause, failure = verdict.clause, verdict.failure
    lines = [
        f"{clause.id} {clause.title} ({clause.level.value}) {verdict.status.value} on {target}"
    ]
    lines.append(f"  requirement: {clause.text}")
    if clause.source:
        lines.append(f"  source:      {clause.source}")
    if failure is not None:
        expectation = failure.expectation
        lines.append(f"  where:       {expectation.where}")
        lines.append(f"  expected:    {_shown(expectation.expected)}")
        lines.append(f"  observed:    {_shown(expectation.observed)}")
        lines.append("  request:")
        lines += [f"    {cut(repr(line))}" for line in failure.octets.splitlines(keepends=True)]
        if failure.note:
            lines += ["  note:", *(f"    {line}" for line in failure.note.strip().splitlines())]
    if replay:
        lines.append(f"  replay:      {replay}")
    return "\n".join(lines)
