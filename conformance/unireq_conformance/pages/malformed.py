"""Writes the table of malformed messages into a page.

    python -m unireq_conformance.pages.malformed docs/malformed.md

Rule: the table is between two marks and is never edited by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

from unireq_conformance.malformed import FRAMING, LINES, REQUEST_LINES, VALUES, Message
from unireq_conformance.pages.marks import write_part

BEGIN: Final = "<!-- messages: begin -->"
END: Final = "<!-- messages: end -->"

_GROUPS: Final = {
    "Request lines (MAL-001)": REQUEST_LINES,
    "Field lines (MAL-002)": LINES,
    "Values (MAL-003)": VALUES,
    "Framing (MAL-004)": FRAMING,
}


def to_markdown() -> str:
    """The messages by group: their bytes, the verdict and the readings that are allowed."""
    parts: list[str] = []
    for title, messages in _GROUPS.items():
        parts += [
            f"## {title}",
            "| message | bytes | verdict | may be read as | h11 | by |\n"
            "| --- | --- | --- | --- | --- | --- |\n" + "\n".join(map(_row, messages)),
        ]
    return "\n\n".join(parts) + "\n"


def _row(message: Message) -> str:
    source = message.source if message.source.startswith("RFC") else f"RFC 9112 {message.source}"
    cells = (
        message.id,
        _code(message.octets),
        "**must be refused**" if message.must else "may be refused",
        "; or ".join(_reading(each.items()) for each in message.readings) or "-",
        message.h11,
        source,
    )
    return f"| {' | '.join(cells)} |"


def _reading(values: Iterable[tuple[str, Any]]) -> str:
    return ", ".join(
        f"no {where}" if value is None else f"{where} {_code(value)}" for where, value in values
    )


def _code(value: object) -> str:
    # Two backticks, since the name of a field may contain one.
    return f"`` {value!a} ``".replace("|", "\\|")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table; return the exit status."""
    return write_part("malformed", BEGIN, END, to_markdown(), arguments)


if __name__ == "__main__":
    sys.exit(main())
