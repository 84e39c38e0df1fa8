"""The registry of clauses, and what an expectation takes for equal."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unireq_conformance.clause import AREAS, Clause, Expectation, Level, clause
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.inside import CHECKS
from unireq_conformance.model import AbstractRequest
from unireq_conformance.seen import Seen
from unireq_conformance.suite import Capability


def test_every_clause_is_registered_under_its_id() -> None:
    assert CLAUSES
    for clause_id, each in CLAUSES.items():
        assert each.id == clause_id
        assert re.fullmatch(r"[A-Z]{3}-[0-9]{3}", clause_id)
        assert each.area in AREAS
    assert {each.area for each in CLAUSES.values()} == set(AREAS)


def test_the_registry_is_in_the_order_of_the_specification() -> None:
    areas = list(AREAS)
    assert list(CLAUSES) == sorted(CLAUSES, key=lambda each: (areas.index(each[:3]), each))


def test_a_clause_says_what_it_demands() -> None:
    for each in CLAUSES.values():
        assert each.title.strip() == each.title != "", each.id
        assert each.text.endswith("."), each.id
        assert not re.search(r"\s\s", each.text), each.id
        assert isinstance(each.level, Level), each.id
        assert re.fullmatch(r"\d+\.\d+\.\d+", each.since), each.id
        assert each.capability in {"", *Capability.__members__}, each.id


def test_every_capability_is_needed_by_a_clause() -> None:
    assert {each.capability for each in CLAUSES.values()} - {""} == set(Capability.__members__)


def checked_inside(each: Clause) -> bool:
    return each.check.__qualname__.startswith("inside.")


def test_the_checks_inside_are_those_of_the_clauses() -> None:
    # The last one needs a login, which not every app has.
    assert {each.id for each in CLAUSES.values() if checked_inside(each)} == {*CHECKS, "USR-001"}


def test_a_check_inside_that_was_not_made_is_not_met() -> None:
    def found(each: Clause, inside: dict[str, Any]) -> Expectation:
        seen = Seen({"unireq": {}, "derived": {}, "inside": inside})
        (expectation,) = each.check(AbstractRequest(), seen)
        return expectation

    failed = {"where": "headers", "expected": "a dict", "observed": "list"}
    for each in filter(checked_inside, CLAUSES.values()):
        assert found(each, {}) == Expectation(each.id, "checked", "not checked")
        assert found(each, {each.id: None}).met
        assert found(each, {each.id: failed}) == Expectation("headers", "a dict", "list")


@pytest.mark.parametrize("area", AREAS)
def test_a_clause_draws_requests_that_it_can_render(area: str) -> None:
    for each in CLAUSES.values():
        if each.area == area:
            draw_from(each)


def draw_from(clause: Clause) -> None:
    @settings(
        max_examples=10, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(clause.strategy())
    def draw(request: AbstractRequest) -> None:
        head = request.render().partition(b"\r\n\r\n")[0]
        # A malformed message need not begin with a method.
        assert request.message or head.startswith(request.method.encode() + b" ")

    draw()


@pytest.mark.parametrize(
    "wrong", ["HDR-1", "HDR-0001", "hdr-001", "XXX-001", "HDR001", "", "HDR-00x"]
)
def test_an_id_has_one_form(wrong: str) -> None:
    with pytest.raises(ValueError, match="expected an id such as HDR-001"):
        clause(wrong, "", "", strategy=lambda: st.just(AbstractRequest()))
    assert wrong not in CLAUSES


def test_an_id_is_given_once() -> None:
    taken = CLAUSES["HDR-001"]
    with pytest.raises(ValueError, match="which 'Real dict' has"):
        clause("HDR-001", "Another", "", strategy=lambda: st.just(AbstractRequest()))
    assert CLAUSES["HDR-001"] is taken


@pytest.mark.parametrize(
    ("expected", "observed", "met"),
    [
        (1, 1, True),
        (1, True, False),
        (1, 1.0, False),
        (0, False, False),
        (None, "", False),
        ("a", "a", True),
        ([1, 2], (1, 2), True),
        ([1, 2], [2, 1], False),
        ([1], [True], False),
        ({"a": 1, "b": [1]}, {"b": [1], "a": 1}, True),
        ({"a": [1]}, {"a": [1.0]}, False),
        ({"a": 1}, {"a": 1, "b": None}, False),
        ([], {}, False),
        ([], None, False),
    ],
)
def test_equal_is_equal_in_value_and_in_json_type(expected: Any, observed: Any, met: bool) -> None:
    assert Expectation("x", expected, observed).met is met
    assert Expectation("x", observed, expected).met is met
