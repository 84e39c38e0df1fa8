"""The README's table of native disagreements is what a run says today."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support.requirements import need
from unireq_conformance.comparing.answers import Failure, Round, ask
from unireq_conformance.comparing.request_file import DEFAULT_REQUEST
from unireq_conformance.pages import readme
from unireq_conformance.pages.marks import between_marks
from unireq_conformance.pages.readme import BEGIN, END, ROWS, CannotWrite, make_table
from unireq_conformance.servers.targets import usual_targets

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.fixture(scope="module")
def answered() -> Round:
    need(sys.platform != "win32", "elsewhere the usual server for WSGI is another one")
    for target in usual_targets():
        need(target.missing() is None, str(target.missing()))
    return ask(usual_targets(), DEFAULT_REQUEST.data)


def test_the_table_is_what_a_run_says(answered: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readme, "ask", lambda *_: answered)
    page = README.read_text(encoding="utf-8")
    stale = "the table is stale: python -m unireq_conformance.pages.readme README.md"
    assert page == between_marks(page, BEGIN, END, make_table()), stale


def test_the_table_shows_disagreements_and_one_unireq() -> None:
    page = README.read_text(encoding="utf-8")
    table = page.split(BEGIN)[1].split(END)[0]
    head, _, *rows = [line for line in table.splitlines() if line.startswith("|")]
    assert head == "| | Starlette | Django | Flask | Sanic | unireq |"
    assert [row.split("`")[1] for row in rows] == list(ROWS)
    for row in rows:
        natives = row.strip("| ").split(" | ")[1:-1]
        assert len(set(natives)) > 1, row


def test_half_a_run_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    targets = tuple(usual_targets())
    failures = tuple(Failure(target, "refused", "it was asleep") for target in targets)
    monkeypatch.setattr(readme, "ask", lambda *_: Round(targets, (), failures))
    with pytest.raises(CannotWrite, match="starlette:uvicorn-h11: it was asleep"):
        make_table()


def test_a_row_that_frameworks_agree_on_is_not_written(
    answered: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readme, "ask", lambda *_: answered)
    monkeypatch.setattr(readme, "ROWS", (*ROWS, "headers['host']"))
    with pytest.raises(CannotWrite, match=r"one answer for headers\['host'\]; choose other rows"):
        make_table()
