"""Every case on every target: the specified answer, by hand, and the same answer everywhere.

What a server loses is declared (`unireq_conformance.deviations`) and written beside the case; it is
put back before the whole requests are compared, so that nothing else may differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

import unireq
from sockets import (
    cases_client,
    cases_cookies,
    cases_field_names,
    cases_field_values,
    cases_framing,
    cases_methods,
    cases_params,
    cases_paths,
    cases_query,
    cases_repeated_fields,
    cases_targets,
)
from sockets.answers import ask
from sockets.case import PEER, Case
from sockets.verdict import (
    derived_form,
    matching,
    normal_form,
    restored,
    same,
    value_at,
)
from unireq_conformance.deviations import deviations_of
from unireq_conformance.seen import is_refusal
from unireq_conformance.servers.frames import Inexpressible, translate
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.targets import TARGETS
from unireq_conformance.servers.wire import HOST, Observation

TABLES = {
    "names": cases_field_names.CASES,
    "values": cases_field_values.CASES,
    "repeated": cases_repeated_fields.CASES,
    "framing": cases_framing.CASES,
    "cookies": cases_cookies.CASES,
    "query": cases_query.CASES,
    "paths": cases_paths.CASES,
    "targets": cases_targets.CASES,
    "params": cases_params.CASES,
    "client": cases_client.CASES,
    "methods": cases_methods.CASES,
}
CASES = [
    pytest.param(case, id=f"{area}-{case.id}") for area, cases in TABLES.items() for case in cases
]

# What has no place in HTTP/2: lines and what ends them, connections, transfer codings, other
# versions, other forms of a target, a second authority.
NOT_IN_HTTP_2 = """
    names-no-colon
    values-bare-line-feed-and-a-line values-folded values-folded-by-one-space
    repeated-repeated-host repeated-repeated-host-the-same
    framing-chunked-with-trailer-announced framing-what-proxies-treat-specially-passes
    framing-connection-close framing-upgrade
    targets-absolute-form targets-absolute-form-without-a-path targets-no-leading-slash
    client-http-1.0 client-http-1.0-without-host client-http-1.0-keep-alive client-http-1.0-chunked
    client-http-1.2 client-http-2.0-in-the-line client-http-0.9
    methods-two-spaces methods-tab-in-the-line methods-space-in-the-target methods-line-feeds-only
    methods-empty-line-before methods-transfer-encoding-identity methods-transfer-encoding-unknown
""".split()

# What a framework decides: what its router finds, where it says that it is mounted, and by a policy
# which hosts it allows (URL-013).
DECIDED = {"host", "path_params", "root_path", "url"}
# What every case expects where it says nothing else.
USUAL: dict[str, Any] = {
    "scheme": "http",
    "http_version": "1.1",
    "client": PEER,
    "root_path": "",
    "path_params": {},
    "session_hash": None,
}
# Routing happens after a middleware: PTH-008 leaves these two out.
ROUTED = {"path_params", "root_path"}


def shown_instead(case: Case, target: str) -> dict[str, Any]:
    """What `target` shows instead of the specified values, by field."""
    fields: dict[str, Any] = {}
    if TARGETS[target].http_version == "2":
        # What is said in the line of a request is not said there.
        fields["http_version"] = "2"
    for deviation in deviations_of(target):
        if deviation.always:
            fields.update(deviation.observed)
    for table in (case.decided, case.deviates):
        for pattern in matching(table, target):
            fields.update(table[pattern])
    return fields


class Judge:
    """Judges the answers to one case."""

    def __init__(self, case: Case, answers: Mapping[str, Observation], port: int) -> None:
        self.case = case
        self.peer = unireq.Address(HOST, port)
        self.problems: list[str] = []
        self.facts: dict[str, dict[str, Any]] = {}
        for target, answer in answers.items():
            self.sort_out(target, answer)

    def complain(self, target: str, message: str) -> None:
        self.problems.append(f"{target}: {message}")

    def sort_out(self, target: str, answer: Observation) -> None:
        """Keep the facts of those who answered; complain of who refused and should not have."""
        case, refused = self.case, answer.refused
        if matching(case.fails_on, target):
            self.expect(target, "500", refused)
        elif matching(case.waits_on, target):
            self.expect(target, "timeout", refused)
        elif matching(case.refused_by, target):
            if not (refused and is_refusal(refused)):
                self.complain(target, f"expected a refusal, got {refused or 'a report'}")
        elif answer.report is None:
            self.complain(target, f"expected a report, got {refused}: {answer.reply.raw[:200]!r}")
        elif "error" in (facts := answer.report["unireq"]):
            self.complain(target, facts["error"])
        elif self.has_form(target, facts):
            self.check_report(target, answer.report)
            self.facts[target] = facts

    def expect(self, target: str, expected: str, got: str | None) -> None:
        """Complain of a verdict that is out of date."""
        if got != expected:
            self.complain(target, f"expected {expected}, got {got or 'a report'}: update the case")

    def has_form(self, target: str, facts: dict[str, Any]) -> bool:
        """Whether `from_dict` takes what `to_dict` gave, as it should."""
        formless = bool(matching(self.case.formless_on, target))
        try:
            unireq.Request.from_dict(facts)
        except ValueError as error:
            if not formless:
                self.complain(target, f"from_dict rejects what to_dict gave: {error}")
            return False
        if formless:
            self.complain(target, "from_dict takes what to_dict gave: take it out of formless_on")
        return True

    def check_report(self, target: str, report: dict[str, Any]) -> None:
        """Facts and what follows from them agree; so do the middleware and the handler."""
        form = normal_form(unireq.Request.from_dict(report["unireq"]))
        for name, value in derived_form(form).items():
            if report["derived"][name] != value:
                self.complain(
                    target, f"{name}: live {report['derived'][name]!r}, of facts {value!r}"
                )
        early = report["early"]
        if "error" in early:
            self.complain(target, f"before routing: {early['error']}")
            return
        lost = {field.partition(".")[0] for field in shown_instead(self.case, target)}
        for name, value in report["unireq"].items():
            # What is lost under a mount was still there before it: the case says what.
            if name not in ROUTED and name not in lost and early[name] != value:
                self.complain(target, f"{name}: before routing {early[name]!r}, then {value!r}")
        if early["path_params"]:
            self.complain(target, f"path_params before routing: {early['path_params']!r}")
        if not report["unireq"]["root_path"].startswith(early["root_path"]):
            self.complain(target, f"root_path shrank from {early['root_path']!r}")

    def judge(self) -> None:
        """Compare with what is specified, and with one another."""
        expected = {**USUAL, **self.case.expect}
        instead = {target: shown_instead(self.case, target) for target in self.facts}
        base = self.make_base(instead, expected)
        reference: unireq.Request | None = None
        for target, facts in self.facts.items():
            form = normal_form(unireq.Request.from_dict(facts))
            for field, value in instead[target].items():
                if not same(value_at(form, field), value):
                    self.complain(
                        target,
                        f"{field}: declared to be {value!r}, got {value_at(form, field)!r}",
                    )
            request = unireq.Request.from_dict(restored(facts, base, instead[target]))
            whole = normal_form(request)
            for field, value in expected.items():
                wanted = self.peer if value is PEER else value
                if not same(whole[field], wanted):
                    self.complain(target, f"{field}: specified {wanted!r}, got {whole[field]!r}")
            if reference is None:
                reference, first = request, target
            elif found := unireq.diff(reference, request):
                self.complain(target, f"differs from {first}: {found}")

    def make_base(
        self, instead: Mapping[str, Mapping[str, Any]], expected: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The facts that every target should have: of the first one that loses nothing."""
        base: dict[str, Any] = {}
        for name in ("headers", *USUAL, "method", "host", "path", "raw_path", "query_string"):
            for target, facts in self.facts.items():
                if not any(field.partition(".")[0] == name for field in instead[target]):
                    base[name] = facts[name]
                    break
            else:
                value = expected.get(name)
                value = list(self.peer) if value is PEER else value
                base[name] = value.decode("latin-1") if isinstance(value, bytes) else value
        return base


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case, servers: dict[str, Server]) -> None:
    waiting = [name for name in servers if matching(case.waits_on, name)]
    answers, port = ask(servers, case.request, impatient_with=waiting)
    judge = Judge(case, answers, port)
    judge.judge()
    assert not judge.problems, "\n".join(
        [f"{case.id} ({case.clause}) of {case.request[:300]!r}", *judge.problems]
    )


@pytest.mark.parametrize("case", CASES)
def test_what_http_2_can_say_is_asked_there(case: Case, request: pytest.FixtureRequest) -> None:
    """Whatever is not asked over HTTP/2 is on a list, so that nothing gets lost on the way."""
    try:
        translate(case.request)
    except Inexpressible:
        inexpressible = True
    else:
        inexpressible = False
    assert inexpressible is (request.node.callspec.id in NOT_IN_HTTP_2)


def test_the_list_of_what_http_2_can_not_say_is_of_cases() -> None:
    assert set(NOT_IN_HTTP_2) <= {param.id for param in CASES}


def declared_fields(target: str) -> set[str]:
    return {field for deviation in deviations_of(target) for field in deviation.observed}


def covered(field: str, declared: Iterable[str]) -> bool:
    """Whether it is lost as the witness shows: a header field of any name, all parts of a value."""
    parts = [name for name in declared if name.partition(".")[0] == field.partition(".")[0]]
    return field in parts or ("." in field and bool(parts)) or any("." in name for name in parts)


@pytest.mark.parametrize("case", CASES)
def test_what_a_case_says_is_declared(case: Case) -> None:
    """Patterns name targets; a deviation is declared, and is one; a decision is the framework's."""
    verdicts = (case.refused_by, case.fails_on, case.waits_on, case.formless_on)
    for table in (*verdicts, case.deviates, case.decided):
        for pattern in table:
            targets = [name for name in TARGETS if matching([pattern], name)]
            assert targets, f"{pattern} matches no target"
    for pattern, values in case.decided.items():
        assert set(values) <= DECIDED, f"{pattern}: a framework decides on {DECIDED} alone"
    for pattern, values in case.deviates.items():
        for target in TARGETS:
            if matching([pattern], target) and not matching(case.refused_by, target):
                for field, value in values.items():
                    assert covered(field, declared_fields(target)), (
                        f"{target} is said to lose {field}: declare why in"
                        " unireq_conformance.deviations"
                    )
                    expected = {**USUAL, **case.expect}
                    name = field.partition(".")[0]
                    if name in expected and expected[name] is not PEER:
                        assert not same(value_at(expected, field), value), (
                            f"{target}: {field} is what is specified: remove it from `deviates`"
                        )


def test_ids_are_unique_and_clauses_named() -> None:
    for area, cases in TABLES.items():
        ids = [case.id for case in cases]
        assert len(set(ids)) == len(ids), f"{area}: {sorted(i for i in ids if ids.count(i) > 1)}"
        assert all(case.clause for case in cases)
