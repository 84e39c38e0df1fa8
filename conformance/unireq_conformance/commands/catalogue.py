"""`unireq-conformance list` and `explain ID`: the clauses of the specification."""

from __future__ import annotations

from argparse import Namespace

from unireq_conformance.clause import AREAS
from unireq_conformance.commands.output import show
from unireq_conformance.reports.catalogue import render_clause, render_list
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.names import find_clause


def run(parsed: Namespace) -> int:
    """Run either command; return the exit status."""
    if parsed.command == "explain":
        clause = find_clause(parsed.id)
        show(parsed, lambda paper: render_clause(paper, clause))
        return 0
    area = None if parsed.area is None else parsed.area.upper()
    if area is not None and area not in AREAS:
        known = "".join(f"\n  {letters}  {title}" for letters, title in AREAS.items())
        raise Unusable(f"--area: expected one of these, got {parsed.area!r}:{known}")
    show(parsed, lambda paper: render_list(paper, area))
    return 0
