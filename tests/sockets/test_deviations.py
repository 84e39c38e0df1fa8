"""Every declared deviation is shown by its witness, on every target that it is declared for."""

from __future__ import annotations

import re
from typing import Any

import pytest

import unireq
from sockets.answers import ask
from sockets.verdict import normal_form, same, value_at
from unireq_conformance.deviations import DEVIATIONS, SOURCE_PORT, Deviation
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.received import received
from unireq_conformance.servers.targets import TARGETS
from unireq_conformance.servers.wire import Observation


def form_of(answer: Observation) -> dict[str, Any]:
    """The normal form, and what came of the body; or what a handler's response is, by its parts."""
    report = answer.report or {}
    if report.keys() == {"nonce"}:
        found = received(answer.reply)
        parts = {"response.status": found["status"]}
        for part in ("fields", "framing"):
            parts.update({f"response.{part}.{name}": found[part][name] for name in found[part]})
        return parts
    return {**normal_form(unireq.Request.from_dict(report["unireq"])), "body": report.get("body")}


def value_in(form: dict[str, Any], field: str) -> Any:
    return form.get(field) if field.startswith("response.") else value_at(form, field)


ALL = [
    pytest.param(deviation, id=f"{number}-{deviation.clause}-{deviation.targets[0]}")
    for number, deviation in enumerate(DEVIATIONS)
]


@pytest.mark.parametrize("deviation", ALL)
def test_the_witness_still_diverges(deviation: Deviation, servers: dict[str, Server]) -> None:
    concerned = {name: server for name, server in servers.items() if deviation.concerns(name)}
    answers, port = ask(concerned, deviation.witness)
    problems: list[str] = []
    for target, answer in answers.items():
        if deviation.taken:
            if answer.report is None:
                problems.append(f"{target}: expected a report, got {answer.refused}")
            continue
        if deviation.refused:
            if answer.report is not None:
                problems.append(f"{target}: expected a refusal, got a report")
            continue
        if answer.report is None:
            problems.append(f"{target}: expected a report, got {answer.refused}")
            continue
        form = form_of(answer)
        for field, declared in deviation.observed.items():
            specified = deviation.specified[field]
            specified = port if specified == SOURCE_PORT else specified
            got = value_in(form, field)
            if same(got, specified):
                problems.append(
                    f"{target}: {field} is {got!r}, which is what is specified:"
                    " the deviation is stale, remove it (or this target from it)"
                )
            elif not same(got, declared):
                problems.append(f"{target}: {field}: declared {declared!r}, got {got!r}")
    assert not problems, "\n".join(
        [f"{deviation.clause}: {deviation.because}", repr(deviation.witness), *problems]
    )


@pytest.mark.parametrize("deviation", ALL)
def test_others_do_as_specified(deviation: Deviation, servers: dict[str, Server]) -> None:
    """Where nothing is declared, what is shown is what is specified; and somebody shows it."""
    declared = {
        (target, field)
        for target in TARGETS
        for other in DEVIATIONS
        if other.concerns(target)
        for field in other.observed
        if other.always or field in deviation.observed
    }
    answers, port = ask(servers, deviation.witness)
    shown: set[str] = set()
    problems: list[str] = []
    for target, answer in answers.items():
        if answer.report is None or deviation.of_reaching:
            continue
        form = form_of(answer)
        for field, value in deviation.specified.items():
            specified = port if value == SOURCE_PORT else value
            if same(value_in(form, field), specified):
                shown.add(field)
            elif (target, field) not in declared and not no_router(target, field):
                problems.append(f"{target}: {field}: {value_in(form, field)!r}, not {specified!r}")
    assert not problems, "\n".join([repr(deviation.witness), *problems])
    assert shown == set(deviation.specified), "nobody shows what is said to be specified"
    if deviation.taken:
        refused = {name for name, answer in answers.items() if answer.report is None}
        assert refused, "all take it, so it need not be refused"
    if deviation.refused:
        others = {name for name, answer in answers.items() if answer.report is not None}
        assert others, "all refuse it, so it is malformed, and that is no deviation"


def no_router(target: str, field: str) -> bool:
    return field == "path_params" and target.partition(":")[0] in {"asgi", "wsgi"}


@pytest.mark.parametrize("deviation", ALL)
def test_a_deviation_is_well_formed(deviation: Deviation) -> None:
    assert re.fullmatch(r"[A-Z]{3}-[0-9]{3}", deviation.clause)
    assert len(deviation.because) > 20
    assert deviation.specified.keys() == deviation.observed.keys()
    assert bool(deviation.specified) is not deviation.of_reaching
    assert not (deviation.refused and deviation.taken)
    assert deviation.limited or not deviation.of_reaching, "which requests are meant?"
    for pattern in deviation.targets:
        only = Deviation("X", "", b"", targets=(pattern,))
        assert any(only.concerns(name) for name in TARGETS), f"{pattern} matches no target"
