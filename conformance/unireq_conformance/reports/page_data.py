"""The data of the matrix page: what its script shows when a cell is opened.

Rule: all of it is shown as text. It goes into the page as JSON that no character can end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from unireq_conformance.reports.commands import run_command
from unireq_conformance.runs.record import (
    DeviationRecord,
    FailureRecord,
    Run,
    TargetRecord,
    VerdictRecord,
)

__all__ = ["as_script", "page_data"]


def as_script(data: object) -> str:
    """`data` as JSON in which no character has a meaning in HTML."""
    text = json.dumps(data, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def page_data(run: Run) -> dict[str, Any]:
    """What the script knows of `run`."""
    return {
        "clauses": [vars(clause) for clause in run.clauses.values()],
        "targets": [_target(target, run.spec) for target in run.targets.values()],
    }


def _target(target: TargetRecord, spec: str) -> dict[str, Any]:
    circumstances = target.circumstances
    versions = {"unireq": circumstances.unireq, "Python": circumstances.python, **target.versions}
    return {
        "name": target.name,
        "error": target.error,
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
        "command": run_command(target.name, circumstances, spec),
        "deviations": [_deviation(each) for each in target.deviations],
        "verdicts": {clause: _verdict(verdict) for clause, verdict in target.verdicts.items()},
    }


def _verdict(verdict: VerdictRecord) -> dict[str, Any]:
    found: dict[str, Any] = {"verdict": verdict.status.value}
    if verdict.examples:
        found["examples"] = verdict.examples
    if verdict.refused:
        found["refused"] = verdict.refused
    if verdict.because:
        found["because"] = verdict.because
    if verdict.failure is not None:
        found["failure"] = _failure(verdict.failure)
    return found


def _failure(failure: FailureRecord) -> dict[str, Any]:
    return {
        "where": failure.where,
        "expected": failure.expected,
        "observed": failure.observed,
        "request": _lines(failure.octets),
        "note": failure.note,
    }


def _deviation(deviation: DeviationRecord) -> dict[str, Any]:
    observed: Mapping[str, Any] = deviation.observed
    return {
        "clause": deviation.clause,
        "because": deviation.because,
        "request": _lines(deviation.witness),
        "fields": [
            {"where": where, "expected": expected, "observed": observed.get(where)}
            for where, expected in deviation.specified.items()
        ],
    }


def _lines(octets: bytes) -> list[str]:
    return [repr(line) for line in octets.splitlines(keepends=True)]
