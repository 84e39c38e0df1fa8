"""Writes the parts of this repository's pages that come from code.

    python -m unireq_conformance.pages docs/servers.md

Rule: a part stands between two marks and nobody edits it by hand; the rest of the page is not
touched. The matrix, which takes minutes, has a command of its own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from unireq_conformance.pages import parts, readme
from unireq_conformance.pages.marks import CannotWrite, between_marks

PARTS: Final[Mapping[str, tuple[str, Callable[[], str]]]] = {
    "README.md": ("problem table", readme.make_table),
    "malformed.md": ("messages", parts.messages),
    "servers.md": ("losses", parts.losses),
    "specification.md": ("clauses", parts.clauses),
}
"""By the name of the page: what its part is called in the marks, and what makes it."""


def written(page: Path) -> str:
    """The text of `page`, with its part as it is to be.

    Raises:
        CannotWrite: The part can't be made, or has no place in the page.
    """
    if page.name not in PARTS:
        raise CannotWrite(f"expected one of {', '.join(PARTS)}, got another page")
    name, make = PARTS[page.name]
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    old = page.read_text("utf-8")
    between_marks(old, begin, end, "")  # before any server is started
    return between_marks(old, begin, end, make())


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the part of each page that `arguments` name; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m unireq_conformance.pages")
    parser.add_argument("pages", nargs="+", type=Path, help=f"any of {', '.join(PARTS)}")
    for page in parser.parse_args(arguments).pages:
        try:
            page.write_text(written(page), "utf-8")
        except (OSError, CannotWrite) as error:
            sys.stderr.write(f"{page}: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
