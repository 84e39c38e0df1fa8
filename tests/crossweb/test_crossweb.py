"""The clauses find real differences: where frameworks part, and a library hands over what they say.

What is known to differ is found; nothing else is; and the page tells it as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from crossweb.comparison import (
    NAMES,
    Shown,
    compare,
    failing,
    indexed_cookies,
    render,
)
from crossweb.judging import JUDGED, NOT_OFFERED, NOT_TRIED, failure
from crossweb.witnesses import WITNESSES
from crossweb.write_page import BEGIN, END, main
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.judge import Effort
from unireq_conformance.pages.marks import between_marks
from unireq_conformance.servers.process import Server

PAGE = Path(__file__).resolve().parents[2] / "docs" / "comparison.md"


@pytest.fixture(scope="session")
def shown(servers: dict[str, Server]) -> list[Shown]:
    return compare(servers)


def test_every_clause_is_judged_or_about_what_is_not_offered() -> None:
    groups = (*NOT_OFFERED.values(), NOT_TRIED)
    counted = Counter([*JUDGED, *(clause for ids in groups for clause in ids)])
    assert counted.keys() == CLAUSES.keys()
    assert set(counted.values()) == {1}
    assert WITNESSES.keys() <= JUDGED.keys()


def test_what_cross_web_mends_is_no_difference(servers: dict[str, Server]) -> None:
    # It asks Sanic to keep parameters without a value.
    assert failure("QRY-003", servers["sanic"], Effort(examples=20, seed=1)) is None


def test_every_witness_shows_something(shown: list[Shown]) -> None:
    for each in shown:
        assert any(ids for ids in failing([each]).values()), each.request.render()


@pytest.mark.parametrize("framework", NAMES)
def test_the_witnesses_are_enough(
    servers: dict[str, Server], shown: list[Shown], framework: str
) -> None:
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
    stale = "the page is stale: python tests/crossweb/write_page.py docs/comparison.md"
    assert page == between_marks(page, BEGIN, END, part), stale


def test_a_page_without_marks_is_not_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing", encoding="utf-8")
    assert main([str(page)]) == 1
    assert page.read_text(encoding="utf-8") == "nothing"
