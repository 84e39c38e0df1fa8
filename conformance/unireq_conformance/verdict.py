"""Verdicts: what became of one clause on one target."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from unireq_conformance.clause import Clause, Expectation
from unireq_conformance.model import AbstractRequest
from unireq_conformance.texts import cut, end_of

__all__ = ["Failure", "Status", "Verdict"]


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
