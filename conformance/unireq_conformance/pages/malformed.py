"""The table of malformed messages as Markdown."""

from __future__ import annotations

from typing import Final

from unireq_conformance.deviations.reference import reference_form
from unireq_conformance.malformed import FRAMING, LINES, REQUEST_LINES, VALUES, Message, Reading

_GROUPS: Final = {
    "Request lines (MAL-001)": REQUEST_LINES,
    "Field lines (MAL-002)": LINES,
    "Values (MAL-003)": VALUES,
    "Framing (MAL-004)": FRAMING,
}


def to_markdown() -> str:
    """The messages by group: their bytes, the verdict and the readings that are allowed."""
    head = "| message | bytes | verdict | may be read as | h11 | by |\n" + "| --- " * 6 + "|"
    parts = (
        f"## {title}\n\n" + "\n".join([head, *map(_row, messages)])
        for title, messages in _GROUPS.items()
    )
    return "\n\n".join(parts) + "\n"


def _row(message: Message) -> str:
    source = message.source if message.source.startswith("RFC") else f"RFC 9112 {message.source}"
    cells = (
        message.id,
        _code(message.octets),
        "**must be refused**" if message.must else "may be refused",
        "; or ".join(map(_reading, message.readings)) or "-",
        "refuses" if reference_form(message.octets) is None else "reads so",
        source,
    )
    return f"| {' | '.join(cells)} |"


def _reading(reading: Reading) -> str:
    return ", ".join(
        f"no {where}" if value is None else f"{where} {_code(value)}"
        for where, value in reading.items()
    )


def _code(value: object) -> str:
    # Two backticks, since the name of a field may contain one.
    return f"`` {value!a} ``".replace("|", "\\|")
