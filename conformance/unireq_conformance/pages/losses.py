"""Writes the declared deviations into a page: what servers lose.

    python -m unireq_conformance.pages.losses docs/servers.md

Rule: the list is between two marks and is never edited by hand. The tests check that it is true:
they send each witness to each target.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from unireq_conformance.deviations import DEVIATIONS, Deviation
from unireq_conformance.pages.marks import write_part

BEGIN: Final = "<!-- losses: begin -->"
END: Final = "<!-- losses: end -->"


def to_markdown(deviations: Sequence[Deviation]) -> str:
    """The deviations by clause: the targets, the loss, the reason and the bytes that show it."""
    blocks: list[str] = []
    for number, deviation in enumerate(sorted(deviations, key=lambda d: d.clause), 1):
        targets = ", ".join(f"`{pattern}`" for pattern in deviation.targets)
        lines = [
            f"### {number}. {deviation.clause} on {targets}",
            "",
            f"{deviation.because[:1].upper()}{deviation.because[1:]}.",
            "",
            *_shown(deviation),
            "",
            "```python",
            repr(deviation.witness),
            "```",
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _shown(deviation: Deviation) -> list[str]:
    if deviation.of_reaching:
        return ["The server refuses:" if deviation.refused else "The server accepts:"]
    return _table(deviation)


def _table(deviation: Deviation) -> list[str]:
    rows = (
        f"| `{name}` | {_cell(value)} | {_cell(deviation.observed.get(name))} |"
        for name, value in deviation.specified.items()
    )
    return ["| field | specified | observed |", "| --- | --- | --- |", *rows]


def _cell(value: object) -> str:
    return "absent" if value is None else f"`{value!a}`".replace("|", "\\|")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the list; return the exit status."""
    return write_part("losses", BEGIN, END, to_markdown(DEVIATIONS), arguments)


if __name__ == "__main__":
    sys.exit(main())
