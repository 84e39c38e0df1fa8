"""Pages with parts that are written by a command, between two marks."""

from __future__ import annotations

__all__ = ["CannotWrite", "between_marks"]


class CannotWrite(Exception):
    """The part can't be made, or has no place in the page; the message says why."""


def between_marks(page: str, begin: str, end: str, part: str) -> str:
    """`page` with `part` between the lines `begin` and `end`, and nothing else changed.

    Raises:
        CannotWrite: the marks are not there once each, in their order.
    """
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed or begin in rest or end in after:
        raise CannotWrite(
            f"expected the line {begin} once, and after it {end} once, got a page without:"
            " put both where the part belongs"
        )
    return f"{before}{begin}\n{part}\n{end}{after}"
