"""The pages that commands write are what the kit declares."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.pages import read
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.deviations import DEVIATIONS
from unireq_conformance.malformed import MESSAGES
from unireq_conformance.pages import losses, malformed, readme, specification
from unireq_conformance.pages.marks import between_marks

WRITTEN: dict[str, tuple[Any, str]] = {
    "malformed.md": (malformed, malformed.to_markdown()),
    "servers.md": (losses, losses.to_markdown(DEVIATIONS)),
    "specification.md": (specification, specification.to_markdown(CLAUSES.values())),
}

# The ids that were ever given. One may be added; none may go, none may come back as another.
GIVEN = {
    "HDR": range(1, 20),
    "CKE": range(1, 11),
    "QRY": range(1, 8),
    "PTH": (*range(1, 9), *range(10, 14)),
    "URL": (*range(1, 7), *range(10, 14)),
    "CLI": range(1, 9),
    "PRX": range(1, 9),
    "USR": (*range(1, 6), 10),
    "FLD": range(1, 7),
    "BDY": range(1, 22),
    "FRM": range(1, 24),
    "JSN": range(1, 12),
    "CUR": range(1, 4),
    "MID": range(1, 15),
    "API": range(1, 13),
    "SER": range(1, 7),
    "RSP": (*range(1, 23), *range(30, 41)),
    "MAL": (*range(1, 5), 10),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_page_is_what_is_declared(name: str) -> None:
    module, part = WRITTEN[name]
    page = read(name)
    stale = f"the page is stale: python -m {module.__name__} docs/{name}"
    assert page == between_marks(page, module.BEGIN, module.END, part), stale


def test_only_what_is_between_the_marks_is_written() -> None:
    assert between_marks("a\n<b>\nold\n<e>\nb", "<b>", "<e>", "new\n") == "a\n<b>\nnew\n\n<e>\nb"


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
    (told,) = [part for part in specification.to_markdown([newer]).split("\n\n") if "Since" in part]
    assert told.endswith(" *Since 0.2.* *A MUST since 0.3, a SHOULD before.*")
    assert "*Since" not in specification.to_markdown(CLAUSES.values())


def test_ids_stay() -> None:
    assert set(CLAUSES) == {f"{area}-{n:03}" for area, given in GIVEN.items() for n in given}


def test_every_clause_has_an_anchor() -> None:
    page = read("specification.md")
    for clause in CLAUSES:
        assert page.count(f'<a id="{clause}"></a>') == 1
