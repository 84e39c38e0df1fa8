"""`unireq-conformance list` and `explain ID`: the clauses of the specification."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from unireq_conformance.commands.output import is_plain, on_paper
from unireq_conformance.runs.errors import Unusable

if TYPE_CHECKING:
    from unireq_conformance.comparing.paper import Paper

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Add the subcommands."""
    lister: argparse.ArgumentParser = subparsers.add_parser(
        "list",
        help="list the clauses of the specification",
        description="Lists the clauses of the specification: id, level and title.",
    )
    lister.add_argument(
        "--area", metavar="AREA", help="only the clauses of this area: HDR, CKE, QRY, ..."
    )
    lister.set_defaults(run=run_list)
    explainer: argparse.ArgumentParser = subparsers.add_parser(
        "explain",
        help="explain one clause",
        description="Shows what a clause requires, why, and which targets deviate from it.",
    )
    explainer.add_argument("id", metavar="ID", help="id of the clause, such as HDR-003")
    explainer.set_defaults(run=run_explain)
    for parser in (lister, explainer):
        parser.add_argument(
            "--no-color", action="store_true", help="no colours; the same as NO_COLOR=1"
        )


def run_list(parsed: argparse.Namespace) -> int:
    """Run `list`; return the exit status."""
    from unireq_conformance.clause import AREAS
    from unireq_conformance.reports.catalogue import render_list

    area = None if parsed.area is None else parsed.area.upper()
    if area is not None and area not in AREAS:
        known = "".join(f"\n  {letters}  {title}" for letters, title in AREAS.items())
        raise Unusable(f"--area: expected one of these, got {parsed.area!r}:{known}")
    return _write(parsed, lambda paper: render_list(paper, area))


def run_explain(parsed: argparse.Namespace) -> int:
    """Run `explain`; return the exit status."""
    from unireq_conformance.reports.catalogue import render_clause
    from unireq_conformance.runs.names import find_clause

    clause = find_clause(parsed.id)
    return _write(parsed, lambda paper: render_clause(paper, clause))


def _write(parsed: argparse.Namespace, render: Callable[[Paper], None]) -> int:
    sys.stdout.write(on_paper(render, plain=is_plain(parsed.no_color)))
    return 0
