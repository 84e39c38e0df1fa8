"""Writes what servers lose into a page, from the declared deviations.

    python -m unireq_conformance.losses docs/servers.md

Rule: the list stands between two marks and nobody edits it by hand. That it is true is not shown
here: the tests send each witness to each target.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from unireq_conformance.deviations import DEVIATIONS, Deviation
from unireq_conformance.pages import CannotWrite, between_marks

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
            "| field | specified | observed |",
            "| --- | --- | --- |",
            *_rows(deviation.specified, deviation.observed),
            "",
            "```python",
            repr(deviation.witness),
            "```",
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _rows(specified: Mapping[str, Any], observed: Mapping[str, Any]) -> list[str]:
    return [
        f"| `{name}` | {_cell(value)} | {_cell(observed.get(name))} |"
        for name, value in specified.items()
    ]


def _cell(value: object) -> str:
    return "absent" if value is None else f"`{value!a}`".replace("|", "\\|")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the list; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m unireq_conformance.losses")
    parser.add_argument("page", type=Path)
    page: Path = parser.parse_args(arguments).page
    try:
        text = between_marks(page.read_text("utf-8"), BEGIN, END, to_markdown(DEVIATIONS))
        page.write_text(text, "utf-8")
    except (OSError, CannotWrite) as error:
        sys.stderr.write(f"{page}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
