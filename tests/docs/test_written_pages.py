"""The pages that commands write are what the kit declares."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from unireq_conformance.clauses import CLAUSES
from unireq_conformance.deviations import DEVIATIONS
from unireq_conformance.malformed import MESSAGES
from unireq_conformance.pages import losses, malformed, readme, specification
from unireq_conformance.pages.marks import between_marks

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "specification.md"

WRITTEN: dict[str, tuple[Any, str]] = {
    "malformed.md": (malformed, malformed.to_markdown()),
    "servers.md": (losses, losses.to_markdown(DEVIATIONS)),
    "specification.md": (specification, specification.to_markdown(CLAUSES.values())),
}
to_markdown = specification.to_markdown

# The ids that were ever given. One may be added; none may go, none may come back as another.
GIVEN = (
    [f"HDR-{n:03}" for n in range(1, 20)]
    + [f"CKE-{n:03}" for n in range(1, 11)]
    + [f"QRY-{n:03}" for n in range(1, 8)]
    + [f"PTH-{n:03}" for n in (*range(1, 9), *range(10, 14))]
    + [f"URL-{n:03}" for n in (*range(1, 7), *range(10, 14))]
    + [f"CLI-{n:03}" for n in range(1, 9)]
    + [f"PRX-{n:03}" for n in range(1, 9)]
    + [f"USR-{n:03}" for n in (*range(1, 6), 10)]
    + [f"FLD-{n:03}" for n in range(1, 7)]
    + [f"BDY-{n:03}" for n in range(1, 22)]
    + [f"FRM-{n:03}" for n in range(1, 24)]
    + [f"JSN-{n:03}" for n in range(1, 12)]
    + [f"CUR-{n:03}" for n in range(1, 4)]
    + [f"MID-{n:03}" for n in range(1, 15)]
    + [f"API-{n:03}" for n in range(1, 13)]
    + [f"SER-{n:03}" for n in range(1, 7)]
    + [f"RSP-{n:03}" for n in (*range(1, 23), *range(30, 41))]
    + [f"MAL-{n:03}" for n in (*range(1, 5), 10)]
)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_page_is_what_is_declared(name: str) -> None:
    module, part = WRITTEN[name]
    page = (DOCS / name).read_text(encoding="utf-8")
    stale = f"the page is stale: python -m {module.__name__} docs/{name}"
    assert page == between_marks(page, module.BEGIN, module.END, part), stale


BEGIN, END = losses.BEGIN, losses.END


def test_only_what_is_between_the_marks_is_written() -> None:
    page = f"a\n{BEGIN}\nold\n{END}\nb"
    assert between_marks(page, BEGIN, END, "new\n") == f"a\n{BEGIN}\nnew\n\n{END}\nb"


@pytest.mark.parametrize("module", [losses, malformed, readme, specification])
@pytest.mark.parametrize("page", ["", "B", "E", "EB", "BEE", "BBE"])
def test_a_page_without_the_marks_is_not_written(
    page: str, module: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page.md"
    page = "\n".join({"B": module.BEGIN, "E": module.END}[mark] for mark in page)
    file.write_text(page, encoding="utf-8")
    assert module.main([str(file)]) == 1
    assert file.read_text(encoding="utf-8") == page
    assert "put both where the part belongs" in capsys.readouterr().err


def test_every_deviation_is_told_with_its_witness() -> None:
    for deviation in DEVIATIONS:
        assert repr(deviation.witness) in WRITTEN["servers.md"][1]


def test_every_message_has_a_row() -> None:
    rows = [line for line in malformed.to_markdown().splitlines() if line.startswith("| ")]
    named = [row.split(" | ")[0].removeprefix("| ") for row in rows]
    assert [name for name in named if name in MESSAGES] == list(MESSAGES)
    assert {row.replace("\\|", "").count("|") for row in rows} == {7}


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
