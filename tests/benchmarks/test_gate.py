"""What the gate says to made-up counts. Nothing is counted here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from benchmarks import gate
from benchmarks.exact import Row
from benchmarks.gate import Recorded, judge, ratios_of
from benchmarks.subjects import SUBJECTS

FLASK = Row("Flask", ("flask", "werkzeug"), "browser", "headers", "outside", 1000, 2000, 3000)
SANIC = replace(FLASK, subject="Sanic", packages=("sanic",), operation="url", mode="second")
ROWS = (FLASK, SANIC)
VERSIONS = {
    "Python": "3.11",
    "build of Python": "GCC 12",
    "flask": "3.1.3",
    "werkzeug": "3.1.9",
    "sanic": "25.12.1",
}
HELD = ["2 ratios held to +3%"]
RECORDED = Recorded(VERSIONS, ratios_of(ROWS), {})


def test_what_is_as_it_was_is_green_and_says_how_many_are_held() -> None:
    assert ratios_of(ROWS) == {"Flask, browser, headers": 0.5, "Sanic, browser, url, second": 0.5}
    judgement = judge(ROWS, VERSIONS, RECORDED)
    assert (judgement.wrong, judgement.told) == ([], HELD)


@pytest.mark.parametrize(("ours", "red"), [(1031, True), (1029, False), (971, False)])
def test_a_ratio_may_be_three_percent_up(ours: float, red: bool) -> None:
    judgement = judge((replace(FLASK, ours=ours), SANIC), VERSIONS, RECORDED)
    expected = [
        "Flask, browser, headers: ours/native was 0.5, is 0.5155: +3.1%; at most +3% is accepted"
    ]
    assert judgement.wrong == (expected if red else [])
    assert judgement.told == HELD
    assert judgement.dearer == ({FLASK.packages} if red else set())


def count_made_up(monkeypatch: pytest.MonkeyPatch, *flask: float) -> list[tuple[set[str], int]]:
    """Have the gate count `flask` of ours, layout after layout; what it asked for."""
    asked: list[tuple[set[str], int]] = []

    def count_rows(names: Iterable[str], layout: int = 0) -> list[Row]:
        asked.append((set(names), layout))
        rows = [replace(FLASK, ours=flask[layout])]
        return [*rows, SANIC] if "sanic" in asked[-1][0] else rows

    monkeypatch.setattr("sys.argv", ["gate.py"])
    monkeypatch.setattr(gate, "count_rows", count_rows)
    monkeypatch.setattr(gate, "available", lambda: True)
    monkeypatch.setattr(gate, "read", lambda: RECORDED)
    monkeypatch.setattr(gate, "versions_here", lambda: VERSIONS)
    return asked


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
    flask: tuple[float, ...],
    asked: list[tuple[set[str], int]],
    status: int,
    told: str,
) -> None:
    found = count_made_up(monkeypatch, *flask)
    assert gate.main() == status
    assert found == asked
    printed = capsys.readouterr()
    assert told in (printed.err if status else printed.out)
    assert bool(printed.err) == bool(status)


def test_what_got_better_is_told() -> None:
    judgement = judge((replace(FLASK, ours=900), SANIC), VERSIONS, RECORDED)
    assert judgement.wrong == []
    assert judgement.told == [
        "better: Flask, browser, headers: ours/native was 0.5, is 0.45: -10.0%",
        *HELD,
    ]


def test_a_row_that_is_missing_is_red() -> None:
    (wrong,) = judge((FLASK,), VERSIONS, RECORDED).wrong
    assert wrong.startswith("Sanic, browser, url, second: ratios.json has this row")
    (wrong,) = judge((*ROWS, replace(FLASK, operation="new")), VERSIONS, RECORDED).wrong
    assert wrong == "Flask, browser, new: ours/native is 0.5, and ratios.json has no such row"


def test_cross_web_may_be_faster_in_no_row_that_is_not_recorded() -> None:
    rows = (replace(FLASK, peer=994), replace(SANIC, peer=1))
    judgement = judge(rows, {**VERSIONS, "Python": "3.12"}, RECORDED)
    (wrong,) = judgement.wrong
    assert wrong.startswith("Flask, browser, headers: slower than cross-web, which needs 0.994")
    assert judgement.dearer == {FLASK.packages}
    assert judge((replace(FLASK, peer=996), SANIC), VERSIONS, RECORDED).wrong == []
    declared = replace(FLASK, subject="Sanic", peer=730)
    recorded = Recorded(VERSIONS, ratios_of([declared]), {})
    assert judge([declared], VERSIONS, recorded).wrong == []
    assert judge([replace(declared, peer=710)], VERSIONS, recorded).wrong


def test_a_row_recorded_as_slower_than_cross_web_may_not_become_slower_still() -> None:
    recorded = replace(RECORDED, slower_than_peer={FLASK.name: 0.96})
    judgement = judge((replace(FLASK, peer=940), SANIC), VERSIONS, recorded)
    assert judgement.wrong == []
    (told, *_) = judgement.told
    assert told.endswith("slower than cross-web, which needs 0.940 times as much; the goal is 1.00")
    (wrong,) = judge((replace(FLASK, peer=930), SANIC), VERSIONS, recorded).wrong
    assert wrong.endswith("the goal is 1.00, and at least 0.932 is accepted")
    assert judge(ROWS, VERSIONS, recorded).wrong == []


def test_with_another_version_its_rows_are_held_to_a_wide_margin_and_the_others_are_not() -> None:
    dearer = [replace(row, ours=1240) for row in ROWS]
    judgement = judge(dearer, {**VERSIONS, "werkzeug": "3.2"}, RECORDED)
    (wrong,) = judgement.wrong
    assert wrong.startswith("Sanic, browser, url, second: ")
    assert judgement.told == [
        "werkzeug is 3.2, and 3.1.9 in ratios.json: its rows may be 25% up, not 3%",
        "1 ratios held to +3%",
        "1 ratios held to +25%",
    ]


@pytest.mark.parametrize(("name", "most"), [("build of Python", 1250), ("Python", 2000)])
def test_with_another_python_every_row_is_held_to_a_wide_margin(name: str, most: float) -> None:
    other = {**VERSIONS, name: "another"}
    assert judge([replace(row, ours=most) for row in ROWS], other, RECORDED).wrong == []
    judgement = judge([replace(row, ours=most + 1) for row in ROWS], other, RECORDED)
    assert len(judgement.wrong) == len(ROWS)
    assert f"{name} is another, and" in judgement.told[0]
    assert "every row may be" in judgement.told[0]


def test_the_committed_file_is_complete_and_of_versions_that_the_gate_compares() -> None:
    recorded = gate.read()
    assert recorded.versions.keys() == gate.versions_here().keys()
    assert all(ratio > 0 for ratio in recorded.ratios.values())


def test_without_valgrind_the_gate_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["gate.py"])
    monkeypatch.setenv("PATH", "")
    assert gate.main() == 2
    assert "apt-get install valgrind" in capsys.readouterr().err
