"""The specification page is what the registry says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from unireq_conformance.clauses import CLAUSES
from unireq_conformance.pages.marks import between_marks
from unireq_conformance.pages.specification import BEGIN, END, main, to_markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "specification.md"

# The ids that were ever given. One may be added; none may go, none may come back as another.
GIVEN = (
    [f"HDR-{n:03}" for n in range(1, 20)]
    + [f"CKE-{n:03}" for n in range(1, 11)]
    + [f"QRY-{n:03}" for n in range(1, 8)]
    + [f"PTH-{n:03}" for n in (*range(1, 9), 10, 11)]
    + [f"URL-{n:03}" for n in (*range(1, 7), *range(10, 14))]
    + [f"CLI-{n:03}" for n in range(1, 9)]
    + [f"USR-{n:03}" for n in (*range(1, 5), 10)]
    + [f"FLD-{n:03}" for n in range(1, 7)]
    + [f"BDY-{n:03}" for n in range(1, 22)]
    + [f"FRM-{n:03}" for n in range(1, 24)]
    + [f"JSN-{n:03}" for n in range(1, 12)]
    + [f"API-{n:03}" for n in range(1, 12)]
    + [f"SER-{n:03}" for n in range(1, 6)]
    + [f"RSP-{n:03}" for n in (*range(1, 23), *range(30, 36))]
    + [f"MAL-{n:03}" for n in (*range(1, 5), 10)]
)


def test_the_page_is_what_the_registry_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    stale = (
        "the page is stale: python -m unireq_conformance.pages.specification docs/specification.md"
    )
    assert page == between_marks(page, BEGIN, END, to_markdown(CLAUSES.values())), stale


def test_a_newer_clause_says_so() -> None:
    newer = replace(CLAUSES["HDR-001"], since="0.2", must_since="0.3")
    (told,) = [part for part in to_markdown([newer]).split("\n\n") if "Since" in part]
    assert told.endswith(" *Since 0.2.* *A MUST since 0.3, a SHOULD before.*")
    assert "*Since" not in to_markdown(CLAUSES.values())


def test_ids_stay() -> None:
    assert sorted(CLAUSES) == sorted(GIVEN)


def test_every_clause_has_an_anchor() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for clause in CLAUSES:
        assert page.count(f'<a id="{clause}"></a>') == 1


def test_a_page_without_marks_is_not_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing", encoding="utf-8")
    assert main([str(page)]) == 1
    assert page.read_text(encoding="utf-8") == "nothing"
