"""docs/performance.md is what its text, figures.json and ratios.json say; nothing is timed here."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from benchmarks import page
from benchmarks.cases import Case, Key
from benchmarks.gate import read

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
FIGURES = json.loads(Path(page.__file__).with_name("figures.json").read_text(encoding="utf-8"))


def test_the_page_is_as_it_is_written_anew() -> None:
    written = page.page_of(FIGURES, read().ratios)
    assert PAGE.read_text(encoding="utf-8") == written, "python tests/benchmarks/page.py --text"


def test_the_figures_are_of_the_versions_that_the_ratios_are_of() -> None:
    told = {"Python": FIGURES["versions"]["CPython"].rpartition(".")[0], **FIGURES["versions"]}
    counted = {name: each for name, each in read().versions.items() if name != "build of Python"}
    assert {name: told.get(name) for name in counted} == counted, "stale: nox -s bench"


def test_times_are_told_as_ratios() -> None:
    key = Key("ours", "headers", "outside")
    long = {"ours": 4_000, "native": 1_000, "cross-web": 16_000}
    cases = [Case(key._replace(who=who), partial(range, most), sum) for who, most in long.items()]
    ((found, (to_native, to_peer, _)),) = page.ratios_of_times(cases, 3).items()
    assert found == key
    assert to_native > 1
    assert to_peer is not None
    assert to_peer > 1


def test_a_goal_that_is_missed_stands_beside_the_figure() -> None:
    assert page._cell(0.5, 2, 0.5) == page._cell(0.5, 2, 0.4, at_least=True) == "0.50"
    assert page._cell(0.54, 2, 0.5) == "0.54 (goal 0.50)"
    assert page._cell(0.3, 2, 0.4, at_least=True) == "0.30 (goal 0.40)"


def test_every_goal_is_of_a_figure() -> None:
    cells = [(*row.split(", "), name) for row, found in FIGURES["time"].items() for name in found]
    assert sum(page._goal(*cell) is not None for cell in cells) == 6 * len(page._GOALS)
    servers = [page._server_goal(row, name) for row in FIGURES["servers"] for name in page._SERVERS]
    assert sum(goal is not None for goal in servers) == 3 * len(page._SERVER_GOALS)
