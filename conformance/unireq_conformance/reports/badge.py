"""A badge for a README, in the endpoint form of shields.io.

Rule: the badge claims no more than was seen. It names the number of the specification, and needs a
verdict on each of its clauses from every target. A MUST clause counts as met if it passes on every
target that supports it, and as unsupported if there is a target that does not. What is hardly
supported is not green.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Final

from unireq_conformance.clause import Level
from unireq_conformance.clauses import clauses_of
from unireq_conformance.reports.counts import counting
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.record import Run
from unireq_conformance.verdict import Status

__all__ = ["LARGEST_SHARE", "badge_of"]

LARGEST_SHARE: Final = Fraction(1, 10)
"""The share of the clauses below which the unsupported ones must stay for a green badge."""


def badge_of(run: Run) -> str:
    """The JSON of the badge: `0.1, 166/166 MUST, 7 unsupported`.

    Raises:
        Unusable: This kit does not know the number of the specification.
    """
    try:
        clauses = clauses_of(run.spec)
    except LookupError as error:
        raise Unusable(f"--badge: {error}") from None
    targets = run.targets.values()
    if not targets or any(target.error or clauses.keys() - target.verdicts for target in targets):
        message, color = "not judged", "lightgrey"
    else:
        found = {each: {target.verdicts[each].status for target in targets} for each in clauses}
        unsupported = sum(Status.UNSUPPORTED in each for each in found.values())
        musts = [each.id for each in clauses.values() if each.level is Level.MUST]
        wanted = [found[each] - {Status.UNSUPPORTED} for each in musts]
        judged, met = sum(map(bool, wanted)), wanted.count({Status.PASSES})
        message = f"{met}/{judged} MUST, {unsupported} unsupported"
        if counting(run):
            color = "red"
        elif unsupported >= LARGEST_SHARE * len(clauses):
            color = "yellow"
        else:
            color = "brightgreen" if met == judged else "yellowgreen"
    badge = {"label": "unireq", "message": f"{run.spec}, {message}", "color": color}
    return json.dumps({"schemaVersion": 1, **badge}) + "\n"
