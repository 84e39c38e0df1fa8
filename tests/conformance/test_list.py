"""`unireq-conformance list` and `explain`: the specification on a terminal of 80 columns."""

from __future__ import annotations

import re

import pytest

from unireq_conformance import cli
from unireq_conformance.clause import AREAS, Clause
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.deviations import DEVIATIONS


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(arguments) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "\x1b" not in captured.out
    return captured.out


def unfolded(text: str) -> str:
    return " ".join(text.split())


def test_every_clause_is_listed_once_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "list").splitlines()
    assert max(map(len, lines)) <= 80
    listed = [line.split()[0] for line in lines if re.match(r"  [A-Z]{3}-\d{3}  ", line)]
    assert listed == list(CLAUSES)
    for line in lines:
        if found := re.match(r"  ([A-Z]{3}-\d{3})  (\w+)", line):
            assert found[2] == CLAUSES[found[1]].level.value
    musts = sum(clause.level.value == "MUST" for clause in CLAUSES.values())
    assert lines[-1].startswith(f"{musts} MUST, ")


@pytest.mark.parametrize("typed", ["CKE", "cke"])
def test_one_area(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "list", "--area", typed).splitlines()
    assert lines[0] == f"CKE  {AREAS['CKE']}"
    listed = [line.split()[0] for line in lines[1:] if line.startswith("  ")]
    assert listed == [clause_id for clause_id in CLAUSES if clause_id.startswith("CKE")]


@pytest.mark.parametrize("area", AREAS)
def test_a_clause_is_explained_in_80_columns(area: str, capsys: pytest.CaptureFixture[str]) -> None:
    for each in CLAUSES.values():
        if each.area == area:
            check_explained(each, said(capsys, "explain", each.id.lower()))


def check_explained(clause: Clause, text: str) -> None:
    assert text.startswith(f"{clause.id}  {clause.level.value}  {clause.title}\n")
    flat = unfolded(text)
    for part in (clause.text, clause.why, clause.source, clause.capability):
        assert unfolded(part) in flat
    own = [deviation for deviation in DEVIATIONS if deviation.clause == clause.id]
    assert text.count("\nDeviation: ") == len(own)
    assert ("No registered target deviates from it." in text) == (not own)
    for deviation in own:
        assert unfolded(deviation.because) in flat
        for line in deviation.witness.splitlines(keepends=True):
            assert f"\n    {line!r}\n" in text
        for where in deviation.specified:
            assert f"{where} is " in flat
    if clause.id == "CLI-002":
        assert "targets:  django-wsgi:runserver\n" in text
    # Only bytes may be longer: they are to be copied.
    others = [line for line in text.splitlines() if not re.match(r"    b['\"]", line)]
    assert [line for line in others if len(line) > 80] == []
