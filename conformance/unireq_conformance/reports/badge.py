"""A badge for a README, in the endpoint form of shields.io.

Rule: the badge claims no more than was seen. A clause counts as met if it passes on every target of
the run. A clause that no target supports does not count.
"""

from __future__ import annotations

import json

from unireq_conformance.reports.counts import counting
from unireq_conformance.runs.record import Run
from unireq_conformance.verdict import Status

__all__ = ["badge_of"]


def badge_of(run: Run) -> str:
    """The JSON of the badge: `77/77 MUST`."""
    met = judged = 0
    targets = run.targets.values()
    for clause in run.clauses.values():
        if clause.level != "MUST":
            continue
        found = [
            target.verdicts[clause.id].status for target in targets if clause.id in target.verdicts
        ]
        wanted = [status for status in found if status is not Status.UNSUPPORTED]
        judged += bool(wanted)
        met += bool(wanted) and all(status is Status.PASSES for status in wanted)
    if not judged or any(target.error for target in targets):
        message, color = "not judged", "lightgrey"
    else:
        message = f"{met}/{judged} MUST"
        color = "red" if counting(run) else "brightgreen" if met == judged else "yellowgreen"
    badge = {"schemaVersion": 1, "label": "unireq", "message": message, "color": color}
    return json.dumps(badge) + "\n"
