"""The pages that commands write are what the kit declares."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from unireq_conformance.clauses import CLAUSES
from unireq_conformance.deviations import DEVIATIONS
from unireq_conformance.malformed import MESSAGES
from unireq_conformance.pages import parts, readme
from unireq_conformance.pages.__main__ import PARTS, main, written
from unireq_conformance.pages.marks import between_marks

DOCS = Path(__file__).resolve().parents[2] / "docs"

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


@pytest.mark.parametrize("name", [name for name in PARTS if name != "README.md"])
def test_a_page_is_what_is_declared(name: str) -> None:
    stale = f"the page is stale: python -m unireq_conformance.pages docs/{name}"
    assert (DOCS / name).read_text("utf-8") == written(DOCS / name), stale


def test_only_what_is_between_the_marks_is_written() -> None:
    assert between_marks("a\nB\nold\nE\nb", "B", "E", "new\n") == "a\nB\nnew\n\nE\nb"


@pytest.mark.parametrize("page", ["", "B", "E", "EB", "BEE", "BBE"])
def test_a_page_without_the_marks_is_not_written(
    page: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readme, "ask", lambda *_: pytest.fail("asked"))
    marks = {"B": "<!-- problem table: begin -->", "E": "<!-- problem table: end -->"}
    text = "\n".join(marks[mark] for mark in page)
    file = tmp_path / "README.md"
    file.write_text(text, encoding="utf-8")
    assert main([str(file)]) == 1
    assert file.read_text(encoding="utf-8") == text
    assert "put both where the part belongs" in capsys.readouterr().err


def test_another_page_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(DOCS / "index.md")]) == 1
    assert "index.md: expected one of README.md, malformed.md" in capsys.readouterr().err


def test_every_deviation_is_told_with_its_witness() -> None:
    page = parts.losses()
    assert [each for each in DEVIATIONS if repr(each.witness) not in page] == []


def test_every_message_has_a_row() -> None:
    rows = [line for line in parts.messages().splitlines() if line.startswith("| ")]
    named = [row.split(" | ")[0].removeprefix("| ") for row in rows]
    assert [name for name in named if name in MESSAGES] == list(MESSAGES)
    assert {row.replace("\\|", "").count("|") for row in rows} == {7}


def test_a_newer_clause_says_so() -> None:
    newer = replace(CLAUSES["HDR-001"], since="0.2", must_since="0.3")
    (told,) = [part for part in parts.clauses([newer]).split("\n\n") if "Since" in part]
    assert told.endswith(" *Since 0.2.* *A MUST since 0.3, a SHOULD before.*")
    assert "*Since" not in parts.clauses()


def test_every_clause_has_an_anchor() -> None:
    page = parts.clauses()
    assert [each for each in CLAUSES if page.count(f'<a id="{each}"></a>') != 1] == []


def test_ids_stay() -> None:
    assert sorted(CLAUSES) == sorted(GIVEN)
