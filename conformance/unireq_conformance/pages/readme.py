"""The table of native disagreements for the README, from a live run.

Rule: it is made only of a whole run, in which every usual target answered. It shows the rows of
`ROWS`; `unireq-conformance compare` shows all of them.
"""

from __future__ import annotations

from typing import Final

from unireq_conformance.comparing.answers import ask
from unireq_conformance.comparing.compare import Comparison
from unireq_conformance.comparing.markdown import name_of, to_markdown
from unireq_conformance.comparing.request_file import DEFAULT_REQUEST
from unireq_conformance.pages.marks import CannotWrite
from unireq_conformance.servers.targets import usual_targets

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
