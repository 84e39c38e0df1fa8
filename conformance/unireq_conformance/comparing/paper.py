"""Lines on a terminal: marks, names with what belongs to them beside, values never cut in silence.

Rule: whatever comes from a request goes through `show` before it gets here, so no control character
reaches the terminal; a console without Unicode gets ASCII only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len
from rich.table import Column, Table
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
        self.console.print(self._text(text, style), soft_wrap=True)

    def heading(self, text: str) -> None:
        """Write what the next lines are about."""
        self.prose("", text, BOLD)

    def prose(self, lead: str, text: str, style: str = PLAIN) -> None:
        """Write `text` in as many lines as it takes, broken at blanks, the first after `lead`."""
        self._columns(style, (lead, cell_len(lead)), (text, None))

    def quote(self, lead: str, text: str) -> None:
        """Write `text`, all of it: the first line after `lead`, the others further in."""
        lines = fold(text, self.width - cell_len(lead) - 2)
        self.prose(lead, "\n  ".join(lines))

    def entry(self, mark: str, names: str, width: int, text: str, style: str = PLAIN) -> None:
        """Write `names` in a column of `width` cells, and the lines of `text`, whole, beside it."""
        room, lead = self.width_beside(width), f"  {mark} "
        lines = [part for line in text.split("\n") for part in fold(line, room)]
        rest = ("\n".join(lines), None)
        self._columns(style, (lead, len(lead)), (names, width), (" ", 1), rest)

    def width_beside(self, width: int) -> int:
        """Return how many cells are left beside a column of `width` cells in an `entry`."""
        return self.width - width - 5

    def _columns(self, style: str, *columns: tuple[str, int | None]) -> None:
        """Write texts beside each other, each in so many cells; None means all that are left."""
        shown = [column for column in columns if column[1] != 0]
        kinds = (Column(width=width, overflow="fold") for _, width in shown)
        table = Table(*kinds, box=None, padding=0, show_header=False)
        table.add_row(*(self._text(text, style) for text, _ in shown))
        self.console.print(table)

    def _text(self, text: str, style: str) -> Text:
        if self.marks is ASCII:
            text = text.encode("ascii", "backslashreplace").decode("ascii")
        return Text(text, style)
