"""Values as text for people: exact, harmless to a terminal, and short only where nothing is lost.

Rule: two values that differ never look the same. So text is quoted and escaped as Python does it,
combining marks too, and what is left out of long texts is never where they part.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from typing import Any, Final

from rich.cells import cell_len

from unireq_conformance.comparing.groups import Absent, Raised

_BEFORE: Final = 8
"""How much is shown of what texts have in common before they part."""


def show(value: Any, *, ascii_only: bool = False) -> str:
    """Return `value` as text of printable characters.

    Args:
        value: plain data, or `groups.ABSENT`, or a `groups.Raised`.
        ascii_only: escape everything else too.
    """
    if isinstance(value, Absent):
        return repr(value)
    if isinstance(value, Raised):
        return f"raises {show(value.error, ascii_only=ascii_only)}"
    text = ascii(value) if ascii_only else repr(value)
    if text.isascii():
        return text
    return "".join(ascii(c)[1:-1] if unicodedata.category(c)[0] in "MC" else c for c in text)


def harmless(line: str) -> str:
    """`line` with everything escaped that is not printable."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def shorten(
    texts: Sequence[str], limit: int, *, dots: str = "…", counted: bool = True
) -> list[str]:
    """Return `texts`, cut down to about `limit` characters if one is longer.

    What they have in common at both ends goes first, then what follows. Texts that differ do so
    afterwards too, if need be because they are not cut.

    Args:
        texts: what is shown side by side.
        limit: characters; a little more where notes need it.
        dots: what stands for what is left out.
        counted: whether they say how much that is: "…[120 more]".
    """
    different = set(texts)
    if all(len(text) <= limit for text in texts):
        return list(texts)
    start = end = 0
    if len(different) > 1:
        before = _common(different)
        after = _common({text[::-1] for text in different})
        start = max(0, before - _BEFORE)
        end = max(0, min(after, *(len(text) - before for text in texts)) - _BEFORE)

    def note(left_out: str, after: str = "") -> str:
        text = f"{dots}[{len(left_out):,} more]{after}" if counted else dots
        # Leaving out less than the note takes would be no gain.
        return text if len(text) < len(left_out) else left_out

    def cut(text: str) -> str:
        stop = min(len(text) - end, start + limit)
        return note(text[:start], dots) + text[start:stop] + note(text[stop:])

    shown = [cut(text) for text in texts]
    return shown if len(set(shown)) == len(different) else list(texts)


def _common(texts: Collection[str]) -> int:
    """How many characters they have in common at the beginning."""
    places = enumerate(zip(*texts, strict=False))
    shortest = min(map(len, texts))
    return next((place for place, each in places if len(set(each)) > 1), shortest)


def fold(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` cells, every character kept, blanks too."""
    lines: list[str] = []
    line, used = "", 0
    for character in text:
        cells = cell_len(character)
        if used + cells > width and line:
            lines.append(line)
            line, used = "", 0
        line += character
        used += cells
    return [*lines, line]
