"""The page of losses is what is declared."""

from __future__ import annotations

from pathlib import Path

from unireq_conformance.deviations import DEVIATIONS
from unireq_conformance.pages.losses import BEGIN, END, main, to_markdown
from unireq_conformance.pages.marks import between_marks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "servers.md"


def test_the_page_is_what_is_declared() -> None:
    page = PAGE.read_text(encoding="utf-8")
    stale = "the page is stale: python -m unireq_conformance.pages.losses docs/servers.md"
    assert page == between_marks(page, BEGIN, END, to_markdown(DEVIATIONS)), stale


def test_every_deviation_is_told_with_its_witness() -> None:
    text = to_markdown(DEVIATIONS)
    for deviation in DEVIATIONS:
        assert repr(deviation.witness) in text


def test_a_page_without_marks_is_not_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing", encoding="utf-8")
    assert main([str(page)]) == 1
    assert page.read_text(encoding="utf-8") == "nothing"
