"""What the benchmark measures gives the right results on every side. Nothing is timed here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from benchmarks.attacks import Attack
from benchmarks.cases import cases_of, check, sides_of
from benchmarks.examples import BROWSER, EXAMPLES, Example
from benchmarks.gate import BESIDE_PEER
from benchmarks.growth import SIZES, complaints
from benchmarks.page import kept_by
from benchmarks.subjects import FRAMEWORKS, OPERATIONS, PACKAGES, SUBJECTS, Subject


@cache
def subject_of(name: str) -> Subject:
    # Once: Sanic and Django refuse to be set up twice.
    return SUBJECTS[name]()


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
@pytest.mark.parametrize("name", SUBJECTS)
def test_every_side_gives_what_was_sent(name: str, example: Example) -> None:
    check(subject_of(name), example)


@pytest.mark.parametrize("name", SUBJECTS)
def test_ours_has_every_operation_and_cross_web_what_it_is_held_beside(name: str) -> None:
    sides = sides_of(subject_of(name))
    assert tuple(sides["ours"]) == OPERATIONS
    assert {"construct", *sides["native"]} == set(OPERATIONS)
    assert ("cross-web" in sides) == (name in FRAMEWORKS)
    assert set(BESIDE_PEER) <= sides.get("cross-web", dict.fromkeys(BESIDE_PEER)).keys()
    assert name in PACKAGES


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_case_runs_on_what_was_prepared_for_it(name: str) -> None:
    for case in cases_of(subject_of(name), BROWSER):
        assert case.run(case.prepare()) is not None


def test_a_wrong_result_stops_the_benchmark() -> None:
    subject = subject_of("starlette")
    wrong = replace(subject, native={**subject.native, "cookies": lambda request: {}})
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
    unread, native, ours = kept_by(subject_of("starlette"), BROWSER, requests=20)
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
