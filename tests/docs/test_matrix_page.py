"""The matrix is of the clauses and the targets that there are, and of a run that conforms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.runs import make_run, target_record, verdict_record
from unireq_conformance.clause import SPECS
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.pages.matrix import complaints, main, to_markdown
from unireq_conformance.runs.record import Run, write_run
from unireq_conformance.servers.targets import TARGETS
from unireq_conformance.verdict import Status

DOCS = Path(__file__).resolve().parents[2] / "docs"
STALE = "the matrix is stale: python -m unireq_conformance.pages.matrix docs"
ROW = re.compile(r"\| \[([A-Z]{3}-[0-9]{3})\]\(specification\.md#\1\) \| (.*) \|")


def whole_run(status: Status = Status.PASSES) -> Run:
    return make_run(
        *(
            target_record(name, *(verdict_record(clause, status) for clause in CLAUSES))
            for name in TARGETS
        )
    )


def test_the_page_has_every_clause_and_every_target() -> None:
    lines = (DOCS / "matrix.md").read_text("utf-8").splitlines()
    targets = [found[1] for line in lines if (found := re.fullmatch(r"\| \d+ \| `(.*)` \|", line))]
    assert targets == list(TARGETS), STALE
    rows = [found for line in lines if (found := ROW.fullmatch(line))]
    assert [row[1] for row in rows] == list(CLAUSES), STALE
    for row in rows:
        marks = row[2].split(" | ")
        assert len(marks) == len(TARGETS)
        assert set(marks) <= {"\u2713", "\u2248", "\u2013"}


def test_the_html_has_them_too_and_says_the_same() -> None:
    text = (DOCS / "matrix.html").read_text("utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert [clause["id"] for clause in data["clauses"]] == list(CLAUSES), STALE
    assert [target["name"] for target in data["targets"]] == list(TARGETS), STALE
    marks = {"passes": "\u2713", "deviates": "\u2248", "unsupported": "\u2013"}
    page = (DOCS / "matrix.md").read_text("utf-8")
    for clause in CLAUSES:
        row = " | ".join(marks[t["verdicts"][clause]["verdict"]] for t in data["targets"])
        assert f"| [{clause}](specification.md#{clause}) | {row} |" in page, STALE


def test_a_run_of_everything_is_a_matrix() -> None:
    run = whole_run()
    assert list(complaints(run)) == []
    # What differs each time would hide what differs for a reason.
    for name in ("matrix.md", "matrix.html"):
        text = (DOCS / name).read_text("utf-8")
        assert re.search(r"\b\d\d:\d\d:\d\d\b|\b20\d\d-\d\d-\d\d\b", text) is None
    assert to_markdown(run).count("\u2713") == len(CLAUSES) * len(TARGETS)


def without_a_target(run: Run) -> Run:
    return replace(run, targets=dict(list(run.targets.items())[1:]))


def with_a_target(run: Run, **changes: Any) -> Run:
    name = next(iter(run.targets))
    return replace(run, targets={**run.targets, name: replace(run.targets[name], **changes)})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (without_a_target, f"a run without {next(iter(TARGETS))}"),
        (lambda run: with_a_target(run, error="it died"), "not judged: it died"),
        (lambda run: replace(run, spec="0.0"), "by the specification 0.1, got one by 0.0"),
        (lambda run: with_a_target(run, verdicts={}), "without HDR-001"),
        (lambda _: whole_run(Status.FAILS), "HDR-001 fails on"),
        (lambda _: whole_run(Status.STALE), "HDR-001 stale on"),
    ],
)
def test_what_is_no_matrix_is_not_written(
    spoil: Callable[[Run], Run], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (DOCS / "matrix.md").read_text("utf-8")
    (tmp_path / "matrix.md").write_text(page, "utf-8")
    (tmp_path / "run.json").write_text(write_run(spoil(whole_run())), "ascii")
    assert main([str(tmp_path), "--run", str(tmp_path / "run.json")]) == 1
    assert said in capsys.readouterr().err
    assert (tmp_path / "matrix.md").read_text("utf-8") == page
    assert not (tmp_path / "matrix.html").exists()


def test_what_has_changed_is_told_and_then_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (DOCS / "matrix.md").read_text("utf-8")
    (tmp_path / "matrix.md").write_text(page, "utf-8")
    (tmp_path / "run.json").write_text(write_run(whole_run()), "ascii")
    arguments = [str(tmp_path), "--run", str(tmp_path / "run.json")]
    assert main([*arguments, "--check"]) == 1
    assert "it is stale" in capsys.readouterr().err
    assert (tmp_path / "matrix.md").read_text("utf-8") == page
    assert main(arguments) == 0
    assert main([*arguments, "--check"]) == 0
    written = (tmp_path / "matrix.md").read_text("utf-8")
    assert "\u2248 |" not in written
    assert f"\nSpecification {SPECS[-1]}. Python " in written
    assert (tmp_path / "matrix.html").is_file()


def test_a_page_without_marks_starts_no_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from unireq_conformance.pages import matrix

    monkeypatch.setattr(matrix, "make_run", lambda: pytest.fail("it was started"))
    (tmp_path / "matrix.md").write_text("nothing", "utf-8")
    assert main([str(tmp_path)]) == 1
