"""Pages with parts that are written by a command, between two marks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["CannotWrite", "between_marks", "write_part"]


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


def write_part(
    module: str, begin: str, end: str, part: str, arguments: Sequence[str] | None
) -> int:
    """Be the command `python -m unireq_conformance.pages.MODULE PAGE`; return its exit status."""
    parser = argparse.ArgumentParser(prog=f"python -m unireq_conformance.pages.{module}")
    parser.add_argument("page", type=Path, help=f"Markdown file with {begin} and {end}")
    page: Path = parser.parse_args(arguments).page
    try:
        page.write_text(between_marks(page.read_text("utf-8"), begin, end, part), "utf-8")
    except (OSError, CannotWrite) as error:
        sys.stderr.write(f"{page}: {error}\n")
        return 1
    return 0
