"""The clauses find real differences: where frameworks part, and a library hands over what they say.

What is known to differ is found; nothing else is; and the page tells it as it is.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from crossweb.comparison import (
    BEGIN,
    END,
    NAMES,
    Shown,
    compare,
    failing,
    indexed_cookies,
    render,
)
from crossweb.judging import JUDGED, NOT_OFFERED, NOT_TRIED, failure
from crossweb.servers import TARGETS, running
from crossweb.witnesses import WITNESSES
from support.requirements import need
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.judge import Effort
from unireq_conformance.pages.marks import between_marks
from unireq_conformance.servers.process import Server

PAGE = Path(__file__).resolve().parents[2] / "docs" / "comparison.md"


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, Server]]:
    """What reads requests through cross-web, by framework, running."""
    need(sys.platform != "win32", "gunicorn is not for Windows")
    need(find_spec("cross_web"), "cross-web is not installed: pip install cross-web")
    for target in TARGETS.values():
        need(target.missing() is None, str(target.missing()))
    with running() as started:
        yield started


@pytest.fixture(scope="session")
def shown(servers: dict[str, Server]) -> list[Shown]:
    return compare(servers)


def test_every_clause_is_judged_or_about_what_is_not_offered() -> None:
    groups = (*NOT_OFFERED.values(), NOT_TRIED)
    counted = Counter([*JUDGED, *(clause for ids in groups for clause in ids)])
    assert counted.keys() == CLAUSES.keys()
    assert set(counted.values()) == {1}
    assert WITNESSES.keys() <= JUDGED.keys()


def test_every_witness_shows_something(shown: list[Shown]) -> None:
    for each in shown:
        assert any(ids for ids in failing([each]).values()), each.request.render()


@pytest.mark.parametrize("framework", NAMES)
def test_the_witnesses_are_enough(
    servers: dict[str, Server], shown: list[Shown], framework: str
) -> None:
    # That of what it mends, too: it asks Sanic to keep parameters without a value (QRY-003).
    told = failing(shown)[framework]
    for clause in JUDGED:
        if clause not in told:
            found = failure(clause, servers[framework], Effort(examples=12, seed=1))
            assert found is None, (clause, found)


def test_the_page_is_what_a_run_says(servers: dict[str, Server], shown: list[Shown]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    # Other versions that say the same make no other page.
    told = re.search(r"^Versions: (.*?)\. Starlette on", page, re.MULTILINE)
    assert told is not None
    part = render(shown, indexed_cookies(servers), told[1])
    stale = "the page is stale: python tests/crossweb/comparison.py docs/comparison.md"
    assert page == between_marks(page, BEGIN, END, part), stale
