"""The matrix is of the clauses and the targets that there are, and of a run that conforms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.pages import read, rows
from support.runs import make_run, target_record, verdict_record
from unireq_conformance.clause import SPECS
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.pages import matrix
from unireq_conformance.runs.record import Run, write_run
from unireq_conformance.servers.targets import TARGETS
from unireq_conformance.verdict import Status

PAGE = read("matrix.md")
STALE = "the matrix is stale: python -m unireq_conformance.pages.matrix docs"
MARKS = {"passes": "\u2713", "deviates": "\u2248", "unsupported": "\u2013"}
FIRST = next(iter(TARGETS))


def whole_run(status: Status = Status.PASSES) -> Run:
    verdicts = [verdict_record(clause, status) for clause in CLAUSES]
    return make_run(*(target_record(name, *verdicts) for name in TARGETS))


def spoilt(**changes: Any) -> Run:
    run = whole_run()
    return replace(run, targets={**run.targets, FIRST: replace(run.targets[FIRST], **changes)})


def write(directory: Path, run: Run, *options: str) -> int:
    (directory / "run.json").write_text(write_run(run), "ascii")
    return matrix.main([str(directory), "--run", str(directory / "run.json"), *options])


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "matrix.md").write_text(PAGE, "utf-8")
    return tmp_path


def test_both_pages_have_every_clause_and_every_target_and_say_the_same() -> None:
    html = read("matrix.html")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert [clause["id"] for clause in data["clauses"]] == list(CLAUSES), STALE
    assert [target["name"] for target in data["targets"]] == list(TARGETS), STALE
    assert [name.strip("`") for _, name in rows(PAGE)] == list(TARGETS), STALE
    told = [
        (clause, " | ".join(MARKS[t["verdicts"][clause]["verdict"]] for t in data["targets"]))
        for clause in CLAUSES
    ]
    row = r"^\| \[([A-Z]{3}-[0-9]{3})\]\(specification\.md#\1\) \| (.*) \|$"
    assert re.findall(row, PAGE, re.MULTILINE) == told, STALE
    # What differs each time would hide what differs for a reason.
    for text in (PAGE, html):
        assert re.search(r"\b\d\d:\d\d:\d\d\b|\b20\d\d-\d\d-\d\d\b", text) is None


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (
            lambda: replace(whole_run(), targets=dict([*whole_run().targets.items()][1:])),
            f"a run without {FIRST}",
        ),
        (lambda: spoilt(error="it died"), "not judged: it died"),
        (lambda: replace(whole_run(), spec="0.0"), "by the specification 0.1, got one by 0.0"),
        (lambda: spoilt(verdicts={}), "without HDR-001"),
        (lambda: whole_run(Status.FAILS), "HDR-001 fails on"),
        (lambda: whole_run(Status.STALE), "HDR-001 stale on"),
    ],
)
def test_what_is_no_matrix_is_not_written(
    run: Callable[[], Run], said: str, directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert write(directory, run()) == 1
    assert said in capsys.readouterr().err
    assert (directory / "matrix.md").read_text("utf-8") == PAGE
    assert not (directory / "matrix.html").exists()


def test_what_has_changed_is_told_and_then_written(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = whole_run()
    assert write(directory, run, "--check") == 1
    assert "it is stale" in capsys.readouterr().err
    assert (directory / "matrix.md").read_text("utf-8") == PAGE
    assert write(directory, run) == 0
    assert write(directory, run, "--check") == 0
    written = (directory / "matrix.md").read_text("utf-8")
    assert matrix.to_markdown(run) in written
    assert matrix.to_markdown(run).count("\u2713") == len(CLAUSES) * len(TARGETS)
    assert "\u2248 |" not in written
    assert f"\nSpecification {SPECS[-1]}. Python " in written
    assert (directory / "matrix.html").is_file()


def test_a_page_without_marks_starts_no_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrix, "make_run", lambda: pytest.fail("it was started"))
    (tmp_path / "matrix.md").write_text("nothing", "utf-8")
    assert matrix.main([str(tmp_path)]) == 1
