"""The page of malformed messages is the table."""

from __future__ import annotations

from pathlib import Path

from unireq_conformance.malformed import MESSAGES
from unireq_conformance.pages.malformed import BEGIN, END, main, to_markdown
from unireq_conformance.pages.marks import between_marks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "malformed.md"


def test_the_page_is_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    stale = "the page is stale: python -m unireq_conformance.pages.malformed docs/malformed.md"
    assert page == between_marks(page, BEGIN, END, to_markdown()), stale


def test_every_message_has_a_row() -> None:
    rows = [line for line in to_markdown().splitlines() if line.startswith("| ")]
    named = [row.split(" | ")[0].removeprefix("| ") for row in rows]
    assert [name for name in named if name in MESSAGES] == list(MESSAGES)
    assert {row.replace("\\|", "").count("|") for row in rows} == {7}


def test_a_page_without_marks_is_not_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing", encoding="utf-8")
    assert main([str(page)]) == 1
    assert page.read_text(encoding="utf-8") == "nothing"
