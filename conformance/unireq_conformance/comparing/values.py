"""Values as text for people: exact, harmless to a terminal, and short only where nothing is lost.

Rule: two values that differ never look the same. So text is quoted and escaped as Python does it,
combining marks too, and what is left out of long texts is never where they part.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

from rich.cells import cell_len

from unireq_conformance.comparing.groups import Absent, Raised

_BEFORE: Final = 8
"""How much is shown of what texts have in common before they part."""

_LEAST: Final = 16


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
    return "".join(_escape(c) if unicodedata.category(c)[0] in "MC" else c for c in text)


def _escape(character: str) -> str:
    return character.encode("ascii", "backslashreplace").decode("ascii")


def shorten(
    texts: Sequence[str], limit: int, *, dots: str = "…", counted: bool = True
) -> list[str]:
    """Return `texts`, cut down to about `limit` characters if one is longer.

    What they have in common at both ends goes first. If that is not enough, there stays of each its
    beginning, and where it parts from any of the others. Texts that differ do so afterwards too.

    Args:
        texts: what is shown side by side.
        limit: characters; a little more where notes need it.
        dots: what stands for what is left out.
        counted: whether they say how much that is: "…[120 more]".
    """
    different = set(texts)
    if all(len(text) <= limit for text in texts):
        return list(texts)
    partings = sorted({_parting(a, b) for a, b in combinations(different, 2)})
    if partings:
        start = max(0, partings[0] - _BEFORE)
        ends = [_parting(a[::-1], b[::-1]) for a, b in combinations(different, 2)]
        end = max(0, min([*ends, *(len(text) - partings[0] for text in texts)]) - _BEFORE)
        ranges = {text: [(start, len(text) - end)] for text in different}
        if any(stop - start > limit for ((start, stop),) in ranges.values()):
            windows = _windows(partings, limit)
            ranges = dict.fromkeys(different, windows)
    else:
        ranges = {text: [(0, limit)] for text in different}
    cut = {text: _cut(text, ranges[text], dots, counted=counted) for text in different}
    return [cut[text] for text in texts] if len(set(cut.values())) == len(cut) else list(texts)


def _parting(a: str, b: str) -> int:
    """Return where `a` and `b` are no longer the same."""
    pairs = enumerate(zip(a, b, strict=False))
    return next((number for number, (x, y) in pairs if x != y), min(len(a), len(b)))


def _windows(partings: Sequence[int], limit: int) -> list[tuple[int, int]]:
    """Return what to show: the beginning and something around each of `partings`."""
    room = max(_LEAST, limit // (len(partings) + 1))
    windows = [(0, room)]
    for parting in partings:
        start = max(0, parting - _BEFORE)
        if start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(windows[-1][1], parting + room))
        else:
            windows.append((start, parting + room))
    return windows


def _cut(text: str, windows: Sequence[tuple[int, int]], dots: str, *, counted: bool) -> str:
    shown, end = "", 0
    for start, stop in [*windows, (len(text), len(text))]:
        if (gap := min(start, len(text)) - end) > 0:
            note = f"{dots}[{gap:,} more]{dots if start < len(text) else ''}" if counted else dots
            # Leaving out less than the note takes would be no gain.
            shown += note if len(note) < gap else text[end : end + gap]
        shown += text[max(start, end) : stop]
        end = max(end, min(stop, len(text)))
    return shown


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
