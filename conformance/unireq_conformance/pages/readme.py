"""Writes the table of native disagreements into a page, from a live run.

    python -m unireq_conformance.pages.readme README.md

Rule: the table stands between two marks and nobody edits it by hand; the rest of the page is not
touched. It is written only from a whole run, in which every usual target answered. It shows the
rows of `ROWS`; `unireq-conformance compare` shows all of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from unireq_conformance.comparing.answers import ask
from unireq_conformance.comparing.compare import Comparison
from unireq_conformance.comparing.markdown import name_of, to_markdown
from unireq_conformance.comparing.request_file import DEFAULT_REQUEST
from unireq_conformance.pages.marks import CannotWrite, between_marks
from unireq_conformance.servers.targets import usual_targets

BEGIN: Final = "<!-- problem table: begin -->"
END: Final = "<!-- problem table: end -->"

ROWS: Final = ("path_params['value']", "headers['x-tag']", "cookies['id']", "query['tag']")
"""What the table shows: values that programs decide by, and that frameworks read differently."""


def make_table() -> str:
    """Send the built-in request to every usual target and return the table.

    Raises:
        CannotWrite: one did not answer, unireq did not say the same everywhere, or the frameworks
            agree on a row of `ROWS`.
    """
    comparison = Comparison(ask(usual_targets(), DEFAULT_REQUEST.data))
    failures = [f"{failed.target.name}: {failed.reason}" for failed in comparison.round.failures]
    if failures or comparison.exit_status:
        said = "\n  ".join([comparison.summary, *failures])
        raise CannotWrite(
            f"expected every usual target to answer, and one verdict, got\n  {said}\n"
            "run `unireq-conformance compare` to see more"
        )
    names = [name_of(row) for row in comparison.disagreements]
    if agreed := [row for row in ROWS if row not in names]:
        raise CannotWrite(
            f"expected the frameworks to disagree on {', '.join(ROWS)}, got one answer for"
            f" {', '.join(agreed)}; choose other rows for ROWS in {__name__}:"
            f" they disagree on {', '.join(names)}"
        )
    return to_markdown(comparison, DEFAULT_REQUEST, ROWS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table into the page that `arguments` name; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m unireq_conformance.pages.readme",
        description="Writes the table of native disagreements into a page, from a live run.",
    )
    parser.add_argument("page", type=Path, help=f"Markdown file with {BEGIN} and {END}")
    page: Path = parser.parse_args(arguments).page
    try:
        old = page.read_text(encoding="utf-8")
        between_marks(old, BEGIN, END, "")  # before any server is started
        new = between_marks(old, BEGIN, END, make_table())
        if new != old:
            page.write_text(new, encoding="utf-8")
    except (CannotWrite, OSError) as error:
        sys.stderr.write(f"{page}: {error}\n")
        return 1
    sys.stdout.write(f"{page}: {'unchanged' if new == old else 'written'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
