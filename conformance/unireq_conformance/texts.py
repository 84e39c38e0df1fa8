"""Texts of others in our messages: logs, tracebacks, values. What is long is cut, and says so."""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 2000
_LINES: Final = 20
_LONGEST_LINE: Final = 300


def cut(text: str, longest: int = _LONGEST) -> str:
    """`text`, or its beginning and how much more there is."""
    more = len(text) - longest
    return text if more <= 0 else f"{text[:longest]}... ({more:,} more characters)"


def end_of(log: str) -> str:
    """The last lines of `log`."""
    lines = [line for line in log.splitlines() if line.strip()]
    return "\n".join(cut(line, _LONGEST_LINE) for line in lines[-_LINES:])
