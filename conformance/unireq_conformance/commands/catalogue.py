"""`unireq-conformance list` and `explain ID`: the clauses of the specification."""

from __future__ import annotations

import json
from argparse import Namespace
from collections import Counter
from typing import TYPE_CHECKING, Any

from unireq_conformance.clause import AREAS, Clause
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.commands.output import show
from unireq_conformance.deviations import DEVIATIONS
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.names import find_clause
from unireq_conformance.servers.targets import TARGETS

if TYPE_CHECKING:
    from unireq_conformance.comparing.paper import Paper


def run(parsed: Namespace) -> int:
    """Run either command; return the exit status."""
    if parsed.command == "explain":
        clause = find_clause(parsed.id)
        show(parsed, lambda paper: _explain(paper, clause))
        return 0
    area = None if parsed.area is None else parsed.area.upper()
    if area is not None and area not in AREAS:
        known = "".join(f"\n  {letters}  {title}" for letters, title in AREAS.items())
        raise Unusable(f"--area: expected one of these, got {parsed.area!r}:{known}")
    show(parsed, lambda paper: _list(paper, area))
    return 0


def _list(paper: Paper, area: str | None) -> None:
    """Write id, level and title of every clause, or of those of one area."""
    shown = [clause for clause in CLAUSES.values() if area in {None, clause.area}]
    for letters in dict.fromkeys(clause.area for clause in shown):
        paper.heading(f"{letters}  {AREAS[letters]}")
        for clause in shown:
            if clause.area == letters:
                paper.prose(f"  {clause.id}  {clause.level.value:<6}  ", clause.title)
        paper.blank()
    levels = Counter(clause.level.value for clause in shown)
    counts = ", ".join(f"{number} {level}" for level, number in levels.items())
    paper.prose("", f"{counts}; unireq-conformance explain ID shows one")


def _explain(paper: Paper, clause: Clause) -> None:
    """Write the details of `clause`, and which targets deviate from it."""
    paper.heading(f"{clause.id}  {clause.level.value}  {clause.title}")
    must = f", a MUST since {clause.must_since}" if clause.must_since else ""
    paper.prose("", f"{AREAS[clause.area]}, since specification {clause.since}{must}")
    paper.blank()
    paper.prose("  ", clause.text)
    paper.blank()
    refusal = "a server may refuse these requests instead (400, a closed connection)"
    said = {
        "why:     ": clause.why,
        "source:  ": clause.source or "our own decision",
        "needs:   ": f"the optional feature {clause.capability}" if clause.capability else "",
        "refusal: ": refusal if clause.may_refuse else "",
    }
    for lead, text in said.items():
        if text:
            paper.prose(lead, text)
    paper.blank()
    own = [deviation for deviation in DEVIATIONS if deviation.clause == clause.id]
    if not own:
        paper.prose("", "No registered target deviates from it.")
    for deviation in own:
        names = [name for name in TARGETS if deviation.concerns(name)]
        paper.heading(f"Deviation: {', '.join(deviation.targets)}")
        paper.prose("  targets:  ", ", ".join(names) or "no registered target")
        paper.prose("  because:  ", deviation.because)
        for where, specified in deviation.specified.items():
            observed = _shown(deviation.observed.get(where))
            paper.prose("  shows:    ", f"{where} is {observed}, but should be {_shown(specified)}")
        paper.prose("  ", "witness:")
        for line in deviation.witness.splitlines(keepends=True):
            paper.whole_line(f"    {line!r}")
        paper.blank()


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    return repr(value) if isinstance(value, bytes) else json.dumps(value)
