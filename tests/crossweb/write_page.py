"""Writes into a page what cross-web hands over, from a live run.

    python tests/crossweb/write_page.py docs/comparison.md

Rule: what it writes stands between two marks and nobody edits it by hand. The same versions of
everything give the same text.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # A script's own directory comes first on the path; the packages of the tests are one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from crossweb.comparison import BEGIN, END, compare, indexed_cookies, render, versions
from crossweb.servers import running
from unireq_conformance.pages.marks import between_marks


def main(page: Path) -> None:
    """Write the page."""
    text = page.read_text("utf-8")
    with running() as servers:
        part = render(compare(servers), indexed_cookies(servers), versions())
    page.write_text(between_marks(text, BEGIN, END, part), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
