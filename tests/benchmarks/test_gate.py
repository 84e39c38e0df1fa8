"""What the gate says to made-up counts. Nothing is counted here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import gate
from benchmarks.exact import Row
from benchmarks.gate import Recorded, judge, ratios_of
from benchmarks.subjects import SUBJECTS

FLASK = Row("Flask", ("flask", "werkzeug"), "browser", "headers", "outside", 1000, 2000, 3000)
SANIC = replace(FLASK, subject="Sanic", packages=("sanic",), operation="url", mode="second")
VERSIONS = {
    "Python": "3.11",
    "build of Python": "GCC 12",
    "flask": "3.1.3",
    "werkzeug": "3.1.9",
    "sanic": "25.12.1",
}
RECORDED = Recorded(VERSIONS, ratios_of([FLASK, SANIC]), {})
BEHIND = "slower than cross-web, which needs"
CASES: list[tuple[dict[str, Any], str, float, str, str]] = [
    # Changed counts, what is of another version, how far the row is recorded as behind cross-web;
    # what is said to be wrong, and what is told.
    ({}, "", 0, "", "2 ratios held to +3%"),
    ({"ours": 1029}, "", 0, "", "2 ratios held to +3%"),
    ({"ours": 1031}, "", 0, "was 0.5, is 0.5155: +3.1%; at most +3% is accepted", "2 ratios"),
    ({"ours": 971}, "", 0, "", "2 ratios held to +3%"),
    ({"ours": 900}, "", 0, "", "better: Flask, browser, headers: ours/native was 0.5, is 0.45"),
    # Cross-web may need no less, but for what the layout of the memory makes.
    ({"peer": 996}, "", 0, "", f"{BEHIND} 0.996"),
    ({"peer": 994}, "", 0, f"{BEHIND} 0.994", "2 ratios"),
    ({"peer": 940}, "", 0.96, "", f"{BEHIND} 0.940 times as much; the goal is 1.00"),
    ({"peer": 930}, "", 0.96, "the goal is 1.00, and at least 0.932 is accepted", "2 ratios"),
    ({"peer": 1, "mode": "second"}, "", 0, "has this row, and", "1 ratios"),
    ({"peer": 730, "subject": "Sanic"}, "", 0, "has this row, and", "1 ratios"),
    ({"peer": 710, "subject": "Sanic"}, "", 0, f"{BEHIND} 0.710", "1 ratios"),
    # With another version, its rows are held to a wide margin; with another Python, all are.
    ({"ours": 1031}, "sanic", 0, "at most +3%", "its rows may be 25% up, not 3%"),
    ({"ours": 1250}, "werkzeug", 0, "", "werkzeug is another, and 3.1.9 in ratios.json: its rows"),
    ({"ours": 1251}, "werkzeug", 0, "at most +25%", "1 ratios held to +25%"),
    ({"ours": 1250}, "build of Python", 0, "", "every row may be 25% up"),
    ({"ours": 1251}, "build of Python", 0, "at most +25%", "2 ratios held to +25%"),
    ({"ours": 2000}, "Python", 0, "", "every row may be 100% up"),
    ({"ours": 2001}, "Python", 0, "at most +100%", "2 ratios held to +100%"),
    # No row may be missing, here or there.
    ({"operation": "new"}, "", 0, "headers: ratios.json has this row, and the run has not", ""),
    ({"operation": "new"}, "", 0, "new: the run has this row, and ratios.json has not", ""),
]


@pytest.mark.parametrize(("changes", "other", "behind", "wrong", "told"), CASES)
def test_what_is_held_to(
    changes: dict[str, Any], other: str, behind: float, wrong: str, told: str
) -> None:
    versions = {**VERSIONS, other: "another"} if other else VERSIONS
    recorded = replace(RECORDED, slower_than_peer={FLASK.name: behind} if behind else {})
    judgement = judge([replace(FLASK, **changes), SANIC], versions, recorded)
    assert wrong in "\n".join(judgement.wrong)
    assert bool(wrong) == bool(judgement.wrong)
    assert told in "\n".join(judgement.told)
    dearer = {FLASK.packages} if wrong and "this row" not in wrong else set()
    assert judgement.dearer == dearer


ALL, AGAIN = set(SUBJECTS), {"flask", "wsgi"}


@pytest.mark.parametrize(
    ("flask", "asked", "status", "told"),
    [
        ((1020,), [(ALL, 0)], 0, "2 ratios held to +3%"),
        (
            (1100, 1040, 1000),
            [(ALL, 0), (AGAIN, 1), (AGAIN, 2)],
            0,
            "laid out otherwise: flask, wsgi",
        ),
        ((1100, 1040, 1050), [(ALL, 0), (AGAIN, 1), (AGAIN, 2)], 1, "is 0.52: +4.0%; at most +3%"),
    ],
    ids=["green", "green in another layout", "red in every layout"],
)
def test_what_is_red_is_counted_again_and_the_least_is_judged(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    flask: tuple[float, ...],
    asked: list[tuple[set[str], int]],
    status: int,
    told: str,
) -> None:
    found: list[tuple[set[str], int]] = []

    def count_rows(names: Iterable[str], layout: int = 0) -> list[Row]:
        found.append((set(names), layout))
        rows = [replace(FLASK, ours=flask[layout])]
        return [*rows, SANIC] if "sanic" in found[-1][0] else rows

    monkeypatch.setattr("sys.argv", ["gate.py"])
    monkeypatch.setattr(gate, "FILE", tmp_path / "ratios.json")  # nothing may write the real one
    monkeypatch.setattr(gate, "count_rows", count_rows)
    monkeypatch.setattr(gate, "need_valgrind", lambda: None)
    monkeypatch.setattr(gate, "read", lambda: RECORDED)
    monkeypatch.setattr(gate, "versions_here", lambda: VERSIONS)
    assert gate.main() == status
    assert found == asked
    printed = capsys.readouterr()
    assert told in (printed.err if status else printed.out)
    assert bool(printed.err) == bool(status)


def test_the_committed_file_is_complete_and_of_versions_that_the_gate_compares() -> None:
    recorded = gate.read()
    assert recorded.versions.keys() == gate.versions_here().keys()
    assert all(ratio > 0 for ratio in recorded.ratios.values())


def test_without_valgrind_the_gate_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["gate.py"])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match="apt-get install valgrind"):
        gate.main()
