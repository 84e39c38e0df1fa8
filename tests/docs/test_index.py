"""docs/index.md links every page, and the README links it. `test_links` follows the links."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"


def linked(page: Path) -> set[Path]:
    targets = re.findall(r"\]\(([^)#:]+)", page.read_text(encoding="utf-8"))
    return {(page.parent / target).resolve() for target in targets}


def test_every_page_is_in_the_index() -> None:
    assert {*DOCS.rglob("*.md")} - {DOCS / "index.md"} - linked(DOCS / "index.md") == set()


def test_the_readme_links_the_index() -> None:
    assert DOCS / "index.md" in linked(REPOSITORY / "README.md")


def test_every_row_asks_and_answers() -> None:
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!question|---)(.*) \| (.*) \|$", text, re.MULTILINE)
    assert len(rows) > 20
    assert all(question.endswith("?") and "](" in answer for question, answer in rows)


def test_every_module_of_the_core_is_on_the_map() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("| module |")[2].partition("\n\n")[0]
    named = {name.rpartition("/")[2] for name in re.findall(r"`([\w/]+)`", table)}
    core = REPOSITORY / "unireq"
    modules = {file.stem for file in core.rglob("*.py")}
    assert modules - named == set()
