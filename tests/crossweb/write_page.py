"""Writes into a page what cross-web hands over, from a live run.

    python tests/crossweb/write_page.py docs/comparison.md

Rule: what it writes stands between two marks and nobody edits it by hand. The same versions of
everything give the same text.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    # A script's own directory comes first on the path; the packages of the tests are one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from crossweb.comparison import compare, indexed_cookies, render, versions
from crossweb.servers import running
from unireq_conformance.pages.marks import CannotWrite, between_marks
from unireq_conformance.servers.process import ServerFailed

BEGIN: Final = "<!-- cross-web: begin -->"
END: Final = "<!-- cross-web: end -->"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page; return the exit status."""
    parser = argparse.ArgumentParser(prog="write_page.py", description=__doc__.partition("\n")[0])
    parser.add_argument("page", type=Path)
    page: Path = parser.parse_args(arguments).page
    try:
        text = page.read_text("utf-8")
        between_marks(text, BEGIN, END, "")  # before any server is started
        with running() as servers:
            part = render(compare(servers), indexed_cookies(servers), versions())
        page.write_text(between_marks(text, BEGIN, END, part), "utf-8")
    except (CannotWrite, OSError, ServerFailed) as error:
        sys.stderr.write(f"{page}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
