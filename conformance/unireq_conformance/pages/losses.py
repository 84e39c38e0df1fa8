"""Writes what servers lose into a page, from the declared deviations.

    python -m unireq_conformance.pages.losses docs/servers.md

Rule: the list stands between two marks and nobody edits it by hand. That it is true is not shown
here: the tests send each witness to each target.
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
    """The deviations, by clause: who, what is lost, why, and the bytes that show it."""
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
        return ["It is refused:" if deviation.refused else "It is taken:"]
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
