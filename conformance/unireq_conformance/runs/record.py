"""What a run found, and its JSON: the contract between running, reports and whoever reads them.

Rule: schema 1 as docs/conformance.md has it. These are plain records, so that a run that was made
elsewhere, by another version with other clauses, can be shown all the same. All input is checked.
"""

from __future__ import annotations

import json
import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import unireq
from unireq_conformance.runs.codec import decode, encode
from unireq_conformance.runs.fields import Node, parse
from unireq_conformance.verdict import Status, Verdict

__all__ = [
    "SCHEMA",
    "Circumstances",
    "ClauseRecord",
    "DeviationRecord",
    "FailureRecord",
    "Run",
    "TargetRecord",
    "VerdictRecord",
    "read_run",
    "write_run",
]

SCHEMA: Final = 1
"""Version of the form, under the key "schema"."""

_ID: Final = re.compile(r"[A-Z]{3}-[0-9]{3}")


@dataclass(frozen=True)
class Circumstances:
    """How a target was run.

    Attributes:
        unireq, python, platform: The versions, and `sys.platform`.
        examples, seed: The effort; see `judge.Effort`.
    """

    unireq: str
    python: str
    platform: str
    examples: int
    seed: int | None

    @classmethod
    def here(cls, examples: int, seed: int | None) -> Circumstances:
        """Those of this process."""
        return cls(unireq.__version__, platform.python_version(), sys.platform, examples, seed)

    @classmethod
    def of(cls, node: Node) -> Circumstances:
        """Those that `node` says."""
        effort = node["effort"]
        seed = None if (found := effort.find("seed")) is None else found.number
        version, python, system = (node[name].text for name in ("unireq", "python", "platform"))
        return cls(version, python, system, effort["examples"].number, seed)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "unireq": self.unireq,
            "python": self.python,
            "platform": self.platform,
            "effort": {"examples": self.examples, "seed": self.seed},
        }


@dataclass(frozen=True)
class ClauseRecord:
    """A clause as it was when the run was made; the attributes are those of `Clause`."""

    id: str
    level: str
    title: str
    text: str
    why: str
    source: str
    area: str
    since: str


@dataclass(frozen=True)
class FailureRecord:
    """Why a clause does not hold; the attributes are those of `Failure` and `Expectation`."""

    where: str
    expected: Any
    observed: Any
    octets: bytes = field(metadata={"json": "bytes", "base64": True})
    note: str


@dataclass(frozen=True)
class VerdictRecord:
    """What became of one clause; the attributes are those of `Verdict`."""

    clause: str
    status: Status = field(metadata={"json": "verdict"})
    examples: int = 0
    refused: int = 0
    because: str = ""
    failure: FailureRecord | None = None

    @classmethod
    def of(cls, verdict: Verdict) -> VerdictRecord:
        """That of a verdict that was reached here."""
        failure = None
        if (found := verdict.failure) is not None:
            shown = found.expectation
            failure = FailureRecord(
                shown.where, shown.expected, shown.observed, found.octets, found.note
            )
        counted = (verdict.examples, verdict.refused, verdict.because)
        return cls(verdict.clause.id, verdict.status, *counted, failure)


@dataclass(frozen=True)
class DeviationRecord:
    """A deviation that is declared for a target; the attributes are those of `Deviation`."""

    clause: str
    because: str
    witness: bytes = field(metadata={"base64": True})
    specified: Mapping[str, Any]
    observed: Mapping[str, Any]


@dataclass(frozen=True)
class TargetRecord:
    """One target.

    Attributes:
        name: The target, or the suite.
        circumstances: How it was run.
        versions: The distributions involved.
        verdicts: By the id of the clause.
        deviations: Those that are declared for it, of the clauses that were judged or of any.
        error: Why it could not be judged, or not to the end; "" if it was.
    """

    name: str
    circumstances: Circumstances
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    verdicts: Mapping[str, VerdictRecord] = field(default_factory=dict[str, VerdictRecord])
    deviations: tuple[DeviationRecord, ...] = ()
    error: str = ""

    @property
    def all_versions(self) -> dict[str, str]:
        """Of the distributions involved, and of unireq and Python."""
        where = self.circumstances
        return {"unireq": where.unireq, "python": where.python, **self.versions}

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "name": self.name,
            **self.circumstances.to_dict(),
            "versions": dict(self.versions),
            "error": self.error,
            "deviations": [encode(deviation) for deviation in self.deviations],
            "verdicts": [encode(verdict) for verdict in self.verdicts.values()],
        }


@dataclass(frozen=True)
class Run:
    """Many clauses on many targets.

    Attributes:
        circumstances: How it was run; where runs were merged, how the last one was.
        clauses: What was judged, by id, in the order of the specification.
        targets: By name, in the order in which they were asked for.
        spec: The number of the specification.
    """

    circumstances: Circumstances
    clauses: Mapping[str, ClauseRecord]
    targets: Mapping[str, TargetRecord]
    spec: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "schema": SCHEMA,
            "spec": self.spec,
            **self.circumstances.to_dict(),
            "clauses": [encode(clause) for clause in self.clauses.values()],
            "targets": [target.to_dict() for target in self.targets.values()],
        }

    def counts(self, verdict: VerdictRecord, *, strict: bool = False) -> bool:
        """Whether `verdict` makes the run fail.

        Args:
            verdict: One of this run's.
            strict: Whether SHOULD clauses and declared deviations count too.
        """
        if verdict.status is Status.FAILS:
            return strict or self.clauses[verdict.clause].level == "MUST"
        return verdict.status is Status.STALE or (strict and verdict.status is Status.DEVIATES)


def write_run(run: Run) -> str:
    """The text of a run's file."""
    return json.dumps(run.to_dict(), indent=1) + "\n"


def read_run(text: str | bytes, source: str) -> Run:
    """The run in `text`; unknown entries are ignored, so later versions of schema 1 can add some.

    Args:
        text: The content of a file.
        source: What to call it in messages.

    Raises:
        Unusable: It is not a run, or has another schema.
    """
    node = parse(text, source)
    if node["schema"].number != SCHEMA:
        expected = f"schema {SCHEMA}, which is what this version of unireq reads and writes"
        node["schema"].refuse(expected)
    overall = Circumstances.of(node)
    clauses: dict[str, ClauseRecord] = {}
    for each in node["clauses"].elements():
        if _ID.fullmatch(each["id"].text) is None:
            each["id"].refuse("an id such as HDR-003")
        clauses[each["id"].text] = decode(ClauseRecord, each)
    targets: dict[str, TargetRecord] = {}
    for each in node["targets"].elements():
        target = _read_target(each, overall, clauses)
        if target.name in targets:
            each["name"].refuse("a target whose name is new")
        targets[target.name] = target
    return Run(overall, clauses, targets, node["spec"].text)


def _read_target(
    node: Node, overall: Circumstances, clauses: Mapping[str, ClauseRecord]
) -> TargetRecord:
    verdicts: dict[str, VerdictRecord] = {}
    for each in node["verdicts"].elements():
        verdict = decode(VerdictRecord, each)
        if verdict.clause not in clauses:
            each["clause"].refuse('the id of a clause in "clauses"')
        verdicts[verdict.clause] = verdict
    error, found = node.find("error"), node.find("deviations")
    deviations = () if found is None else found.elements()
    return TargetRecord(
        node["name"].text,
        overall if node.find("effort") is None else Circumstances.of(node),
        {name: value.text for name, value in node["versions"].items()},
        verdicts,
        tuple(decode(DeviationRecord, each) for each in deviations),
        "" if error is None else error.text,
    )
