"""The registry of clauses, and what an expectation takes for equal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import strategies as st

from unireq_conformance import clauses as registry
from unireq_conformance.clause import AREAS, SPECS, Clause, Expectation, Level, clause
from unireq_conformance.clauses import CLAUSES, clauses_of
from unireq_conformance.clauses.drawing import INSIDE
from unireq_conformance.inside import CHECKS
from unireq_conformance.model import AbstractRequest
from unireq_conformance.seen import Seen
from unireq_conformance.suite import Capability


def test_every_clause_is_registered_in_order_and_says_what_it_demands() -> None:
    areas = list(AREAS)
    assert list(CLAUSES) == sorted(CLAUSES, key=lambda each: (areas.index(each[:3]), each))
    assert {each.area for each in CLAUSES.values()} == set(AREAS)
    assert {each.capability for each in CLAUSES.values()} - {""} == set(Capability.__members__)
    for clause_id, each in CLAUSES.items():
        assert each.id == clause_id
        assert re.fullmatch(r"[A-Z]{3}-[0-9]{3}", clause_id)
        assert each.title.strip() == each.title != "", clause_id
        assert each.text.endswith("."), clause_id
        assert not re.search(r"\s\s", each.text), clause_id
        assert isinstance(each.level, Level), clause_id
        assert each.since in SPECS, clause_id
        assert each.must_since in {"", *SPECS[SPECS.index(each.since) + 1 :]}, clause_id


def checked_inside(each: Clause) -> bool:
    return each.check.__qualname__.startswith("inside.")


def test_a_check_inside_that_was_not_made_is_not_met() -> None:
    def found(each: Clause, inside: dict[str, Any]) -> Expectation:
        seen = Seen({"unireq": {}, "derived": {}, "inside": inside})
        (expectation,) = each.check(AbstractRequest(), seen)
        return expectation

    # The last one needs a login, which not every app has.
    assert {*CHECKS, "USR-001"} == INSIDE
    failed = {"where": "headers", "expected": "a dict", "observed": "list"}
    for each in filter(checked_inside, CLAUSES.values()):
        assert found(each, {}) == Expectation(each.id, "checked", "not checked")
        assert found(each, {each.id: None}).met
        assert found(each, {each.id: failed}) == Expectation("headers", "a dict", "list")


def unmet(_: AbstractRequest, _seen: Seen) -> Iterator[Expectation]:
    yield Expectation("x", 1, 2)


@pytest.mark.parametrize(
    "wrong", ["HDR-1", "HDR-0001", "hdr-001", "XXX-001", "HDR001", "", "HDR-00x"]
)
def test_an_id_has_one_form(wrong: str) -> None:
    with pytest.raises(ValueError, match="expected an id such as HDR-001"):
        clause(wrong, "", strategy=lambda: st.just(AbstractRequest()))(unmet)
    assert wrong not in CLAUSES


def test_a_number_keeps_its_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    old = clauses_of("0.1")
    newer = {
        "HDR-001": replace(old["HDR-001"], since="0.2"),
        "HDR-019": replace(old["HDR-019"], level=Level.MUST, must_since="0.3"),
    }
    monkeypatch.setattr(registry, "SPECS", ("0.1", "0.2", "0.3"))
    for clause_id, each in newer.items():
        monkeypatch.setitem(CLAUSES, clause_id, each)
    assert [*clauses_of("0.1")] == [each for each in CLAUSES if each != "HDR-001"]
    assert [*clauses_of("0.2")] == [*CLAUSES]
    levels = [clauses_of(spec)["HDR-019"].level for spec in ("0.1", "0.2", "0.3")]
    assert levels == [Level.SHOULD, Level.SHOULD, Level.MUST]
    assert clauses_of("0.1")["HDR-002"] is old["HDR-002"]


@pytest.mark.parametrize("spec", ["0.2", "0.1.0", "1", "", None])
def test_a_number_that_there_is_not_is_refused(spec: Any) -> None:
    with pytest.raises(LookupError) as error:
        clauses_of(spec)
    assert str(error.value) == (
        f"expected a number of the specification (0.1), got {spec!r}; give one of these, or install"
        " the unireq-conformance that has it"
    )
    for name in ("since", "must_since") if spec else ():
        numbers: Any = {name: spec}
        with pytest.raises(ValueError, match=re.escape(f"got {spec!r} in HDR-900")):
            clause("HDR-900", "", strategy=lambda: st.just(AbstractRequest()), **numbers)(unmet)


def test_an_id_is_given_once() -> None:
    taken = CLAUSES["HDR-001"]
    with pytest.raises(ValueError, match="which 'Real dict' has"):
        clause("HDR-001 Another", "", strategy=lambda: st.just(AbstractRequest()))(unmet)
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
