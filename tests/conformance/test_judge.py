"""What becomes of a clause, by what the target does. The targets are functions, with no server."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
from hypothesis import strategies as st

from unireq_conformance.clause import Clause, Expectation
from unireq_conformance.deviations.deviation import SOURCE_PORT, Deviation, Refusal, get
from unireq_conformance.deviations.reference import report
from unireq_conformance.judge import Effort, judge
from unireq_conformance.model import AbstractRequest, Field
from unireq_conformance.response import RESPOND_FIELD, AbstractResponse
from unireq_conformance.seen import Seen
from unireq_conformance.servers.frames import Inexpressible
from unireq_conformance.servers.reply import Reply
from unireq_conformance.servers.running import Answers, Running
from unireq_conformance.servers.wire import Observation
from unireq_conformance.verdict import Failure, Status, describe

Report = dict[str, Any]
Spoil = Callable[[Report, bytes], "int | None"]
"""Changes the report on some bytes, or gives the status that they are refused with; or raises."""


def right(_report: Report, _octets: bytes) -> None:
    """Change nothing."""


class FakeTarget(Running):
    """Reports what the reference reads, but for what `spoil` changes."""

    def __init__(self, spoil: Spoil = right) -> None:
        super().__init__("fake:target", ("127.0.0.1", 1), "nonce", source_port=24_000)
        self.spoil = spoil
        self.sent: list[bytes] = []

    def send(self, octets: bytes) -> Observation:
        self.sent.append(octets)
        if (read := report(octets, port=self.source_port)) is None:
            return Observation(Reply(status=400))
        seen = json.loads(json.dumps({"unireq": {}, "derived": {}, "inside": {}, **read}))
        status = self.spoil(seen, octets)
        return Observation(Reply(status=status or 200), None if status else seen)


def number_of(octets: bytes) -> int:
    return int(octets.partition(b"X-N: ")[2].split(b"\r\n")[0] or 0)


# How answers are spoilt.


def telling(part: str, **values: Any) -> Spoil:
    """That part of the report has these values."""
    return lambda report, _: report[part].update(values)


def failing(where: str) -> Spoil:
    return telling(where, error="Traceback ...\nKeyError: 'x'\n")


def field(name: str, value: str) -> Spoil:
    """A header field has this value."""
    return lambda report, _: report["unireq"]["headers"].update({name: value})


def above(limit: int, spoil: Spoil) -> Spoil:
    """Spoils the answers to numbers from `limit` on."""
    return lambda report, octets: spoil(report, octets) if number_of(octets) >= limit else None


def refuse(share: int) -> Spoil:
    """Refuses every request whose place among those sent is a multiple of `share`."""
    sent = itertools.count(1)
    return lambda *_: 400 if next(sent) % share == 0 else None


def responding(status: int) -> Spoil:
    """Answers handlers' requests with `status` and no mark: a response to 204 has none."""
    return lambda _, octets: status if RESPOND_FIELD.encode() in octets else None


def wordless(_: Report, octets: bytes) -> None:
    """A target whose protocol has no such number."""
    raise Inexpressible(f"it has no {number_of(octets)}")


def routes_paths(_report: Report, octets: bytes) -> int | None:
    """An app that has a route for every path, and 404 for the rest."""
    return None if octets.split(b" ")[1].startswith(b"/") else 404


class Answering(FakeTarget):
    """Takes what h11 refuses."""

    def send(self, octets: bytes) -> Observation:
        return super().send(get(b"/", b"X-N: 1"))


PASSES, FAILS, DEVIATES, STALE, UNSUPPORTED = Status
LARGE = 37
spoil_large = above(LARGE, field("x-n", "large"))
refuse_large = above(LARGE, lambda *_: 400)


def spoil_both(report: Report, octets: bytes) -> None:
    spoil_large(report, octets)
    above(500, field("x-m", "other"))(report, octets)


# What is judged.


def numbered() -> st.SearchStrategy[AbstractRequest]:
    return st.integers(0, 1000).map(
        lambda n: AbstractRequest(fields=(Field("X-N", str(n).encode()), Field("X-M", b"m")))
    )


def check(sent: AbstractRequest, seen: Seen) -> Iterator[Expectation]:
    for name in ("x-n", "x-m"):
        yield Expectation(f"headers.{name}", sent.expected_headers[name], seen.headers.get(name))


def is_from(limit: int) -> Callable[[AbstractRequest], bool]:
    return lambda request: number_of(request.render()) >= limit


def numbers_from(limit: int) -> Callable[[AbstractRequest], list[str]]:
    """What a deviation touches that is about large numbers."""
    return lambda request: ["headers.x-n"] * is_from(limit)(request)


large_numbers = numbers_from(LARGE)
CLAUSE = Clause("HDR-900", "Numbers", "The number arrives.", strategy=numbered, check=check)
OTHER = replace(CLAUSE, id="HDR-901")
ONLY_LARGE = replace(CLAUSE, strategy=lambda: numbered().filter(large_numbers))
NONE_LARGE = replace(CLAUSE, strategy=lambda: numbered().filter(lambda r: not large_numbers(r)))


def deviation(**parts: Any) -> Deviation:
    """One of CLAUSE, by its witness alone, and with `parts`."""
    given = {"witness": get(b"/", b"X-N: 1000", b"X-M: m"), **parts}
    return Deviation("HDR-900", "the target is small", **given)


DEVIATION = deviation(
    specified={"headers.x-n": "1000"}, observed={"headers.x-n": "large"}, touches=large_numbers
)


def failed(clause: Clause, target: FakeTarget, **how: Any) -> Failure:
    """Why `target` fails `clause`."""
    verdict = judge(clause, target, **how)
    assert verdict.status is FAILS
    assert verdict.failure is not None
    return verdict.failure


def test_a_failure_is_made_as_small_as_it_can_be() -> None:
    verdict = judge(CLAUSE, FakeTarget(spoil_large))
    assert (failure := verdict.failure)
    assert (request := failure.request)
    assert failure.octets == request.render()
    block = describe(verdict, "fake:target")
    assert "HDR-900 Numbers (MUST) fails on fake:target" in block
    assert '  where:       headers.x-n\n  expected:    "37"\n  observed:    "large"\n' in block
    assert "\n  request:\n    b'GET / HTTP/1.1" in block
    assert r"b'X-N: 37\r\n'" in block


def test_the_requests_of_a_clause_itself_come_before_those_that_are_drawn() -> None:
    own = AbstractRequest(fields=(Field("X-N", b"5000"), Field("X-M", b"m")))
    target = FakeTarget(above(1001, field("x-n", "huge")))
    assert failed(replace(CLAUSE, always=(own,)), target).request is own
    assert judge(CLAUSE, target).status is PASSES


def test_an_error_in_a_check_is_raised_alone() -> None:
    # Where there are failures too, Hypothesis would raise all of them as a group.
    def fragile(sent: AbstractRequest, seen: Seen) -> Iterator[Expectation]:
        number = int(sent.fields[0].value)
        if number >= LARGE and number % 2:
            raise LookupError(number)
        yield from check(sent, seen)

    with pytest.raises(LookupError):
        judge(replace(CLAUSE, check=fragile), FakeTarget(spoil_large))


@pytest.mark.parametrize("where", ["unireq", "derived"])
def test_an_error_of_unireq_fails_whatever_the_clause(where: str) -> None:
    failure = failed(CLAUSE, FakeTarget(failing(where)))
    assert failure.expectation == Expectation("unireq", "no error", "KeyError: 'x'")
    assert failure.note.startswith("Traceback")


@pytest.mark.parametrize(
    ("share", "may_refuse", "status", "refused"),
    [(10, False, FAILS, 4), (20, False, PASSES, 2), (1, True, PASSES, 40)],
)
def test_a_server_may_refuse_now_and_then(
    share: int, may_refuse: bool, status: Status, refused: int
) -> None:
    clause = replace(CLAUSE, may_refuse=may_refuse)
    verdict = judge(clause, FakeTarget(refuse(share)), effort=Effort(examples=40))
    assert (verdict.status, verdict.examples, verdict.refused) == (status, 40, refused)
    if verdict.failure is not None:
        found = Expectation("the server", "an answer from the app", "refused: 400")
        assert verdict.failure.expectation == found


# Deviations.


def wrong(witness: bytes, where: str, specified: Any) -> Deviation:
    return deviation(witness=witness, specified={where: specified}, observed={})


def of_connect(*targets: str, **parts: Any) -> Deviation:
    """One of how an authority is read, where an app may never see it."""
    shows = {"specified": {"path": "h:443"}, "observed": {"path": "443"}}
    witness = b"CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\nX-M: m\r\n\r\n"
    return deviation(witness=witness, targets=targets, **{**shows, **parts})


HUGE = {"headers.x-n": "huge"}
BOTH_HUGE = deviation(specified=DEVIATION.specified, observed=HUGE)
A1, A2 = {"octets": "a=1"}, {"octets": "a=2"}
CHANGED = Expectation("headers.x-n", "huge", "large")
WITNESS = get(b"/?a=1", b"Cookie: a=1", b"X-N: 1")
FORM = get(b"/", b"Content-Length: 3", b"Unireq-Probe: read", b"X-N: 1") + b"a=1"
NOTHING = deviation(
    witness=get(b"/respond", *AbstractResponse.nothing().line),
    specified={"response.status": 204},
    observed={"response.status": 205},
)
NOT_200 = replace(NOTHING, specified={"response.status": 200})
PORT = deviation(
    specified={"client.port": SOURCE_PORT, "raw_path": b"/"},
    observed={"client.port": None, "raw_path": b"/\xe9"},
)
OCTETS = deviation(specified={"raw_path": b"/"}, observed={"raw_path": b"/\xe9"})
BAD = deviation(witness=b"GET / HTTP/1.1\r\nHost: h\r\nBad Name: 1\r\n\r\n")
AS_H11 = "the target reads the witness as h11 does"
REFUSED, FROM_500 = (deviation(touches=numbers_from(limit), refused=True) for limit in (LARGE, 500))
REFUSAL, NARROW = (
    Refusal(DEVIATION.witness, "the target is small", of=is_from(limit)) for limit in (LARGE, 500)
)
TAKEN = {"specified": {}, "observed": {}, "taken": True}

NO_PORT = telling("unireq", client=["127.0.0.1", None], raw_path="/\u00e9")
CONNECTION = telling("unireq", client=None, root_path="/mounted", path_params={"a": 1})
INSIDE = telling("inside", **{"HDR-900": {"where": "x", "expected": 1, "observed": 2}})

INT = get(b"/params/int/42", b"X-N: 1")
V42 = {"value": 42}
X_M = Expectation("headers.x-m", "m", "other")
NOT_REFUSED = Expectation("the witness", "a refusal", "an answer from the app")
STATUS = "response.status"


def of(where: str, right: Any, given: Any) -> Expectation:
    return Expectation(f"`specified` of {where}", right, given)


DECLARED: dict[str, tuple[Any, ...]] = {
    "left out where it touches": (spoil_large, DEVIATION, DEVIATES),
    "excuses nothing else": (spoil_both, DEVIATION, FAILS, X_M),
    "shows no more": (right, DEVIATION, STALE, "the deviation is stale: headers.x-n is what"),
    "shows otherwise": (spoil_large, BOTH_HUGE, STALE, CHANGED, "has changed"),
    "shows otherwise than observed": (spoil_large, deviation(observed=HUGE), STALE, CHANGED),
    "a wrong value": (spoil_large, wrong(WITNESS, "headers.x-n", "9"), STALE, "deviation is wrong"),
    "a wrong field": (right, wrong(WITNESS, "header.x-n", "1"), STALE, of("header.x-n", None, "1")),
    "a wrong port": (right, wrong(WITNESS, "client.port", 1), STALE, of("client.port", 24_000, 1)),
    "a wrong parameter": (right, wrong(INT, "path_params", {}), STALE, of("path_params", V42, {})),
    "a wrong body": (right, wrong(FORM, "body.1.read", A2), STALE, of("body.1.read", A1, A2)),
    "a response": (responding(205), NOTHING, DEVIATES),
    "a response, no more": (responding(204), NOTHING, STALE, Expectation(STATUS, 204, 204)),
    "a wrong response": (responding(205), NOT_200, STALE, of(STATUS, 204, 200)),
    "a witness that is refused": (refuse(1), DEVIATION, STALE, "refused: 400"),
    "a witness that unireq fails on": (failing("unireq"), deviation(), STALE, "KeyError: 'x'"),
    "a witness that can't be sent": (above(LARGE, wordless), DEVIATION, STALE, "it has no 1000"),
    "of the port and of bytes": (NO_PORT, PORT, DEVIATES),
    "of the port, no more": (right, PORT, STALE, Expectation("client.port", 24_000, 24_000)),
    "of bytes, no more": (right, OCTETS, STALE, Expectation("raw_path", "/", "/"), '"/"'),
    # Those that say no more than their witness: h11 says what it means.
    "read as h11 reads it": (right, deviation(), STALE, AS_H11),
    "read as h11, cookies and query": (right, deviation(witness=WITNESS), STALE, AS_H11),
    "facts otherwise": (spoil_large, deviation(), DEVIATES),
    "cookies otherwise": (telling("derived", cookies_all={}), deviation(witness=WITNESS), DEVIATES),
    "query otherwise": (telling("derived", query_all=[]), deviation(witness=WITNESS), DEVIATES),
    "URL otherwise": (telling("derived", url="/"), deviation(witness=WITNESS), DEVIATES),
    "the connection is not h11's": (CONNECTION, deviation(), STALE, AS_H11),
    "found by the check inside": (INSIDE, deviation(), DEVIATES),
    "refused by h11": (Answering(), BAD, STALE, "h11 can't read it", "give `specified={field"),
    # What is refused.
    "refused as declared": (refuse_large, REFUSED, DEVIATES),
    "refused beyond what is declared": (refuse_large, FROM_500, FAILS),
    "refused no more": (right, REFUSED, STALE, NOT_REFUSED, "takes the witness"),
    "refused beyond the refusal": (refuse_large, NARROW, FAILS),
    "a refusal excuses no wrong value": (spoil_large, REFUSAL, FAILS),
    "a refusal that is none": (right, REFUSAL, STALE, "takes the witness"),
    # What a server loses is no claim about an app that never sees the witness.
    "unseen, of the server": (routes_paths, of_connect("*:a", "*:b"), PASSES),
    "unseen, of the adapter": (routes_paths, of_connect("*"), STALE, "refused: 404"),
    "unseen, taken by the server": (routes_paths, of_connect("*:a", **TAKEN), PASSES),
    "unseen, taken by it": (routes_paths, of_connect("*", **TAKEN), STALE, "refuses the witness"),
}


@pytest.mark.parametrize("case", DECLARED)
def test_a_deviation_excuses_what_its_witness_shows_and_nothing_else(case: str) -> None:
    given, declared, status, *wanted = DECLARED[case]
    target = given if isinstance(given, FakeTarget) else FakeTarget(given)
    verdict = judge(CLAUSE, target, deviations=[declared])
    assert verdict.status is status, describe(verdict, "fake:target")
    assert (verdict.failure is None) is status.good
    if status is DEVIATES:
        assert verdict.because == "the target is small"
        # One without bounds excuses the clause: its witness alone is sent.
        assert verdict.examples == (Effort().examples if declared.limited else 0)
    if status is STALE:
        assert verdict.failure is not None
        assert verdict.failure.octets == declared.witness
    for each in wanted:
        if isinstance(each, Expectation):
            assert verdict.failure is not None
            assert verdict.failure.expectation == each
        else:
            assert each in describe(verdict, "fake:target")


@pytest.mark.parametrize(
    ("clause", "spoil", "declared", "status"),
    [
        (OTHER, spoil_large, [DEVIATION], PASSES),
        (OTHER, spoil_large, [], FAILS),
        (OTHER, refuse_large, [REFUSED], PASSES),
        (ONLY_LARGE, refuse_large, [REFUSED], FAILS),
        (NONE_LARGE, refuse_large, [REFUSAL], PASSES),
        *((each, refuse_large, [REFUSAL], DEVIATES) for each in (CLAUSE, OTHER, ONLY_LARGE)),
    ],
)
def test_what_is_declared_counts_for_other_clauses_too(
    clause: Clause, spoil: Spoil, declared: list[Deviation], status: Status
) -> None:
    verdict = judge(clause, FakeTarget(spoil), deviations=declared)
    assert verdict.status is status, describe(verdict, "fake:target")
    assert status is not DEVIATES or verdict.because == "the target is small"


@pytest.mark.parametrize(
    ("touches", "said"),
    [
        (lambda _: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda _: None, "TypeError: 'NoneType' object is not iterable"),
        (lambda _: "path", "TypeError: expected a list of names of fields, got 'path'"),
    ],
)
def test_touches_that_raises_fails_the_clause_of_the_deviation(touches: Any, said: str) -> None:
    broken = replace(DEVIATION, touches=touches)
    found = failed(CLAUSE, FakeTarget(spoil_large), deviations=[broken]).expectation
    assert (found.where, found.observed) == ("the deviation's touches", said)
    # Others are judged without it, and are told why if they fail.
    assert judge(OTHER, FakeTarget(), deviations=[broken]).status is PASSES
    note = failed(OTHER, FakeTarget(spoil_large), deviations=[broken]).note
    assert f"touches of the deviation from HDR-900 raised {said};" in note


# What is not there, and what changes.


def test_a_missing_feature_is_unsupported() -> None:
    clause, target = replace(CLAUSE, capability="LOGIN"), FakeTarget(spoil_large)
    verdict = judge(clause, target, unsupported={"LOGIN": "no users"})
    assert (verdict.status, verdict.because) == (UNSUPPORTED, "no users")
    assert len(target.sent) == 1
    assert judge(clause, target, unsupported={"MOUNT": "no"}).status is FAILS
    assert judge(CLAUSE, target, unsupported={"": "no"}).status is FAILS


@pytest.mark.parametrize(
    ("feature", "change"),
    [
        ("ALLOWED_HOSTS", {"unireq": {"host": None}}),
        ("ASYNC_BODY", {"body": {"1.sync.read": {"error": "BodyNotRead"}}}),
        ("EARLY", {"early": {"method": "GET"}}),
        ("HANDLERS", {"response": {"text": "as told"}}),
        ("LOGIN", {"inside": {"USR-001": None}}),
        ("MOUNT", {"unireq": {"root_path": "/mounted"}}),
        ("NATIVE_BODY", {"body": {"1.native": {"octets": "a"}}}),
        ("PATH_PARAMS", {"unireq": {"path_params": {"value": "a"}}}),
        ("ROUTE", {"unireq": {"route": "/params/str/{value}"}}),
    ],
)
def test_a_feature_that_is_there_is_not_unsupported(feature: str, change: Report) -> None:
    clause = replace(CLAUSE, capability=feature)
    for shown, status in ((change, STALE), ({}, UNSUPPORTED)):
        target = FakeTarget()
        target.see = mock.Mock(return_value=Seen(shown, source_port=1))  # type: ignore[method-assign]
        verdict = judge(clause, target, unsupported={feature: "it has none"})
        assert verdict.status is status
        told = "stale: declared unsupported, but " in describe(verdict, "fake:target")
        assert told is (status is STALE)


def test_what_the_protocol_has_no_way_to_say_is_left_out() -> None:
    verdict = judge(CLAUSE, FakeTarget(above(LARGE, wordless)))
    assert verdict.status is PASSES
    assert 0 < verdict.examples < Effort().examples
    verdict = judge(CLAUSE, FakeTarget(wordless))
    assert (verdict.status, verdict.examples) == (UNSUPPORTED, 0)
    assert verdict.because.startswith("it has no ")


def test_a_target_that_is_now_right_and_now_wrong_fails() -> None:
    spoil, target = field("x-n", "once"), FakeTarget()
    target.spoil = lambda *given: spoil(*given) if len(target.sent) == 1 else None
    failure = failed(CLAUSE, target)
    assert failure.octets == target.sent[0]
    assert failure.expectation.observed == "once"
    assert "sent again" in failure.note


def test_an_answer_that_shows_a_failure_is_asked_for_again() -> None:
    target = FakeTarget(spoil_large)
    assert judge(replace(OTHER, check=lambda *_: iter(())), target).status is PASSES
    target.spoil = lambda *_: None
    assert "sent again" in failed(CLAUSE, target).note


@pytest.mark.parametrize("declared", [[], [DEVIATION]])
def test_a_target_that_is_gone_is_no_verdict(declared: list[Deviation]) -> None:
    target = FakeTarget()
    target.send = mock.Mock(side_effect=ConnectionError("nobody there"))  # type: ignore[method-assign]
    with pytest.raises(ConnectionError, match="nobody there"):
        judge(CLAUSE, target, deviations=declared)


def drawn(seed: int | None) -> list[bytes]:
    target = FakeTarget()
    judge(CLAUSE, target, effort=Effort(examples=8, seed=seed))
    return target.sent


def test_the_same_seed_draws_the_same() -> None:
    assert drawn(None) == drawn(None)
    assert drawn(7) == drawn(7) != drawn(8)


def test_clauses_that_draw_alike_are_judged_by_the_same_answers() -> None:
    target = FakeTarget()
    for number in (900, 901, 902):
        verdict = judge(replace(CLAUSE, id=f"HDR-{number}"), target, effort=Effort(examples=8))
        assert verdict.status is PASSES
        assert (verdict.examples, verdict.refused, verdict.failure) == (8, 0, None)
    assert len(target.sent) == 8


def test_few_answers_are_kept_and_none_that_are_long() -> None:
    answers = Answers()
    for number in range(1500):
        answers.keep(AbstractRequest(host=str(number)), "400")
    kept = [n for n in range(1500) if answers.get(AbstractRequest(host=str(n)))]
    assert kept == list(range(500, 1500))
    long = AbstractRequest(body=b"x" * 20_000)
    answers.keep(long, "400")
    assert answers.get(long) is None


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("path", "/p"),
        ("headers.x-a", "1"),
        ("headers.x-b", None),
        ("cookies", {"a": "1"}),
        ("cookies.a", ["1", "2"]),
        ("query_params", [["q", "1"], ["q", "2"]]),
        ("query_params.q", "2"),
        ("client.host", "127.0.0.1"),
        ("client.port", 24_000),
        ("url", "http://h/p?q=1&q=2"),
        ("url.path", None),
        ("nothing", None),
        ("nothing.there", None),
    ],
)
def test_a_field_is_found_by_its_name(where: str, value: object) -> None:
    told = report(get(b"/p?q=1&q=2", b"X-A: 1", b"Cookie: a=1; a=2"), port=24_000)
    assert told is not None
    seen = Seen(told, source_port=24_000)
    assert Expectation(where, value, seen.at(where)).met, seen.at(where)
    # A part of no client is none.
    seen.facts["client"] = None
    assert not where.startswith("client") or seen.at(where) is None


def test_over_http_2_the_version_is_2() -> None:
    running = Running("a:b", ("127.0.0.1", 1), "nonce", source_port=24_000, http_version="2")
    assert running.as_sent(AbstractRequest()).version == "2"
    assert FakeTarget().as_sent(AbstractRequest(version="1.0")).version == "1.0"
