"""The failure block: how a failed clause is shown."""

from __future__ import annotations

import json

from unireq_conformance.texts import cut
from unireq_conformance.verdict import Verdict

__all__ = ["describe"]


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
