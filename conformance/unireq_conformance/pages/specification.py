"""Writes the clauses into the specification page, from the registry.

    python -m unireq_conformance.pages.specification docs/specification.md

Rule: a clause is written once, in the registry. The page shows it between two marks, with its own
anchor (`#HDR-001`), and is never edited by hand there.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from unireq_conformance.clause import AREAS, Clause
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.pages.marks import write_part

BEGIN: Final = "<!-- clauses: begin -->"
END: Final = "<!-- clauses: end -->"
_WIDTH: Final = 120


def to_markdown(clauses: Iterable[Clause]) -> str:
    """The clauses by area, in order."""
    known = list(clauses)
    parts: list[str] = []
    for area, title in AREAS.items():
        parts.append(f"## {title}")
        parts += [_one(clause) for clause in known if clause.area == area]
    return "\n\n".join(parts) + "\n"


def _one(clause: Clause) -> str:
    told = [clause.text]
    if clause.why:
        why = clause.why if clause.why.endswith(".") else f"{clause.why}."
        told.append(f"*Why:* {why}")
    if clause.source:
        told.append(f"*Source:* {clause.source}.")
    wrapped = textwrap.fill(" ".join(told), _WIDTH, break_long_words=False, break_on_hyphens=False)
    head = f"### {clause.id} · {clause.level.value} · {clause.title}"
    since = f" Since {clause.since}." if clause.since != "0.1.0" else ""
    return f'<a id="{clause.id}"></a>\n\n{head}\n\n{wrapped}{since}'


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the clauses; return the exit status."""
    return write_part("specification", BEGIN, END, to_markdown(CLAUSES.values()), arguments)


if __name__ == "__main__":
    sys.exit(main())
