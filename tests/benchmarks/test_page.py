"""What is measured, compared and written; docs/performance.md is what its sources say.

That every side gives what was sent, the programs check before they measure. Nothing is timed here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from benchmarks import page
from benchmarks.attacks import Attack
from benchmarks.cases import Case, Key, check
from benchmarks.examples import BROWSER
from benchmarks.gate import BESIDE_PEER, read
from benchmarks.growth import SIZES, complaints
from benchmarks.subjects import starlette

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
FIGURES = json.loads(Path(page.__file__).with_name("figures.json").read_text(encoding="utf-8"))


def test_a_wrong_result_stops_the_benchmark() -> None:
    subject = starlette()
    check(subject, BROWSER)
    assert set(BESIDE_PEER) <= subject.sides()["cross-web"].keys()
    wrong = replace(subject, native={**subject.native, "cookies": "{}"})
    with pytest.raises(AssertionError, match="Starlette, browser, native, cookies: expected"):
        check(wrong, BROWSER)


def test_what_is_handed_over_is_new_each_time() -> None:
    first, second = BROWSER.pairs(), BROWSER.pairs()
    assert first == second
    for (name, value), (other_name, other_value) in zip(first, second, strict=True):
        assert name is not other_name
        # One byte is always the same object.
        assert value is not other_value or len(value) == 1


@pytest.mark.skipif(
    sys.implementation.name != "cpython", reason="tracemalloc counts objects of CPython"
)
def test_what_a_request_keeps_is_counted() -> None:
    unread, native, ours = page.kept_by(starlette(), BROWSER, requests=20).values()
    assert unread > len(BROWSER.head())
    assert 0 < native < 4 * unread
    assert 0 < ours < 4 * unread


@pytest.mark.parametrize(
    ("cost", "wrong"),
    [
        (lambda n: 500 + 3 * n, 0),
        (lambda n: 500 + n * n.bit_length(), 0),
        (lambda n: 10**6 + n * n // 100, 0),  # of no weight at these sizes
        (lambda n: 500 + n * n, 1),
    ],
    ids=["linear", "n log n", "hardly grows", "quadratic"],
)
def test_what_is_not_in_proportion_is_named(cost: Callable[[int], int], wrong: int) -> None:
    counted = {"a": [cost(size) for size in SIZES], "b": [10 * size for size in SIZES]}
    attacks = [Attack("a", str, str), Attack("b", str, str)]
    assert len(complaints(counted, attacks)) == wrong
    beside = [Attack("a", str, str, plain="b")]
    dear = counted["a"][-1] > 3 * counted["b"][-1]
    assert len(complaints(counted, beside)) == wrong + dear


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


def test_the_page_is_as_it_is_written_anew() -> None:
    written = page.page_of(FIGURES, read().ratios)
    assert PAGE.read_text(encoding="utf-8") == written, "python tests/benchmarks/page.py --text"


def test_the_figures_are_of_the_versions_that_the_ratios_are_of() -> None:
    told = {"Python": FIGURES["versions"]["CPython"].rpartition(".")[0], **FIGURES["versions"]}
    counted = {name: each for name, each in read().versions.items() if name != "build of Python"}
    assert {name: told.get(name) for name in counted} == counted, "stale: nox -s bench"
