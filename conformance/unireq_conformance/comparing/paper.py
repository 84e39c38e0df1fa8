"""Lines on a terminal: marks, names with what belongs to them beside, values never cut in silence.

Rule: whatever comes from a request goes through `show` before it gets here, so no control character
reaches the terminal; a console without Unicode gets ASCII only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len
from rich.text import Text

from unireq_conformance.comparing.values import fold, shorten, show

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Marks:
    """Characters that say what colours say too."""

    same: str = "="
    other: str = "≠"
    right: str = "✓"
    wrong: str = "✗"
    dots: str = "…"


UNICODE: Final = Marks()
ASCII: Final = Marks("=", "!", "+", "X", "...")

PLAIN: Final = ""
GOOD: Final = "green"
ODD: Final = "yellow"
BAD: Final = "red"
BOLD: Final = "bold"


class Paper:
    """A console to write on, and the characters that it takes.

    Args:
        console: where to; its width is kept to, but for `whole_line`.
        marks: `UNICODE` or `ASCII`.
    """

    def __init__(self, console: Console, marks: Marks) -> None:
        self.console = console
        self.marks = marks

    @property
    def width(self) -> int:
        """Cells in a line."""
        return self.console.width

    def show(self, value: Any) -> str:
        """Return `value` as text that this console can take."""
        return show(value, ascii_only=self.marks is ASCII)

    def show_all(self, values: Iterable[Any], limit: int) -> list[str]:
        """Return `values` as texts of about `limit` characters, different where they are."""
        return self.shorten([self.show(value) for value in values], limit)

    def shorten(self, texts: Sequence[str], limit: int) -> list[str]:
        """Return `texts`, of about `limit` characters, different where they are."""
        return shorten(texts, limit, dots=self.marks.dots)

    def blank(self) -> None:
        """Leave a line."""
        self.console.print()

    def whole_line(self, text: str, style: str = PLAIN) -> None:
        """Write one line, however long."""
        if self.marks is ASCII:
            text = text.encode("ascii", "backslashreplace").decode("ascii")
        self.console.print(Text(text, style), soft_wrap=True)

    def heading(self, text: str) -> None:
        """Write what the next lines are about."""
        self.prose("", text, BOLD)

    def prose(self, lead: str, text: str, style: str = PLAIN) -> None:
        """Write `text` in as many lines as it takes, broken at blanks, the first after `lead`."""
        self.hang(lead, broken(text, self.width - cell_len(lead), " "), style)

    def hang(self, lead: str, lines: Sequence[str], style: str = PLAIN) -> None:
        """Write `lines` below each other, the first after `lead`."""
        for number, line in enumerate(lines):
            start = lead if number == 0 else " " * cell_len(lead)
            self.whole_line((start + line).rstrip(), style)

    def entry(
        self, mark: str, names: str, width: int, lines: Sequence[str], style: str = PLAIN
    ) -> None:
        """Write `names` in a column of `width` cells, and `lines` beside it.

        They may take up to `width_beside(width)` cells.
        """
        left = broken(names, width, ", ")
        for number in range(max(len(left), len(lines))):
            name = left[number] if number < len(left) else ""
            line = lines[number] if number < len(lines) else ""
            padded = name + " " * (width - cell_len(name))
            start = f"  {mark} " if number == 0 else " " * (3 + len(mark))
            self.whole_line(f"{start}{padded} {line}".rstrip(), style)

    def width_beside(self, width: int) -> int:
        """Return how many cells are left beside a column of `width` cells in an `entry`."""
        return self.width - width - 5


def broken(text: str, width: int, at: str) -> list[str]:
    """Return `text` in lines of at most `width` cells, broken at the blank in `at` if possible."""
    lines: list[str] = []
    line = ""
    *words, last = text.split(at)
    for word in [*(word + at.rstrip() for word in words), last]:
        joined = f"{line} {word}" if line else word
        if line and cell_len(joined) > width:
            lines.append(line)
            joined = word
        *full, line = fold(joined, max(width, 1))
        lines += full
    return [*lines, line]
